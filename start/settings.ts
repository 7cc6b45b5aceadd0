import { join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

export const root = join(import.meta.dirname, "..");

export interface Settings {
  isProduction: boolean;
  routerListen: string;
  edgePort: number;
  sandboxPort: number;
  sandboxSmtpPort: number;
  /** Where this checkout keeps what it makes: keys, the sandbox's state, the embedded database. */
  dataFolder: string;
}

/** The settings are wrong, in one line for the person who made them. */
export class SettingsError extends Error {}

export function readSettings(environment: Environment): Settings {
  const settings = {
    isProduction: environment.NODE_ENV === "production",
    routerListen: environment.ROUTER_LISTEN || "127.0.0.1:4000",
    edgePort: readPort(environment, "EDGE_PORT", 4080),
    sandboxPort: readPort(environment, "SANDBOX_PORT", 4900),
    sandboxSmtpPort: readPort(environment, "SANDBOX_SMTP_PORT", 4925),
    dataFolder: environment.MYCELIUM_DATA || join(root, ".data"),
  };
  if (settings.isProduction) requireInProduction(environment);
  return settings;
}

function readPort(environment: Environment, name: string, otherwise: number): number {
  const text = environment[name];
  if (!text) return otherwise;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SettingsError(`${name} is ${text}, which is no port`);
  return port;
}

/** What development makes for itself must come from outside where it matters. */
function requireInProduction(environment: Environment): void {
  const missing = ["CONTEXT_SECRETS", "DATABASE_URL", "DATABASE_ROLE_SECRET"].filter(
    (name) => !environment[name],
  );
  if (missing.length > 0) throw new SettingsError(`NODE_ENV is production: set ${missing.join(", ")}`);
}
