import { parseArgs } from "node:util";
import { usableProcessors } from "./usable-processors.ts";

/** What the command line and Apollo's environment variables ask for. */
export type Command =
  | { kind: "serve"; options: ServeOptions }
  | { kind: "validate"; args: readonly string[] }
  | { kind: "schema"; args: readonly string[] }
  | { kind: "plan"; args: readonly string[] }
  | { kind: "keys"; args: readonly string[] }
  | { kind: "version" }
  | { kind: "help" }
  | { kind: "wrong"; message: string };

export interface ServeOptions {
  supergraphPath: string | undefined;
  supergraphUrls: readonly string[];
  configPath: string | undefined;
  listen: string | undefined;
  dev: boolean;
  hotReload: boolean;
  log: string | undefined;
  workers: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readCommandLine(args: readonly string[], environment: Environment): Command {
  const [first, second, ...rest] = args;
  if (first === "config") return readConfigCommand(second, rest);
  if (first === "plan" || first === "keys") return { kind: first, args: args.slice(1) };
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    if (values.help) return { kind: "help" };
    if (values.version) return { kind: "version" };
    return readServe(values, environment);
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) };
  }
}

const options = {
  supergraph: { type: "string", short: "s" },
  config: { type: "string", short: "c" },
  listen: { type: "string" },
  dev: { type: "boolean" },
  "hot-reload": { type: "boolean" },
  log: { type: "string" },
  workers: { type: "string" },
  version: { type: "boolean", short: "V" },
  help: { type: "boolean", short: "h" },
  "anonymous-telemetry-disabled": { type: "boolean" },
} as const;

function readConfigCommand(name: string | undefined, args: readonly string[]): Command {
  if (name === "validate" || name === "schema") return { kind: name, args };
  return {
    kind: "wrong",
    message: `config has the commands validate and schema${name ? `, not ${name}` : ""}`,
  };
}

interface Values {
  supergraph?: string | undefined;
  config?: string | undefined;
  listen?: string | undefined;
  dev?: boolean | undefined;
  "hot-reload"?: boolean | undefined;
  log?: string | undefined;
  workers?: string | undefined;
}

function readServe(values: Values, environment: Environment): Command {
  const workers = readWorkers(values.workers ?? "1");
  if (workers === undefined) {
    return { kind: "wrong", message: `--workers takes a whole number from 1 to ${workersMax}, or auto` };
  }
  const supergraphPath = values.supergraph ?? nonEmpty(environment.APOLLO_ROUTER_SUPERGRAPH_PATH);
  const supergraphUrls = (environment.APOLLO_ROUTER_SUPERGRAPH_URLS ?? "")
    .split(",")
    .filter((url) => url !== "");
  if (supergraphPath === undefined && supergraphUrls.length === 0) {
    return {
      kind: "wrong",
      message:
        "no supergraph: give --supergraph FILE, APOLLO_ROUTER_SUPERGRAPH_PATH or APOLLO_ROUTER_SUPERGRAPH_URLS",
    };
  }
  return {
    kind: "serve",
    options: {
      supergraphPath,
      supergraphUrls,
      configPath: values.config ?? nonEmpty(environment.APOLLO_ROUTER_CONFIG_PATH),
      listen: values.listen ?? nonEmpty(environment.APOLLO_ROUTER_LISTEN_ADDRESS),
      dev: values.dev ?? isTrue(environment.APOLLO_ROUTER_DEV),
      hotReload: values["hot-reload"] ?? isTrue(environment.APOLLO_ROUTER_HOT_RELOAD),
      log: values.log ?? nonEmpty(environment.APOLLO_ROUTER_LOG),
      workers,
    },
  };
}

const workersMax = 256;

function readWorkers(text: string): number | undefined {
  if (text === "auto") return Math.min(usableProcessors(), workersMax);
  const workers = Number(text);
  return Number.isInteger(workers) && workers >= 1 && workers <= workersMax ? workers : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(1|true|yes|on)$/i.test(text);
}

export const help = `Mycelium Router: a federation router configured by Apollo Router's router.yaml

Usage: router --supergraph FILE [--config FILE] [options]
       router config validate FILE [--report]
       router config schema
       router plan --supergraph FILE --operation FILE [--json]
       router keys create [--tenant T] [--scope S] …
       router keys context --subgraph NAME --config FILE

  -s, --supergraph FILE   the supergraph          (APOLLO_ROUTER_SUPERGRAPH_PATH, …_URLS)
  -c, --config FILE       the configuration       (APOLLO_ROUTER_CONFIG_PATH)
      --listen ADDRESS    where clients reach it  (APOLLO_ROUTER_LISTEN_ADDRESS)
      --dev               open everything that helps while developing
      --hot-reload        reload both files when they change  (APOLLO_ROUTER_HOT_RELOAD)
      --log LEVEL         off, error, warn, info, debug, trace  (APOLLO_ROUTER_LOG)
      --workers N         processes that share the port (1); auto: one for each processor
  -V, --version
  -h, --help
`;
