import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { federationVersion } from "../compose/federation-version.ts";
import { type RoverResult, runRover } from "../run-rover.ts";

/** A folder with subgraphs in it, and the real Rover to run there. */
export class RoverFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "rover-"));

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text);
  }

  /** Each schema in a file of its own, or at a URL. */
  writeSupergraph(schemas: Readonly<Record<string, string>>): void {
    const entries = Object.entries(schemas).map(([name, schema]) => {
      if (schema.startsWith("http"))
        return `  ${name}: { routing_url: ${schema}, schema: { subgraph_url: ${schema} } }`;
      this.write(`${name}.graphql`, schema);
      return `  ${name}: { routing_url: "http://${name}.test", schema: { file: ./${name}.graphql } }`;
    });
    this.write(
      "rover.yaml",
      [`federation_version: =${federationVersion}`, "subgraphs:", ...entries, ""].join("\n"),
    );
  }

  rover(args: readonly string[], environment: Record<string, string> = {}): Promise<RoverResult> {
    return runRover(args, {
      cwd: this.path,
      home: join(this.path, "home"),
      environment: { ...process.env, RUST_BACKTRACE: "0", ...environment },
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
