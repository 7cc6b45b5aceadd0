import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { FetchRewrite, PathSegment, RequiresSelection } from "../planner/plan.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import {
  type AnswerPath,
  type CollectObjects,
  collectObjectPaths,
  collectObjects,
  compileCollect,
} from "./answer-path.ts";
import { ask } from "./ask.ts";
import type { Compile } from "./compile.ts";
import { cloneJson } from "./merge.ts";
import { compileEntityMerge, type Merge, mergeAny } from "./merge-entity.ts";
import type { PlanRun, Step } from "./plan-run.ts";
import { type BuildRepresentations, compileForAnyType, compileRepresentations } from "./representations.ts";
import { compileBody } from "./request-body.ts";
import { applyRewrites } from "./rewrite.ts";
import type { SubgraphAnswer, SubgraphCall } from "./subgraph-answer.ts";
import { writtenForThirdRun } from "./written-function.ts";

/** One request to a subgraph for entities found at one or many places of the answer. */
export interface EntityFetch {
  subgraph: string;
  operation: string;
  operationName: string | undefined;
  variableUsages: readonly string[];
  lookups: EntityLookup[];
}

/** One `_entities` field of that request. */
export interface EntityLookup {
  alias: string;
  representationsVariable: string;
  paths: readonly (readonly PathSegment[])[];
  requires: readonly RequiresSelection[];
  inputRewrites: readonly FetchRewrite[];
  outputRewrites: readonly FetchRewrite[];
}

export interface CompiledLookup extends EntityLookup {
  label: string;
  ways: LookupWays;
}

/** How a lookup finds its objects, says what they are and takes what comes back. */
interface LookupWays {
  collects: CollectObjects[];
  buildRepresentations: BuildRepresentations;
  merge: Merge;
}

/** What one lookup of one run asked for. */
export interface Asked {
  lookup: CompiledLookup;
  objects: JsonObject[];
  texts: readonly string[];
  /** Per object the index of its entity, -1 for none. */
  indexes: number[];
}

export function compileEntityFetch(fetch: EntityFetch, compile: Compile): Step {
  const writeBody = compileBody(fetch);
  const { types } = compile;
  const lookups = fetch.lookups.map((lookup): CompiledLookup => {
    const label = `${JSON.stringify(lookup.representationsVariable)}:[`;
    return { ...lookup, label, ways: plainWays(lookup, types) };
  });
  const writeWays = writtenForThirdRun(() => {
    for (const lookup of lookups) lookup.ways = writtenWays(fetch.operation, lookup, types);
  });

  const fetchId = compile.nextFetchId();
  const orphanPaths = compile.hoistsOrphanErrors(fetch.subgraph) ? hoistedPaths(fetch) : undefined;
  const cached = compile.cache?.entities({
    ...fetch,
    lookups: lookups.map((each) => ({ ...each, isRewritten: each.inputRewrites.length > 0 })),
  });

  function writeCall(run: PlanRun, representations: string): SubgraphCall {
    const { subgraph, operationName, operation: document, variableUsages: variables } = fetch;
    const body = writeBody(run.variables, representations);
    return { subgraph, operationKind: "query", operationName, document, variables, body };
  }

  return function fetchEntities(run) {
    if (run.shortcut) {
      return run.shortcut.ask(fetchId, ({ representations, counts }) => {
        cached?.passedBy(run, counts);
        return writeCall(run, representations);
      });
    }
    writeWays();
    const asked: Asked[] = [];
    let total = 0;
    for (const lookup of lookups) {
      const objects = collectAll(run, lookup);
      const { texts, indexes } = lookup.ways.buildRepresentations(objects);
      total += texts.length;
      asked.push({ lookup, objects, texts, indexes });
    }
    if (total === 0) return;
    const take = (answer: SubgraphAnswer): void => {
      if (answer.errors.length > 0) addErrors(run, asked, { answer, orphanPaths });
      if (answer.data) for (const each of asked) mergeEntities(each, answer, answer.data[each.lookup.alias]);
    };
    const texts = asked.map((each) => each.texts);
    const answer = cached
      ? cached.answer(run, texts, (missing) => askSubgraph(run, missing))
      : askSubgraph(run, texts);
    return answer instanceof Promise ? answer.then(take) : take(answer);
  };

  function askSubgraph(run: PlanRun, texts: readonly (readonly string[])[]): Promise<SubgraphAnswer> {
    let representations = "";
    for (let at = 0; at < lookups.length; at++) {
      representations += `${at === 0 ? "" : ","}${lookups[at]!.label}${texts[at]!.join(",")}]`;
    }
    const represented = { representations, counts: texts.map(({ length }) => length) };
    return ask(run, { fetchId, represented, call: writeCall(run, representations) });
  }
}

