// Prints a token for development: npm run token -- --tenant vinovoyage --role ADMIN
import { parseArgs } from "node:util";
import { openHost } from "@mycelium/host";
import { createLogger } from "@mycelium/subgraph-kit";
import * as platform from "../subgraphs/platform/src/app.ts";
import { readSettings, root } from "./settings.ts";
import { signToken } from "./sign-token.ts";

const roles = ["USER", "STAFF", "ADMIN"];
const { values } = parseArgs({
  options: {
    tenant: { type: "string", default: "vinovoyage" },
    role: { type: "string", default: "ADMIN" },
    user: { type: "string", default: "developer" },
    hours: { type: "string", default: "8" },
  },
});
const hours = Number(values.hours);
const problem = !roles.includes(values.role)
  ? `--role is one of ${roles.join(", ")}`
  : !(hours > 0 && hours <= 24 * 30)
    ? "--hours is from 1 to 720"
    : process.env.NODE_ENV === "production"
      ? "NODE_ENV is production: sign in at /token"
      : undefined;
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
readSettings(process.env);
const log = createLogger({ name: "token", level: "error" });
const host = await openHost({ environment: process.env, root, schemas: [platform.name], log });
const subgraph = platform.createApp({ ...host.parts, environment: process.env });
const { tenant, user, role } = values;
console.log(await signToken({ platform: subgraph }, { tenant, user, role, lifeSeconds: hours * 3_600 }));
await host.close();
