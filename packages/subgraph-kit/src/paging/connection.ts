import { kitErrors } from "../errors/kit-errors.ts";
import { readCursor, writeCursor } from "./cursor.ts";

export interface PageRequest {
  first?: number | null;
  after?: string | null;
}

export interface Page {
  list: string;
  first: number;
  /** Of the row after which the page begins: the values that the list is ordered by. */
  after: readonly string[] | undefined;
  /** Rows to ask for: one more than the page has tells whether there is a next. */
  limit: number;
}

/** Relay's connection: https://relay.dev/graphql/connections.htm */
export interface Connection<Row> {
  edges: { cursor: string; node: Row }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

const defaultFirst = 20;
const firstMax = 100;

/** `keys` is how many values the list is ordered by, the last of which must be unique. */
export function readPage(request: PageRequest, { list, keys }: { list: string; keys: number }): Page {
  const first = request.first ?? defaultFirst;
  if (!Number.isInteger(first) || first < 1 || first > firstMax) throw kitErrors.BAD_PAGE({ max: firstMax });
  const after = request.after == null ? undefined : readCursor(request.after, { list, keys });
  return { list, first, after, limit: first + 1 };
}

export function toConnection<Row>(
  rows: readonly Row[],
  { list, first, after }: Page,
  keysOf: (row: Row) => readonly string[],
): Connection<Row> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: writeCursor(list, keysOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
