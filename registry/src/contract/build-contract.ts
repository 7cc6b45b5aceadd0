import { composeSchemaContract, compositionHasErrors } from "@theguild/federation-composition";
import { parse } from "graphql";
import type { SubgraphSource } from "../../../rover/compose/read-compose-file.ts";
import { type Build, builtOf } from "../launch/build.ts";
import type { VariantSettings } from "../variant-settings.ts";

export type Contract = NonNullable<VariantSettings["contract"]>;

/** The source's subgraphs with what the tags leave out made inaccessible. */
export function buildContract(sources: readonly SubgraphSource[], contract: Contract): Build {
  const services = sources.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const filter = { include: new Set(contract.include), exclude: new Set(contract.exclude) };
  const result = composeSchemaContract(services, filter, contract.hideUnreachable);
  if (!compositionHasErrors(result)) return builtOf(result.supergraphSdl);
  return {
    errors: result.errors.map(({ message, extensions }) => ({
      message,
      code: typeof extensions?.code === "string" ? extensions.code : null,
    })),
  };
}

export function describeContract({ source, include, exclude, hideUnreachable }: Contract): string {
  const tags = (names: readonly string[]) => (names.length > 0 ? names.join(", ") : "none");
  return [
    `Source variant: ${source}`,
    `Included tags: ${tags(include)}`,
    `Excluded tags: ${tags(exclude)}`,
    `Unreachable types: ${hideUnreachable ? "hidden" : "kept"}`,
  ].join("\n");
}
