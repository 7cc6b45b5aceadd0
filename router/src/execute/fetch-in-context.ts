import type { JsonObject } from "../json.ts";
import type { ContextRewrite } from "../planner/plan.ts";
import { compileAliased } from "./aliased-operation.ts";
import { collectObjectPaths, collectObjects } from "./answer-path.ts";
import type { Compile } from "./compile.ts";
import { readContextValues } from "./context-values.ts";
import {
  type Asked,
  addErrors,
  type EntityFetch,
  type EntityLookup,
  hoistedPaths,
  mergeEntities,
  plainWays,
} from "./fetch-entities.ts";
import type { PlanRun, Step } from "./plan-run.ts";
import { rootRepresented } from "./recording.ts";
import { compileBody } from "./request-body.ts";
import type { SubgraphCall } from "./subgraph-answer.ts";

export interface FetchInContext extends Omit<EntityFetch, "lookups"> {
  lookup: EntityLookup;
  contextRewrites: readonly ContextRewrite[];
}

/** Lookups in one request: each needs the selection once more. */
const lookupsMax = 100;

/** Entities whose contextual variables have the same values. */
interface Alike {
  values: JsonObject;
  /** Which of all objects they are. */
  members: number[];
}

/** An entity fetch with variables that depend on the objects around each entity: one lookup for each set of values. */
export function compileFetchInContext(fetch: FetchInContext, compile: Compile): Step {
  const { subgraph, operation, operationName, variableUsages, lookup, contextRewrites } = fetch;
  const ways = plainWays(lookup, compile.types);
  const fetchId = compile.nextFetchId();
  const orphanPaths = compile.hoistsOrphanErrors(subgraph) ? hoistedPaths({ lookups: [lookup] }) : undefined;
  const contextual = new Set(contextRewrites.map(({ name }) => name));
  const writeAliased = compileAliased(operation, new Set([...contextual, "representations"]));

  function writeCall(run: PlanRun, count: number, written: string): SubgraphCall {
    const document = count === 1 ? operation : writeAliased(count);
    const body = compileBody({ operation: document, operationName, variableUsages })(run.variables, written);
    return { subgraph, operationKind: "query", operationName, document, variables: variableUsages, body };
  }

  return function fetchInContext(run) {
    const [path = []] = lookup.paths;
    const objects = collectObjects(run.data, path);
    const alike = groupByValues(run, collectObjectPaths(run.data, path), contextRewrites);
    const requests: Promise<void>[] = [];
    for (let from = 0; from < alike.length; from += lookupsMax) {
      const request = ask(run, objects, alike.slice(from, from + lookupsMax));
      if (request) requests.push(request);
    }
    if (requests.length === 1) return requests[0];
    if (requests.length > 1) return Promise.all(requests).then(() => {});
  };

  function ask(run: PlanRun, objects: JsonObject[], alike: readonly Alike[]): Promise<void> | undefined {
    const asked: Asked[] = [];
    const values: JsonObject[] = [];
    for (const each of alike) {
      const { texts, indexes } = ways.buildRepresentations(each.members.map((member) => objects[member]!));
      if (texts.length === 0) continue;
      const all = new Array<number>(objects.length).fill(-1);
      for (const [at, member] of each.members.entries()) all[member] = indexes[at]!;
      asked.push({ lookup: { ...lookup, label: "", ways }, objects, texts, indexes: all });
      values.push(each.values);
    }
    if (asked.length === 0) return undefined;
    if (asked.length > 1) for (const [at, each] of asked.entries()) each.lookup.alias = `_${at}`;
    const written = asked
      .map(({ texts }, at) => writeVariables(texts, values[at]!, asked.length === 1 ? "" : `_${at}`))
      .join(",");
    return askSubgraph(run, asked, writeCall(run, asked.length, written));
  }

  async function askSubgraph(run: PlanRun, asked: readonly Asked[], call: SubgraphCall): Promise<void> {
    const answer = await run.callSubgraph(call);
    // Answers hang on more than the representations: a run with them is not remembered.
    run.recording?.note(fetchId, rootRepresented, { ...answer, bytes: undefined });
    if (answer.errors.length > 0) addErrors(run, asked, { answer, orphanPaths });
    if (answer.data) for (const each of asked) mergeEntities(each, answer, answer.data[each.lookup.alias]);
  }
}

function groupByValues(
  run: PlanRun,
  places: ReturnType<typeof collectObjectPaths>,
  rewrites: readonly ContextRewrite[],
): Alike[] {
  const byValues = new Map<string, Alike>();
  for (const [member, place] of places.entries()) {
    const values = readContextValues(rewrites, run.data, place);
    const key = JSON.stringify(values);
    const known = byValues.get(key);
    if (known === undefined) byValues.set(key, { values, members: [member] });
    else known.members.push(member);
  }
  return [...byValues.values()];
}

function writeVariables(texts: readonly string[], values: JsonObject, suffix: string): string {
  const contextual = Object.entries(values).map(
    ([name, value]) => `,${JSON.stringify(name + suffix)}:${JSON.stringify(value)}`,
  );
  return `"representations${suffix}":[${texts.join(",")}]${contextual.join("")}`;
}
