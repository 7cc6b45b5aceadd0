import type { SubgraphSource } from "../../../rover/compose/read-compose-file.ts";
import { RegistryError } from "../caller.ts";
import { launchContracts } from "../contract/launch-contracts.ts";
import type { Tx } from "../database.ts";
import type { LaunchedSubgraph, LaunchRow } from "../db/tables.ts";
import { buildSupergraph } from "./build.ts";
import { storeDocument } from "./documents.ts";
import { type LaunchCause, latestLaunch, lockVariant, readSources, recordLaunch } from "./launches.ts";

const subgraphsMax = 500;

export interface NewSubgraph {
  name: string;
  url: string | null;
  sdl: string;
}

export interface Published {
  wasCreated: boolean;
  wasUpdated: boolean;
  /** Undefined where nothing changed. */
  launch: LaunchRow | undefined;
}

/** The subgraph is kept as it was published even where it does not compose; what is served stays then. */
export async function publishSubgraph(
  tx: Tx,
  cause: Omit<LaunchCause, "kind" | "subject">,
  given: NewSubgraph,
): Promise<Published> {
  const { settings } = await lockVariant(tx, cause.variant);
  if (settings.contract) {
    throw new RegistryError(
      "BAD_INPUT",
      `${cause.variant} is a contract: publish to ${settings.contract.source}`,
    );
  }
  const before = (await latestLaunch(tx, cause.variant))?.subgraphs ?? [];
  const known = before.find(({ name }) => name === given.name);
  const hash = await storeDocument(tx, given.sdl);
  // A URL that is left out stays what it was.
  const url = given.url ?? known?.url ?? null;
  if (known && known.hash === hash && known.url === url) {
    return { wasCreated: false, wasUpdated: false, launch: undefined };
  }
  if (url === null)
    throw new RegistryError(
      "BAD_INPUT",
      `${given.name} needs a --routing-url: it is published for the first time`,
    );
  if (before.length >= subgraphsMax) {
    throw new RegistryError("TOO_LARGE", `A variant has at most ${subgraphsMax} subgraphs`);
  }
  const published: LaunchedSubgraph = { name: given.name, url, hash, updatedAt: new Date().toISOString() };
  const subgraphs = withSubgraph(before, published);
  const sources = await readSources(tx, subgraphs);
  const launch = await recordLaunch(
    tx,
    { ...cause, kind: "PUBLISH", subject: given.name },
    { subgraphs, build: buildSupergraph(sources) },
  );
  await launchContracts(tx, launch, sources);
  return { wasCreated: !known, wasUpdated: known !== undefined, launch };
}

function withSubgraph(before: readonly LaunchedSubgraph[], published: LaunchedSubgraph): LaunchedSubgraph[] {
  const others = before.filter(({ name }) => name !== published.name);
  return [...others, published].sort((one, other) => (one.name < other.name ? -1 : 1));
}

export interface ProposedSubgraphs {
  /** As they would be with this one published. */
  sources: SubgraphSource[];
  /** Its schema as it was published; undefined for a new one. */
  base: string | undefined;
}

export async function proposeSubgraph(
  tx: Tx,
  variant: string,
  given: { name: string; sdl: string },
): Promise<ProposedSubgraphs> {
  const before = await readSources(tx, (await latestLaunch(tx, variant))?.subgraphs ?? []);
  const known = before.find(({ name }) => name === given.name);
  const proposed = { name: given.name, url: known?.url ?? "http://not-published-yet", sdl: given.sdl };
  return { sources: [...before.filter(({ name }) => name !== given.name), proposed], base: known?.sdl };
}
