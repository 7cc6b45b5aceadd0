import { eq } from "drizzle-orm";
import type { GraphQLResolveInfo } from "graphql";
import { requireRight } from "../caller.ts";
import { findCheck } from "../checks/find-check.ts";
import { graphs, variants } from "../db/tables.ts";
import { findVariant } from "../launch/launches.ts";
import type { Access } from "./access.ts";
import { GraphMutationApi } from "./graph-mutation.ts";
import { presentCheck } from "./present-check.ts";
import { VariantApi } from "./variant-api.ts";

/** The root of queries and mutations: GraphQL's own resolvers call its methods by their names. */
export class RegistryApi {
  readonly frontendUrlRoot: string;

  constructor(private readonly access: Access) {
    this.frontendUrlRoot = access.publicUrl;
  }

  me() {
    return new GraphApi(this.access);
  }

  /** Other graphs than the key's do not exist for it. */
  graph({ id }: { id: string }, _context: unknown, { operation }: GraphQLResolveInfo) {
    if (id !== this.access.caller.graphId) return null;
    if (operation.operation === "mutation") return new GraphMutationApi(this.access);
    requireRight(this.access.caller, "read");
    return new GraphApi(this.access);
  }

  variant({ ref }: { ref: string }) {
    requireRight(this.access.caller, "read");
    const [graphId, name = "current", ...rest] = ref.split("@");
    if (rest.length > 0) return { __typename: "InvalidRefFormat", message: `${ref} is no graph@variant` };
    return graphId === this.access.caller.graphId ? findVariantApi(this.access, name) : null;
  }
}

class GraphApi {
  readonly __typename = "Graph";
  readonly id: string;
  readonly asActor: { type: string; actorId: string };

  constructor(private readonly access: Access) {
    const { graphId } = access.caller;
    this.id = graphId;
    this.asActor = { type: "GRAPH", actorId: graphId };
  }

  async title() {
    const [row] = await this.access.read((tx) => tx.select().from(graphs).where(eq(graphs.id, this.id)));
    return row?.title ?? this.id;
  }

  variant({ name }: { name: string }) {
    return findVariantApi(this.access, name);
  }

  async variants() {
    const rows = await this.access.read((tx) => tx.select().from(variants).orderBy(variants.name));
    return rows.map((row) => new VariantApi(this.access, row));
  }

  async checkWorkflow({ id }: { id: string }) {
    const row = await this.access.read((tx) => findCheck(tx, id));
    return row ? presentCheck(this.access, row) : null;
  }
}

async function findVariantApi(access: Access, name: string) {
  const row = await access.read((tx) => findVariant(tx, name));
  return row ? new VariantApi(access, row) : null;
}
