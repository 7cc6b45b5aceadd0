// Prints a token for development: npm run token -- --tenant vinovoyage --role ADMIN
import { parseArgs } from "node:util";
import { loadDevelopmentKeys, signDevelopmentToken } from "./development-keys.ts";
import { readSettings } from "./settings.ts";

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
    : readSettings(process.env).isProduction
      ? "NODE_ENV is production: development keys sign no tokens there"
      : undefined;
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
const keys = await loadDevelopmentKeys(readSettings({ ...process.env, NODE_ENV: "" }).dataFolder);
const claims = { tenant: values.tenant, user: values.user, roles: [values.role], lifeSeconds: hours * 3_600 };
console.log(await signDevelopmentToken(keys, claims));
