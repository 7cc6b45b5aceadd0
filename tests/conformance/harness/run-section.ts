import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { exampleSupergraphPath } from "../../../example/compose.ts";
import type { Example } from "../../../example/serve.ts";
import type { Answer, Case, CaseContext, Section, Send } from "./case.ts";
import { Judge } from "./judge.ts";
import { send } from "./send.ts";
import { type Engine, freePort, startRouter } from "./start-router.ts";

export interface CaseResult {
  section: string;
  name: string;
  assertions: number;
  mistakes: readonly string[];
  answer?: Answer;
}

export interface Setting {
  engine: Engine;
  example: Example;
}

type World = Pick<
  CaseContext,
  "engine" | "example" | "router" | "url" | "healthUrl" | "writeConfig" | "writeSupergraph"
>;

/** Runs the cases of one section against one router process, one after the other. */
export async function runSection(section: Section, setting: Setting): Promise<CaseResult[]> {
  const cases = section.cases.filter(
    ({ differs }) => setting.engine === "mycelium" || !differs || differs.apollo,
  );
  if (cases.length === 0) return [];
  try {
    return await withRouter(section, setting, async (world) => {
      const results: CaseResult[] = [];
      for (const oneCase of cases) results.push(await runCase(section, oneCase, world));
      return results;
    });
  } catch (error) {
    return cases.map(({ name }) => failed({ section, name, error }));
  }
}

/** Starts a router for the example with this yaml, and stops it when `use` is done. */
export async function withRouter<Result>(
  { yaml, flags = [] }: Pick<Section, "yaml" | "flags">,
  { engine, example }: Setting,
  use: (world: World) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  const files = {
    supergraphPath: join(folder, "supergraph.graphql"),
    configPath: join(folder, "router.yaml"),
  };
  const [port, healthPort] = [freePort(), freePort()];
  const healthUrl = `http://127.0.0.1:${healthPort}/health`;
  const places = { port, healthPort, urls: example.urls };
  const writeConfig = (text: string) => writeFile(files.configPath, completeConfig(text, places));
  try {
    const sdl = await readFile(exampleSupergraphPath, "utf8");
    const writeSupergraph: World["writeSupergraph"] = (edit) => writeFile(files.supergraphPath, edit(sdl));
    await writeConfig(yaml);
    await writeSupergraph((text) => text);
    await using router = await startRouter({ engine, ...files, healthUrl, flags });
    const url = `http://127.0.0.1:${port}`;
    return await use({ engine, example, router, url, healthUrl, writeConfig, writeSupergraph });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runCase(section: Section, oneCase: Case, world: World): Promise<CaseResult> {
  const { name } = oneCase;
  const { example, engine, url } = world;
  const judge = new Judge();
  let answer: Answer | undefined;
  try {
    example.forgetRequests();
    example.clearFaults();
    for (const [subgraph, fault] of Object.entries(oneCase.faults ?? {})) example.setFault(subgraph, fault);
    for (const request of requestsOf(oneCase)) answer = await send(url, request);
    const expected = (engine === "apollo" && oneCase.differs?.apollo) || oneCase.expect;
    if (answer && expected) judge.answer(answer, expected);
    const { equal, ok } = judge;
    await oneCase.check?.({
      ...world,
      answer: answer as Answer,
      equal,
      ok,
      send: (request) => send(url, request),
    });
    if (judge.assertions === 0) judge.mistakes.push("The case asserts nothing");
    return {
      section: section.name,
      name,
      assertions: judge.assertions,
      mistakes: judge.mistakes,
      ...(answer && { answer }),
    };
  } catch (error) {
    return failed({ section, name, error });
  }
}

function failed({ section, name, error }: { section: Section; name: string; error: unknown }): CaseResult {
  const mistake = error instanceof Error ? error.message : String(error);
  return { section: section.name, name, assertions: 0, mistakes: [mistake] };
}

function requestsOf({ send }: Case): readonly Send[] {
  if (!send) return [];
  return Array.isArray(send) ? send : [send as Send];
}

interface Places {
  port: number;
  healthPort: number;
  urls: Readonly<Record<string, string>>;
}

function completeConfig(yaml: string, { port, healthPort, urls }: Places): string {
  const config = (parse(yaml) ?? {}) as Record<string, Record<string, unknown> | undefined>;
  return stringify({
    ...config,
    supergraph: { listen: `127.0.0.1:${port}`, ...config.supergraph },
    health_check: { listen: `127.0.0.1:${healthPort}`, ...config.health_check },
    override_subgraph_url: { ...urls, ...config.override_subgraph_url },
  });
}
