import type { GraphQLSchema } from "graphql";
import { type Describable, type DescribedOperation, describeOperation } from "./describe-operation.ts";
import { nameInputs } from "./name-inputs.ts";

/** One line of a report, as the registry takes it. */
export interface UsageRecord {
  operation: string;
  operationName: string | null;
  clientName: string | null;
  clientVersion: string | null;
  count: number;
  errors: number;
  latencyMsSum: number;
  fields: readonly string[];
  arguments: readonly string[];
  inputFields: readonly string[];
  enumValues: readonly string[];
}

export interface Asked {
  operation: Describable;
  variables: Readonly<Record<string, unknown>>;
  clientName: string | null;
  clientVersion: string | null;
  hasErrors: boolean;
  latencyMs: number;
}

interface Counts {
  operation: Describable;
  clientName: string | null;
  clientVersion: string | null;
  count: number;
  errors: number;
  latencyMs: number;
  inputFields: Set<string>;
  enumValues: Set<string>;
}

const nameLengthMax = 200;

/** What was asked since the last report: a few additions for each request, everything else once for each operation. */
export class UsageCounts {
  private byOperation = new Map<Describable, Map<string, Counts>>();
  private entries = 0;
  /** Operations are kept by the pipeline: what is known of one goes with it. */
  private readonly described = new WeakMap<Describable, DescribedOperation>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly entriesMax: number,
  ) {}

  /** False where too many different ones were asked to count this one too. */
  add({ operation, variables, clientName, clientVersion, hasErrors, latencyMs }: Asked): boolean {
    const counts = this.countsOf(operation, clientName, clientVersion);
    if (!counts) return false;
    counts.count += 1;
    if (hasErrors) counts.errors += 1;
    counts.latencyMs += latencyMs;
    for (const { name, type } of this.describe(operation).inputVariables) {
      nameInputs(variables[name], type, counts);
    }
    return true;
  }

  /** Begins anew. */
  take(): UsageRecord[] {
    const taken = [...this.byOperation.values()].flatMap((byClient) => [...byClient.values()]);
    this.byOperation = new Map();
    this.entries = 0;
    return taken.map(({ operation, count, errors, latencyMs, ...counts }) => {
      const { signature, name, fields, arguments: args, ...described } = this.describe(operation);
      return {
        ...{ operation: signature, operationName: name ?? null },
        ...{ clientName: counts.clientName, clientVersion: counts.clientVersion },
        ...{ count, errors, latencyMsSum: Math.round(latencyMs * 1_000) / 1_000 },
        ...{ fields, arguments: args },
        inputFields: [...new Set([...described.inputFields, ...counts.inputFields])],
        enumValues: [...new Set([...described.enumValues, ...counts.enumValues])],
      };
    });
  }

  private countsOf(
    operation: Describable,
    clientName: string | null,
    clientVersion: string | null,
  ): Counts | undefined {
    let byClient = this.byOperation.get(operation);
    const key = `${clientName ?? ""}\n${clientVersion ?? ""}`;
    const known = byClient?.get(key);
    if (known) return known;
    if (this.entries >= this.entriesMax) return undefined;
    if (!byClient) {
      byClient = new Map();
      this.byOperation.set(operation, byClient);
    }
    this.entries += 1;
    const counts: Counts = {
      operation,
      clientName: clientName?.slice(0, nameLengthMax) ?? null,
      clientVersion: clientVersion?.slice(0, nameLengthMax) ?? null,
      ...{ count: 0, errors: 0, latencyMs: 0 },
      ...{ inputFields: new Set<string>(), enumValues: new Set<string>() },
    };
    byClient.set(key, counts);
    return counts;
  }

  private describe(operation: Describable): DescribedOperation {
    let described = this.described.get(operation);
    if (!described) {
      described = describeOperation(this.schema, operation);
      this.described.set(operation, described);
    }
    return described;
  }
}
