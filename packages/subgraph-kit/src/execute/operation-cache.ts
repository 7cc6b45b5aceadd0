import type { GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import {
  type Operation,
  type OperationLimits,
  prepareOperation,
  type RefusedOperation,
} from "./prepare-operation.ts";
import { compileOperation, type RunOperation, runPlainly } from "./run-operation.ts";

export interface PreparedOperation extends Operation {
  run: RunOperation;
}

export interface OperationCache {
  prepare(text: string, operationName: string | undefined): PreparedOperation | RefusedOperation;
  readonly bytes: number;
}

interface Entry {
  prepared: PreparedOperation | RefusedOperation;
  /** How often it has run; compiled the second time. */
  uses: number;
}

/** Measured: a parsed document weighs about twenty times its text, its functions about forty times. */
const documentWeight = 20;
const compiledWeight = 40;
/** What an entry weighs beside what grows with its text. */
const entryBytes = 1_000;

/**
 * Parses, validates and folds each operation once, and compiles it on its second use: compiling costs more than
 * running an operation that never comes again. Bounded in (estimated) bytes.
 */
export function createOperationCache(options: {
  schema: GraphQLSchema;
  limits: OperationLimits;
  bytesMax: number;
}): OperationCache {
  const { schema, limits, bytesMax } = options;
  const entries = new LRUCache<string, Entry>({
    maxSize: bytesMax,
    maxEntrySize: Math.ceil(bytesMax / 4),
    sizeCalculation: ({ uses }, key) =>
      entryBytes + key.length * (uses > 1 ? documentWeight + compiledWeight : documentWeight),
  });
  return {
    get bytes() {
      return entries.calculatedSize;
    },
    prepare(text, operationName) {
      const key = operationName === undefined ? text : `${operationName}\n${text}`;
      const entry = entries.get(key);
      if (entry) return entry.uses === 1 ? compileNow(key, entry) : entry.prepared;
      const operation = prepareOperation({ schema, limits, text, operationName });
      const prepared =
        "errors" in operation ? operation : { ...operation, run: runPlainly(schema, operation) };
      entries.set(key, { prepared, uses: 1 });
      return prepared;
    },
  };

  function compileNow(key: string, { prepared }: Entry): PreparedOperation | RefusedOperation {
    if ("errors" in prepared) return prepared;
    const run = compileOperation(schema, prepared);
    const compiled = run ? { ...prepared, run } : prepared;
    entries.set(key, { prepared: compiled, uses: 2 });
    return compiled;
  }
}