export function plainWays(lookup: EntityLookup, types: SupergraphTypes): LookupWays {
  return {
    collects: lookup.paths.map((path) => (root) => collectObjects(root, path)),
    merge: mergeAny,
    buildRepresentations: compileForAnyType({ ...lookup, types }),
  };
}

function writtenWays(operation: string, lookup: EntityLookup, types: SupergraphTypes): LookupWays {
  return {
    collects: lookup.paths.map(compileCollect),
    merge: compileEntityMerge(operation, lookup),
    buildRepresentations: compileRepresentations({ ...lookup, types }),
  };
}

function collectAll(run: PlanRun, lookup: CompiledLookup): JsonObject[] {
  const [first, ...others] = lookup.ways.collects;
  const objects = first ? first(run.data) : [];
  for (const collect of others) for (const object of collect(run.data)) objects.push(object);
  return objects;
}

export function mergeEntities(
  { lookup, objects, indexes }: Asked,
  { isShared = false }: SubgraphAnswer,
  answered: JsonValue | undefined,
): void {
  if (!Array.isArray(answered)) return;
  const isRewritten = lookup.outputRewrites.length > 0;
  const entities = isRewritten && isShared ? cloneJson(answered) : answered;
  if (isRewritten) applyRewrites(entities, lookup.outputRewrites);
  // Later fetches may write below two places differently, so only the first may own what is nested.
  const taken = new Uint8Array(entities.length);
  if (isShared) taken.fill(1);
  const { merge } = lookup.ways;
  for (let at = 0; at < objects.length; at++) {
    const index = indexes[at]!;
    const entity = index < 0 ? undefined : entities[index];
    if (!isJsonObject(entity)) continue;
    merge(objects[at]!, entity, taken[index] === 0);
    taken[index] = 1;
  }
}

interface EntityAnswer {
  answer: SubgraphAnswer;
  /** Where errors without an entity go, if not to every place. */
  orphanPaths: readonly AnswerPath[] | undefined;
}

/** An entity's error goes to every place where the entity stands; one without an entity, to every place asked for. */
export function addErrors(
  run: PlanRun,
  asked: readonly Asked[],
  { answer, orphanPaths }: EntityAnswer,
): void {
  const places = asked.map(({ lookup }) =>
    lookup.paths.flatMap((path) => collectObjectPaths(run.data, path)),
  );
  for (const error of answer.errors) {
    const [alias, index] = error.path ?? [];
    const at = asked.findIndex(({ lookup }) => lookup.alias === alias);
    const hasEntity = at >= 0 && typeof index === "number";
    const found = hasEntity
      ? placesOf(asked[at]!, places[at]!, index)
      : (orphanPaths ?? allPlaces(asked, places));
    const rest = hasEntity ? (error.path ?? []).slice(2) : [];
    const { locations: _belongToTheSubgraphsOperation, ...bare } = error;
    for (const place of found) {
      if (run.errors.length >= errorsMax) return;
      run.errors.push({ ...bare, path: [...place, ...rest] });
    }
  }
}

function allPlaces(asked: readonly Asked[], places: readonly AnswerPath[][]): AnswerPath[] {
  return places.flatMap((list, which) => list.filter((_, object) => asked[which]!.indexes[object]! >= 0));
}

/** The nearest places above the entities that are in no list. */
export function hoistedPaths({ lookups }: Pick<EntityFetch, "lookups">): AnswerPath[] {
  const paths = lookups.flatMap((lookup) => lookup.paths.map(pathBeforeList));
  return [...new Map(paths.map((path) => [path.join("."), path])).values()];
}

function pathBeforeList(path: readonly PathSegment[]): string[] {
  const firstList = path.findIndex(({ kind }) => kind === "list");
  const outside = firstList < 0 ? path : path.slice(0, firstList);
  return outside.flatMap((segment) => (segment.kind === "field" ? [segment.name] : []));
}

/** Ten thousand entities with an error each must not become an answer that nobody can hold. */
const errorsMax = 10_000;

function placesOf(asked: Asked, places: readonly AnswerPath[], index: number): AnswerPath[] {
  return places.filter((_, object) => asked.indexes[object] === index);
}
