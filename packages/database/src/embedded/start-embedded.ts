import { spawn } from "node:child_process";
import { chownSync, closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { DatabaseError } from "../errors.ts";
import { findBinaries, serverUser } from "./binaries.ts";
import { type DataFolder, initializeFolder } from "./initialize-folder.ts";
import { holdsFolder, readPidFile, removePidFile } from "./pid-file.ts";

export interface EmbeddedOptions {
  /** Holds the cluster's files, its password and its log. */
  folder: string;
  /** 0 takes a free one. */
  port: number;
  /** Gone with the process that started it, and without the care for a power cut: for tests. */
  ephemeral?: boolean;
}

export interface EmbeddedServer extends AsyncDisposable {
  url: string;
  /** Whether this process started it, and so stops it. */
  owned: boolean;
  close(): Promise<void>;
}

const answerMsMax = 30_000;
const startAttemptsMax = 3;

/** Starts the checkout's own Postgres, or joins the one that another process of this checkout has started. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const data = initializeFolder(options.folder);
  const running = await findRunning(data);
  if (running !== undefined) return joined(urlOf(running, data.password));
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await findFreePort());
    const server = await launch(options, data, port);
    if (typeof server !== "string") return server;
    const other = await findRunning(data);
    if (other !== undefined) return joined(urlOf(other, data.password));
    const portTaken = server.includes("could not bind") || server.includes("could not create any TCP/IP");
    if (portTaken && options.port) throw new DatabaseError("PORT_IN_USE", String(port));
    if (!portTaken || attempt === startAttemptsMax) throw new DatabaseError("POSTGRES_START", server);
  }
}

/** The port of a server that holds the folder; a pid file that nobody stands behind is removed. */
async function findRunning(data: DataFolder): Promise<number | undefined> {
  for (const deadline = Date.now() + answerMsMax; Date.now() < deadline; await sleep(50)) {
    const file = readPidFile(data.path);
    if (file === undefined) return undefined;
    if (!holdsFolder(file)) {
      removePidFile(data.path);
      return undefined;
    }
    if (file.status === "ready" && (await answers(urlOf(file.port, data.password)))) return file.port;
  }
  throw new DatabaseError("DATA_FOLDER_BUSY", data.path);
}

/** A line of its log when it did not come up. */
async function launch(
  { folder, ephemeral = false }: EmbeddedOptions,
  data: DataFolder,
  port: number,
): Promise<EmbeddedServer | string> {
  const logPath = join(folder, "postgres.log");
  const log = openSync(logPath, "w");
  const user = serverUser();
  if (user.uid !== undefined) chownSync(logPath, user.uid, user.uid);
  const command = [
    ...user.prefix,
    findBinaries().postgres,
    "-D",
    data.path,
    ...serverSettings(port, ephemeral),
  ];
  const child = spawn("sh", ["-c", keeper, "sh", ephemeral ? folder : "", ...command], {
    stdio: ["pipe", log, log],
    // Ctrl-C in a terminal reaches the whole group: the server must outlive the requests that still use it.
    detached: true,
  });
  closeSync(log);
  child.unref();
  let exited = false;
  const exit = new Promise<void>((resolve) =>
    child.once("exit", () => {
      exited = true;
      resolve();
    }),
  );
  const close = async () => {
    child.stdin?.end();
    await exit;
  };
  for (const deadline = Date.now() + answerMsMax; !exited && Date.now() < deadline; await sleep(20)) {
    if (readPidFile(data.path)?.status !== "ready") continue;
    const url = urlOf(port, data.password);
    if (await answers(url)) return { url, owned: true, close, [Symbol.asyncDispose]: close };
  }
  await close();
  return lastComplaint(logPath);
}

/**
 * Keeps the server for as long as the pipe to its starter is open: it stops in good order however the starter ends,
 * also by `kill -9`.
 */
const keeper = `
folder=$1; shift
exec 3<&0
"$@" </dev/null 3<&- & server=$!
(cat <&3 >/dev/null; kill -INT $server 2>/dev/null) & watcher=$!
wait $server; status=$?
kill $watcher 2>/dev/null
if [ -n "$folder" ]; then rm -rf "$folder"; fi
exit $status
`;

function serverSettings(port: number, ephemeral: boolean): string[] {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 160,
    shared_buffers: "64MB",
    log_timezone: "UTC",
    timezone: "UTC",
    ...(ephemeral && { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

function joined(url: string): EmbeddedServer {
  const close = async () => {};
  return { url, owned: false, close, [Symbol.asyncDispose]: close };
}

function urlOf(port: number, password: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function lastComplaint(logPath: string): string {
  const lines = existsSync(logPath) ? readFileSync(logPath, "utf8").trim().split("\n") : [];
  const bound = lines.find((line) => line.includes("could not bind"));
  return bound ?? lines.findLast((line) => /FATAL|error|ERROR/.test(line)) ?? lines.at(-1) ?? "no log";
}
