import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { federationVersion } from "../compose/federation-version.ts";
import { prepareRover } from "../prepare-rover.ts";

export interface RoverResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

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

  async rover(args: readonly string[], environment: Record<string, string> = {}): Promise<RoverResult> {
    const prepared = prepareRover({
      home: join(this.path, "home"),
      environment: { ...process.env, RUST_BACKTRACE: "0", ...environment },
    });
    const child = Bun.spawn([...prepared.command, ...args], {
      cwd: this.path,
      env: prepared.environment,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { exitCode, stdout, stderr };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
