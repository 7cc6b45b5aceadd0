import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "../e2e/support/certificate.ts";
import { freePort } from "../support/free-port.ts";

const configPath = join(import.meta.dir, "../../deploy/nginx.conf");
const startTimeoutMs = 10_000;

export const hasNginx = Bun.which("nginx") !== null;

/** Each service of deploy/nginx.conf, and the local ports that stand in its place. */
export type Services = Readonly<Record<string, readonly number[]>>;

/** The real nginx on the file that production uses; only the places that differ on one machine are replaced. */
export class NginxProcess implements AsyncDisposable {
  readonly port = freePort();
  private readonly folder = mkdtempSync(join(tmpdir(), "mycelium-nginx-"));
  private readonly child: Bun.Subprocess<"ignore", "ignore", "pipe">;

  constructor(certificate: Certificate, services: Services) {
    mkdirSync(join(this.folder, "certificates"));
    writeFileSync(join(this.folder, "certificates/tls.crt"), certificate.cert);
    writeFileSync(join(this.folder, "certificates/tls.key"), certificate.key);
    const path = join(this.folder, "nginx.conf");
    writeFileSync(path, this.localConfig(services));
    const settings = `daemon off; pid ${this.folder}/nginx.pid; error_log stderr warn;`;
    this.child = Bun.spawn(["nginx", "-p", this.folder, "-c", path, "-g", settings], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
  }

  get url(): string {
    return `https://localhost:${this.port}`;
  }

  async ready(ca: string): Promise<void> {
    const deadlineMs = performance.now() + startTimeoutMs;
    while (performance.now() < deadlineMs && this.child.exitCode === null) {
      if (await fetch(this.url, { tls: { ca } }).catch(() => undefined)) return;
      await Bun.sleep(20);
    }
    this.child.kill("SIGKILL");
    throw new Error(`nginx did not start:\n${await new Response(this.child.stderr).text()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGTERM");
    await this.child.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private localConfig(services: Services): string {
    const text = readFileSync(configPath, "utf8")
      .replace("listen 443 ssl", `listen 127.0.0.1:${this.port} ssl`)
      .replace(
        "http {",
        `http {\n${temporaryFolders.map((name) => `  ${name}_temp_path ${name};`).join("\n")}`,
      );
    return text.replace(/server ([\w-]+):\d+;/g, (_, name: string) => {
      const ports = services[name] ?? [freePort()];
      return ports.map((port) => `server 127.0.0.1:${port};`).join(" ");
    });
  }
}

const temporaryFolders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
