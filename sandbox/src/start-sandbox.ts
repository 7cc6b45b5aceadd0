import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { SandboxAccount } from "./accounts.ts";
import { createControlApp } from "./control/control-app.ts";
import { realSurroundings, type Surroundings } from "./core/surroundings.ts";
import {
  addAccount,
  createProviders,
  loadProviders,
  type Providers,
  providerAt,
  saveProviders,
} from "./create-sandbox.ts";
import { type SmtpSandbox, startSmtpSandbox } from "./email/smtp-provider.ts";

export interface SandboxOptions {
  /** 0, the default, takes free ones. */
  port?: number;
  smtpPort?: number;
  accounts?: readonly SandboxAccount[];
  /** A file in which the state outlives the process. */
  stateFile?: string;
  surroundings?: Surroundings;
}

export interface Sandbox extends Providers, AsyncDisposable {
  /** The origin of every provider that speaks HTTP. */
  readonly url: string;
  readonly smtp: SmtpSandbox;
  addAccount(account: SandboxAccount): void;
  close(): Promise<void>;
}

const saveEveryMs = 1_000;

/** All outside services on loopback: one port for HTTP and one for mail. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, smtpPort = 0, accounts = [], stateFile, surroundings = realSurroundings } = options;
  const providers = createProviders(surroundings);
  if (stateFile !== undefined && existsSync(stateFile))
    loadProviders(providers, readFileSync(stateFile, "utf8"));
  const smtp = await startSmtpSandbox({ mailbox: providers.mailbox, port: smtpPort });
  const control = createControlApp({ providers, smtp });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/") return Response.redirect("/_sandbox", 302);
      if (pathname.startsWith("/_sandbox")) return control.fetch(request);
      return (
        providerAt(providers, pathname)?.app.fetch(request) ??
        new Response("No provider has this path", { status: 404 })
      );
    },
  });
  const saving = stateFile === undefined ? undefined : keepSaved(providers, stateFile);
  const add = (account: SandboxAccount) => {
    addAccount(providers, account);
    smtp.addUser(account.smtp);
  };
  accounts.forEach(add);
  const close = async () => {
    saving?.stop();
    for (const { webhooks } of providers.all) webhooks.close();
    await Promise.all([server.stop(true), smtp.close()]);
  };
  return { ...providers, url: server.url.origin, smtp, addAccount: add, close, [Symbol.asyncDispose]: close };
}

/** Writes the state when it changed. A file that is half written is never read: it takes its name when it is whole. */
function keepSaved(providers: Providers, file: string): { stop(): void } {
  mkdirSync(dirname(file), { recursive: true });
  let saved = "";
  const save = () => {
    const state = saveProviders(providers);
    if (state === saved) return;
    writeFileSync(`${file}.new`, state);
    renameSync(`${file}.new`, file);
    saved = state;
  };
  const timer = setInterval(save, saveEveryMs);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      save();
    },
  };
}
