import { join } from "node:path";
import { testServer } from "@mycelium/database/testing";
import { describeBus } from "../testing/index.ts";
import { openPostgresBus } from "./postgres-bus.ts";

const folder = join(import.meta.dir, "../../../../drizzle");
const server = testServer({ folder, schemas: ["bus"] });

describeBus({
  name: "Postgres",
  open: async (options) => openPostgresBus({ ...options, server: await server }),
});
