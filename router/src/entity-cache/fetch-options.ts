import type { SubgraphAnswer } from "../execute/subgraph-answer.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";
import type { CacheParts, Piece } from "./parts.ts";
import type { RequestCache } from "./request-cache.ts";
import type { SubgraphSettings } from "./subgraph-settings.ts";

export type Value = JsonObject | null | undefined;

/** What a subgraph said to some pieces of a fetch. */
export interface PieceAnswers {
  answer: SubgraphAnswer;
  /** The subgraph could not be asked, or broke down over it. */
  isLost: boolean;
  /** For each piece; undefined where nothing came. */
  values: readonly Value[];
  /** Pieces that have an error of their own. */
  failed: ReadonlySet<number>;
  /** Some error belongs to no single piece. */
  hasErrorOfAll: boolean;
  /** Tags that the answer gives each piece. */
  tags(piece: number): readonly string[];
  /** The answer's errors as errors of the pieces that are to be told of them. */
  errorsOf(isTold: (piece: number) => boolean): GraphqlError[];
}

export type AskPieces = (pieces: readonly number[]) => Promise<PieceAnswers>;

export interface FetchResult {
  values: Value[];
  errors: GraphqlError[];
}

export interface FetchOptions {
  parts: CacheParts;
  settings: SubgraphSettings;
  request: RequestCache;
  /** The operation that the subgraph is asked. */
  document: string;
  pieces: readonly Piece[];
  ask: AskPieces;
}

/** Nobody answered, or a server that says that it cannot. */
export function isLost({ data, errors, head }: SubgraphAnswer): boolean {
  return data === null && errors.length > 0 && (head === undefined || head.status >= 500);
}
