import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";

/** One operation for one subgraph, its request body ready to be sent. */
export interface SubgraphCall {
  subgraph: string;
  operationKind: "query" | "mutation";
  operationName: string | undefined;
  /** The operation that `body` carries. */
  document: string;
  /** Names of the client's variables that it uses. */
  variables: readonly string[];
  body: string;
}

/** What a subgraph said, faults of the network and of the answer's form already turned into errors. */
export interface SubgraphAnswer {
  data: JsonObject | null;
  errors: GraphqlError[];
  /** Present where nothing but the bytes decides what the answer means. */
  bytes?: AnswerBytes | undefined;
  /** Others hold this data too: it is copied, never changed. */
  isShared?: boolean | undefined;
  extensions?: JsonObject | undefined;
  /** Absent where no answer came. */
  head?: AnswerHead | undefined;
}

export interface AnswerHead {
  readonly status: number;
  /** By its lower-case name. */
  header(name: string): string | undefined;
}

/** An answer as it was received. */
export interface AnswerBytes {
  readonly body: Buffer;
  readonly head: AnswerHead;
  read(): SubgraphAnswer;
  equals(other: AnswerBytes): boolean;
}

/** Looks at the bytes of an answer of good status and type. True where nobody needs to read them any more. */
export type TakeBytes = (bytes: AnswerBytes) => boolean;

export interface CallSubgraph {
  (call: SubgraphCall): Promise<SubgraphAnswer>;
  /** Undefined where the answer's bytes have been taken. */
  (call: SubgraphCall, take: TakeBytes): Promise<SubgraphAnswer | undefined>;
}
