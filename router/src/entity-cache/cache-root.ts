import { type FieldNode, Kind } from "graphql";
import type { AnswerRoot, CacheableRoot, CachedRoot } from "../execute/fetch-cache.ts";
import type { SubgraphAnswer } from "../execute/subgraph-answer.ts";
import type { JsonObject } from "../json.ts";
import { answerThroughCache, askAndFold, type FetchSurroundings } from "./answer-through-cache.ts";
import { isLost, type PieceAnswers } from "./fetch-options.ts";
import type { Form } from "./forms/form.ts";
import { SubgraphOperation } from "./forms/read-form.ts";
import { resolveValue } from "./forms/write-values.ts";
import { requestOf } from "./request-cache.ts";
import { fillIn } from "./tags.ts";

/** Compiles a fetch of root fields: what one request to a subgraph brings stands in the cache as one. */
export function cacheRoot(fetch: CacheableRoot, surroundings: FetchSurroundings): CachedRoot {
  const { settings, parts } = surroundings;
  if (fetch.operationKind !== "query") {
    return { answer: (run, ask) => askAndFold(run, surroundings, ask), passedBy: () => {} };
  }
  const { queryType } = parts.facts;
  const operation = new SubgraphOperation(settings.subgraph, fetch.operation, surroundings.forms);
  const reader = operation.formOf(operation.definition.selectionSet, queryType);
  const section = parts.store.section(settings.subgraph, queryType);
  const tagged = operation.rootFields().flatMap((field) => {
    const formats = parts.facts.fieldTagFormats(settings.subgraph, queryType, field.name.value);
    return formats.length > 0 ? [{ field, formats }] : [];
  });

  function tagsOf(variables: JsonObject, { extensions }: SubgraphAnswer): string[] {
    const given = extensions?.apolloCacheTags;
    const values = operation.withDefaults(variables);
    return [
      ...tagged.flatMap(({ field, formats }) => {
        const defaults = parts.facts.defaultsOf(queryType, field.name.value);
        const args = { ...defaults, ...readArguments(field, values) };
        return formats.map((format) => fillIn(format, { args }));
      }),
      ...(Array.isArray(given) ? given.filter((tag) => typeof tag === "string") : []),
    ];
  }

  const answer: AnswerRoot = (run, ask) => {
    const form = reader.formFor(run.variables);
    return answerThroughCache(surroundings, {
      run,
      document: fetch.operation,
      pieces: [{ section, key: rootKey(form), form, inputs: [] }],
      ask: async () => asPiece(await ask(), (answer) => tagsOf(run.variables, answer)),
      askAll: ask,
      write: ([data]) => ({ data: data ?? null, errors: [], isShared: true }),
    });
  };
  return {
    answer,
    passedBy: (run) => parts.count("one-off", { section, observer: requestOf(run)?.facts.observer }),
  };
}

function asPiece(answer: SubgraphAnswer, tagsOf: (answer: SubgraphAnswer) => string[]): PieceAnswers {
  const { data, errors } = answer;
  return {
    answer,
    isLost: isLost(answer),
    values: [data ?? undefined],
    failed: new Set(),
    hasErrorOfAll: errors.length > 0,
    tags: () => tagsOf(answer),
    errorsOf: (isTold) => (isTold(0) ? errors : []),
  };
}

const keys = new WeakMap<Form, string>();

/** Which fields were asked for, whatever of them. */
function rootKey(form: Form): string {
  let key = keys.get(form);
  if (key === undefined) {
    key = form.fields
      .map(({ canonical }) => canonical)
      .sort()
      .join(" ");
    keys.set(form, key);
  }
  return key;
}

function readArguments(field: FieldNode, variables: JsonObject): JsonObject {
  return Object.fromEntries(
    (field.arguments ?? []).flatMap(({ name, value }) => {
      const resolved = resolveValue(value, variables);
      const isAbsent = resolved === undefined && value.kind === Kind.VARIABLE;
      return isAbsent ? [] : [[name.value, resolved ?? null] as const];
    }),
  );
}
