import { afterAll, beforeAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signToken } from "../../start/sign-token.ts";
import { type Platform, startPlatform } from "../../start/start-platform.ts";
import { freePort } from "../support/free-port.ts";

export interface GraphqlAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever its own query has selected.
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface TokenClaims {
  tenant?: string;
  role?: string;
  lifeSeconds?: number;
}

/** The whole platform as `npm start` runs it, on ports and in a folder of its own. Asked as a client asks. */
export class PlatformUnderTest {
  private running: Platform | undefined;
  /** The text of every statement so far. */
  readonly statements: string[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "mycelium-platform-"));

  get platform(): Platform {
    if (!this.running) throw new Error("the platform is not up");
    return this.running;
  }

  get sandbox() {
    const { sandbox } = this.platform;
    if (!sandbox) throw new Error("the platform runs without the sandbox");
    return sandbox;
  }

  async start(environment: Record<string, string> = {}): Promise<void> {
    const onStatement = (sql: string) => this.statements.push(sql);
    const settings = {
      MYCELIUM_DATA: this.folder,
      LOG_LEVEL: "fatal",
      ROUTER_LISTEN: "127.0.0.1:0",
      HEALTH_LISTEN: `127.0.0.1:${freePort()}`,
      METRICS_LISTEN: `127.0.0.1:${freePort()}`,
      ...{ EDGE_PORT: "0", SANDBOX_PORT: "0", SANDBOX_SMTP_PORT: "0" },
      ...environment,
    };
    this.running = await startPlatform(settings, { onStatement });
  }

  async stop(): Promise<void> {
    await this.running?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async token(claims: TokenClaims = {}): Promise<string> {
    const defaults = { tenant: "vinovoyage", user: "u1", role: "STAFF", lifeSeconds: 300 };
    return signToken(this.platform.subgraphs, { ...defaults, ...claims });
  }

  async ask(
    query: string,
    { bearer, variables }: { bearer?: string; variables?: object } = {},
  ): Promise<GraphqlAnswer> {
    const response = await fetch(this.platform.routerUrl, {
      method: "POST",
      headers: { "content-type": "application/json", ...(bearer && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as Omit<GraphqlAnswer, "status">) };
  }
}

/** For a suite: up before its tests and gone after them. */
export function platformUnderTest(environment: Record<string, string> = {}): PlatformUnderTest {
  const under = new PlatformUnderTest();
  beforeAll(() => under.start(environment), 60_000);
  afterAll(() => under.stop());
  return under;
}
