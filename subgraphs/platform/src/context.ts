import type { RequestContext } from "@mycelium/subgraph-kit";
import type * as tables from "./db/tables.ts";

export type Context = RequestContext<typeof tables>;
