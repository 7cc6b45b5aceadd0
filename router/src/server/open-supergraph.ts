import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { ServeOptions } from "../cli/command-line.ts";
import { exitCode } from "../cli/exit-code.ts";
import { parseDuration } from "../config/schema/duration.ts";
import { SupergraphCopy } from "../supergraph/supergraph-copy.ts";
import { SupergraphDelivery } from "../supergraph/supergraph-delivery.ts";
import { type SupergraphSource, supergraphFile } from "../supergraph/supergraph-source.ts";
import { type Environment, InputError } from "./read-inputs.ts";

const pollMsDefault = 10_000;
const pollMsMin = 100;

/** From a file, or from URLs that are asked again and again. */
export function openSupergraph(
  { supergraphPath, supergraphUrls: urls }: ServeOptions,
  environment: Environment,
): SupergraphSource {
  if (supergraphPath !== undefined) return supergraphFile(supergraphPath);
  const wrong = urls.find((url) => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol));
  if (wrong !== undefined) {
    throw new InputError(
      "APOLLO_ROUTER_SUPERGRAPH_URLS takes http and https URLs, with commas between",
      exitCode.invalid,
    );
  }
  const name = createHash("sha256").update(urls.join(",")).digest("hex").slice(0, 16);
  const folder = environment.MYCELIUM_SUPERGRAPH_COPIES || ".data/supergraphs";
  return new SupergraphDelivery({
    urls,
    key: environment.APOLLO_KEY || undefined,
    pollMs: readPollMs(environment.APOLLO_UPLINK_POLL_INTERVAL),
    copy: new SupergraphCopy(join(folder, `${name}.graphql`)),
    routerName: `${hostname()}:${process.pid}`,
  });
}

function readPollMs(text: string | undefined): number {
  if (!text) return pollMsDefault;
  const ms = parseDuration(text);
  if (ms === undefined || ms < pollMsMin) {
    throw new InputError(
      `APOLLO_UPLINK_POLL_INTERVAL is ${text}: it takes 100ms or more, such as 10s`,
      exitCode.invalid,
    );
  }
  return ms;
}
