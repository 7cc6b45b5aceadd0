import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./host.ts";

export interface Checkout {
  environment: Environment;
  root: string;
}

/** `<id>:<32 bytes in base64>`, made on first use for this checkout alone, and named so that nobody takes it for more. */
export function developmentSecret({ environment, root }: Checkout, name: string): string {
  const folder = environment.MYCELIUM_DATA || join(root, ".data");
  const file = join(folder, `development-${name}`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(file, `development:${randomBytes(32).toString("base64")}`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}
