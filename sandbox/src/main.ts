// The sandbox alone: bun sandbox/src/main.ts [account …]
import { join } from "node:path";
import { accountFor } from "./accounts.ts";
import { startSandbox } from "./start-sandbox.ts";

const names = process.argv.slice(2);
const accounts = (names.length > 0 ? names : ["vinovoyage"]).map(accountFor);
const sandbox = await startSandbox({
  port: Number(process.env.SANDBOX_PORT ?? 4900),
  smtpPort: Number(process.env.SANDBOX_SMTP_PORT ?? 4925),
  accounts,
  stateFile: join(import.meta.dir, "../../.data/sandbox.json"),
});
console.log(`Providers  ${sandbox.url}   (a browser sees what went out)`);
console.log(`Mail       127.0.0.1:${sandbox.smtp.port}`);
for (const account of accounts) console.log(JSON.stringify(account, null, 2));
await new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
});
await sandbox.close();
