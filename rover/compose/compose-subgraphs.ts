import { composeServices as composeWithApollo } from "@apollo/composition";
import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { type DocumentNode, GraphQLError, parse } from "graphql";
import { type BuildMessage, toBuildMessage } from "./build-message.ts";
import { findSubscriptionObjects } from "./find-subscription-objects.ts";
import type { SubgraphSource } from "./read-compose-file.ts";

/** What Rover reads from its plugin. */
export type ComposeOutcome =
  | { Ok: { supergraphSdl: string; hints: BuildMessage[] } }
  | { Err: { build_errors: BuildMessage[] } };

export interface ParsedSubgraph extends SubgraphSource {
  typeDefs: DocumentNode;
}

export type Engine = (subgraphs: readonly ParsedSubgraph[]) => {
  supergraphSdl?: string | undefined;
  errors?: readonly GraphQLError[] | undefined;
  hints?: readonly unknown[] | undefined;
};

/** By the name that MYCELIUM_COMPOSITION may have. Apollo's own is under the Elastic licence, so it has to be asked for. */
export const engines: Readonly<Record<string, Engine>> = {
  mit(subgraphs) {
    const result = composeServices(subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs })));
    return compositionHasErrors(result) ? { errors: result.errors } : { supergraphSdl: result.supergraphSdl };
  },
  apollo(subgraphs) {
    return composeWithApollo(subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs })));
  },
};

export function composeSubgraphs(sources: readonly SubgraphSource[], engine: Engine): ComposeOutcome {
  const { subgraphs, errors: syntaxErrors } = parseAll(sources);
  if (syntaxErrors.length > 0) return { Err: { build_errors: syntaxErrors } };
  const trapped = subgraphs.flatMap(findSubscriptionObjects);
  const { supergraphSdl, errors = [], hints = [] } = engine(subgraphs);
  const problems = [...trapped, ...errors];
  if (problems.length > 0 || supergraphSdl === undefined) {
    return { Err: { build_errors: problems.map((error) => toBuildMessage(error, subgraphs)) } };
  }
  return { Ok: { supergraphSdl, hints: hints.map((hint) => toBuildMessage(hint, subgraphs)) } };
}

function parseAll(sources: readonly SubgraphSource[]) {
  const subgraphs: ParsedSubgraph[] = [];
  const errors: BuildMessage[] = [];
  for (const source of sources) {
    try {
      subgraphs.push({ ...source, typeDefs: parse(source.sdl) });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const extensions = { code: "INVALID_GRAPHQL", subgraphName: source.name };
      const named = new GraphQLError(`[${source.name}] ${error.message}`, {
        originalError: error,
        extensions,
      });
      errors.push(toBuildMessage(Object.assign(named, { locations: error.locations }), [{ ...source }]));
    }
  }
  return { subgraphs, errors };
}
