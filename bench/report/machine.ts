import { cpus, loadavg, release, totalmem } from "node:os";
import type { Contender } from "../routers/contender.ts";

export interface MachineFacts {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly loadAverageAtStart: number;
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function machineFacts(contenders: readonly Contender[]): MachineFacts {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    loadAverageAtStart: loadavg()[0] ?? 0,
    commit: firstWords(["git", "-C", import.meta.dirname, "describe", "--always", "--dirty"]),
    versions: {
      ...Object.fromEntries(contenders.map(({ name, version }) => [name, version])),
      bun: Bun.version,
      wrk: /wrk (\S+)/.exec(firstWords(["wrk", "-v"]))?.[1] ?? "unknown",
      rustc: firstWords(["rustc", "--version"]),
    },
  };
}

export function machineText(facts: MachineFacts): string {
  const versions = Object.entries(facts.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `- Machine: ${facts.cpu}, ${facts.cores} cores, ${facts.memoryGb} GB, Linux ${facts.kernel}`,
    `- Load average before the run: ${facts.loadAverageAtStart.toFixed(2)} (other work on the machine blurs the figures)`,
    `- Versions: ${versions.join(", ")}; commit ${facts.commit}`,
    `- ${facts.date}`,
  ].join("\n");
}

function firstWords(command: readonly string[]): string {
  try {
    const { stdout } = Bun.spawnSync([...command], { stderr: "ignore" });
    return stdout.toString().split("\n")[0]?.trim() ?? "";
  } catch {
    return "unknown";
  }
}
