import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "mycelium/descriptions");

type Json = { [key: string]: unknown };

/** Stripe's API description as its official mock server carries it; undefined where there is no Go to fetch it with. */
export function stripeDescription(): Json | undefined {
  if (!Bun.which("go")) return undefined;
  const download = Bun.spawnSync([
    "go",
    "mod",
    "download",
    "-json",
    "github.com/stripe/stripe-mock@v0.203.0",
  ]);
  const { Dir } = JSON.parse(download.stdout.toString()) as { Dir?: string };
  if (Dir === undefined) throw new Error(`stripe-mock could not be fetched: ${download.stderr}`);
  return readJson(join(Dir, "embedded/openapi/spec3.json"));
}

/** Twilio's API descriptions as its command line's core package carries them. */
export function twilioDescription(name: "twilio_api_v2010" | "twilio_lookups_v2"): Json {
  const folder = join(cache, "twilio-8.3.2");
  const file = join(folder, `package/src/services/twilio-api/${name}.json`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    run(["npm", "pack", "@twilio/cli-core@8.3.2", "--pack-destination", folder, "--silent"]);
    run(["tar", "xzf", join(folder, "twilio-cli-core-8.3.2.tgz"), "-C", folder]);
  }
  return readJson(file);
}

function run(command: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(command);
  if (exitCode !== 0) throw new Error(`${command[0]} failed: ${stderr}`);
}

function readJson(path: string): Json {
  return JSON.parse(readFileSync(path, "utf8")) as Json;
}
