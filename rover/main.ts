// Real Rover with this repository's composition: npm run rover -- supergraph compose --config rover.config.yaml
import { join } from "node:path";
import { prepareRover } from "./prepare-rover.ts";

const root = join(import.meta.dir, "..");
const { command, environment } = prepareRover({
  home: join(root, ".data/rover"),
  environment: process.env,
});
const rover = Bun.spawn([...command, ...process.argv.slice(2)], {
  env: environment,
  stdio: ["inherit", "inherit", "inherit"],
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => rover.kill(signal));
process.exit(await rover.exited);
