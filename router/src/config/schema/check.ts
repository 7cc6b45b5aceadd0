import { type Position, type Problem, pathOfIndex, pathOfKey } from "../problem.ts";
import {
  type ConfigNode,
  describeNode,
  type ListNode,
  type MapEntry,
  type MapNode,
  nodeOf,
  plainValue,
  printScalar,
} from "../read/config-node.ts";
import { describeAlternatives, fieldNames, knownKeyCount, mayHold, unknownKey } from "./inspect.ts";
import { outputName } from "./names.ts";
import { didYouMean } from "./nearest.ts";
import type { ListShape, ObjectShape, ScalarShape, Schema, Support, UnionShape } from "./schema.ts";

type RefusedSupport = Extract<Support, { feature: string }>;

export interface Checked {
  /** Only to be used when there are no problems. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Every key of the file that was understood, in no particular order. */
  readonly keys: readonly KeyReport[];
  readonly refused: readonly RefusedKey[];
}

export interface KeyReport {
  readonly path: string;
  readonly position: Position | undefined;
  readonly state: KeyState;
  readonly note: string;
}

export type KeyState = "supported" | "ignored" | "refused";

export interface RefusedKey {
  readonly path: string;
  readonly position: Position | undefined;
  readonly feature: string;
}

/** Holds a tree against a schema: every problem in it, or the value with all defaults. */
export function checkTree(schema: Schema, root: ConfigNode): Checked {
  const pass = new CheckPass();
  const value = pass.checkNode(schema, root, { path: "", state: "supported", note: "" });
  return { value, problems: pass.problems, keys: pass.keys, refused: pass.refused };
}

interface Place {
  readonly path: string;
  readonly state: KeyState;
  readonly note: string;
  readonly keyPosition?: Position | undefined;
}

class CheckPass {
  readonly problems: Problem[] = [];
  readonly keys: KeyReport[] = [];
  readonly refused: RefusedKey[] = [];

  checkNode(schema: Schema, node: ConfigNode, place: Place): unknown {
    const { support } = schema.traits;
    switch (support?.state) {
      case undefined:
        return this.checkPlain(schema, node, place);
      case "supported":
        return this.checkPlain(schema, node, { ...place, state: "supported", note: "" });
      case "ignored":
        return this.checkPlain(schema, node, { ...place, state: "ignored", note: support.note });
      case "refused":
      case "mixed":
        return place.state === "supported"
          ? this.checkRefused(schema, support, node, place)
          : this.checkPlain(schema, node, place);
    }
  }

  /** Whether a feature is asked for shows only when its keys have been read. */
  private checkRefused(schema: Schema, support: RefusedSupport, node: ConfigNode, place: Place): unknown {
    const { feature, isOn } = support;
    const inner = new CheckPass();
    const innerState = support.state === "mixed" ? "supported" : "refused";
    const value = inner.checkPlain(schema, node, { ...place, state: innerState, note: "" });
    const keysAs = (state: KeyState, note: string) => inner.keys.map((key) => ({ ...key, state, note }));
    if (inner.problems.length === 0 && value !== undefined && isOn(value)) {
      const refused = { path: place.path, position: place.keyPosition ?? node.position, feature };
      this.absorb({ problems: [], keys: keysAs("refused", feature), refused: [refused] });
    } else if (support.state === "refused") {
      this.absorb({ ...inner, keys: keysAs("ignored", `${feature}, off here`) });
    } else {
      this.absorb(inner);
    }
    return value;
  }

  private absorb(other: Omit<Checked, "value">): void {
    this.problems.push(...other.problems);
    this.keys.push(...other.keys);
    this.refused.push(...other.refused);
  }

  private checkPlain(schema: Schema, node: ConfigNode, place: Place): unknown {
    if (node.kind === "scalar" && node.value === null && schema.traits.nullable) {
      this.reportKey(place);
      return undefined;
    }
    const problemsBefore = this.problems.length;
    let value = this.checkShape(schema, node, place);
    for (const step of schema.traits.steps) {
      if (this.problems.length > problemsBefore) {
        return undefined;
      }
      if (step.kind === "map") {
        value = step.run(value);
      } else {
        step.run(value, (below, message) => this.reportBelow(node, place.path, below, message));
      }
    }
    return value;
  }

  private checkShape({ shape }: Schema, node: ConfigNode, place: Place): unknown {
    switch (shape.kind) {
      case "object":
        return node.kind === "map"
          ? this.checkObject(shape, node, place)
          : this.reportMismatch(node, place, "a mapping");
      case "list":
        return node.kind === "list"
          ? this.checkList(shape, node, place)
          : this.reportMismatch(node, place, "a list");
      case "enum":
        return this.checkEnum(shape.values, node, place);
      case "scalar":
        return this.checkScalar(shape, node, place);
      case "union":
        return this.checkUnion(shape, node, place);
      case "lazy":
        return this.checkNode(shape.get(), node, place);
      case "any":
        this.reportKey(place);
        return plainValue(node);
    }
  }

  private checkObject(shape: ObjectShape, node: MapNode, place: Place): Record<string, unknown> {
    if (node.entries.size === 0) {
      this.reportKey(place);
    }
    const present = [...node.entries].flatMap(([key, entry]) => this.checkEntry(shape, key, entry, place));
    // Also a key named `__proto__` becomes a plain property so.
    return Object.fromEntries([...present, ...this.absentValues(shape, node, place)]);
  }

  private checkEntry(shape: ObjectShape, key: string, entry: MapEntry, place: Place): [string, unknown][] {
    const schema = Object.hasOwn(shape.fields, key) ? shape.fields[key] : shape.rest;
    const path = pathOfKey(place.path, key);
    if (schema === undefined) {
      this.problems.push({ position: entry.keyPosition, path, message: unknownKey(key, shape) });
      return [];
    }
    const value = this.checkNode(schema, entry.node, { ...place, path, keyPosition: entry.keyPosition });
    return [[shape.verbatim ? key : outputName(key, schema.unit), value]];
  }

  private absentValues(shape: ObjectShape, node: MapNode, place: Place): [string, unknown][] {
    const absent = Object.entries(shape.fields).filter(([key]) => !node.entries.has(key));
    return absent.flatMap(([key, schema]): [string, unknown][] => {
      const { presence } = schema.traits;
      if (presence.kind === "required") {
        const position = place.keyPosition ?? node.position;
        this.problems.push({ position, path: place.path, message: `the key "${key}" is missing` });
        return [];
      }
      const name = shape.verbatim ? key : outputName(key, schema.unit);
      return [[name, presence.kind === "default" ? defaultValue(schema, presence.input) : undefined]];
    });
  }

  private checkList(shape: ListShape, node: ListNode, place: Place): unknown[] {
    this.reportKey(place);
    if (node.items.length < shape.itemsMin || node.items.length > shape.itemsMax) {
      const expected = shape.itemsMin === shape.itemsMax ? `${shape.itemsMin}` : `at least ${shape.itemsMin}`;
      this.reportAt(node, place, `must have ${expected} items, has ${node.items.length}`);
    }
    if (shape.unique) {
      this.checkUnique(node, place);
    }
    return node.items.map((item, index) => {
      const path = pathOfIndex(place.path, index);
      return this.checkNode(shape.item, item, { ...place, path, keyPosition: undefined });
    });
  }

  private checkUnique(node: ListNode, place: Place): void {
    const seen = new Set<string>();
    node.items.forEach((item, index) => {
      const text = JSON.stringify(plainValue(item));
      if (seen.has(text)) {
        const path = pathOfIndex(place.path, index);
        this.problems.push({ position: item.position, path, message: "is in the list twice" });
      }
      seen.add(text);
    });
  }

  private checkEnum(values: readonly string[], node: ConfigNode, place: Place): unknown {
    const expected = values.length === 1 ? `"${values[0]}"` : `one of ${values.join(", ")}`;
    if (node.kind !== "scalar" || typeof node.value !== "string") {
      return this.reportMismatch(node, place, expected);
    }
    if (!values.includes(node.value)) {
      const guess = node.unexpanded === undefined ? didYouMean(node.value, values) : "";
      return this.reportAt(node, place, `expected ${expected}, got ${describeNode(node)}${guess}`);
    }
    this.reportKey(place);
    return node.value;
  }

  private checkScalar(shape: ScalarShape, node: ConfigNode, place: Place): unknown {
    if (node.kind !== "scalar" || node.value === null) {
      return this.reportMismatch(node, place, shape.expected);
    }
    const result = shape.parse(node.value);
    switch (result.kind) {
      case "parsed":
        this.reportKey(place);
        return result.value;
      case "mismatch":
        return this.reportMismatch(node, place, shape.expected);
      case "bad":
        return this.reportAt(node, place, `${printScalar(node)} ${result.reason}`);
    }
  }

  private checkUnion(shape: UnionShape, node: ConfigNode, place: Place): unknown {
    const passes: { alternative: Schema; pass: CheckPass }[] = [];
    for (const alternative of shape.alternatives) {
      const pass = new CheckPass();
      const value = pass.checkNode(alternative, node, place);
      if (pass.problems.length === 0) {
        this.absorb(pass);
        return value;
      }
      passes.push({ alternative, pass });
    }
    const candidates = passes.filter(({ alternative }) => mayHold(alternative, node));
    const closest = candidates.toSorted(
      (one, other) =>
        knownKeyCount(other.alternative, node) - knownKeyCount(one.alternative, node) ||
        one.pass.problems.length - other.pass.problems.length,
    )[0];
    if (closest === undefined) {
      return this.reportMismatch(node, place, describeAlternatives(shape));
    }
    if (node.kind === "map" && knownKeyCount(closest.alternative, node) === 0) {
      return this.reportNoneKnown(shape, node, place);
    }
    this.absorb(closest.pass);
    return undefined;
  }

  private reportNoneKnown(shape: UnionShape, node: MapNode, place: Place): void {
    const known = [...new Set(shape.alternatives.flatMap((alternative) => fieldNames(alternative)))];
    for (const [key, entry] of node.entries) {
      const message = `unknown key${didYouMean(key, known) || `; known are ${known.join(", ")}`}`;
      this.problems.push({ position: entry.keyPosition, path: pathOfKey(place.path, key), message });
    }
    if (node.entries.size === 0) {
      this.reportAt(node, place, `must have one of the keys ${known.join(", ")}`);
    }
  }

  private reportMismatch(node: ConfigNode, place: Place, expected: string): undefined {
    return this.reportAt(node, place, `expected ${expected}, got ${describeNode(node)}`);
  }

  private reportAt(node: ConfigNode, place: Place, message: string): undefined {
    this.problems.push({ position: node.position ?? place.keyPosition, path: place.path, message });
    return undefined;
  }

  private reportBelow(
    node: ConfigNode,
    path: string,
    below: readonly (string | number)[],
    message: string,
  ): void {
    const [step, ...rest] = below;
    if (step === undefined) {
      this.problems.push({ position: node.position, path, message });
    } else if (typeof step === "number") {
      const item = node.kind === "list" ? node.items[step] : undefined;
      this.reportBelow(item ?? node, pathOfIndex(path, step), rest, message);
    } else {
      const entry = node.kind === "map" ? node.entries.get(step) : undefined;
      this.reportBelow(entry?.node ?? node, pathOfKey(path, step), rest, message);
    }
  }

  private reportKey({ path, state, note, keyPosition }: Place): void {
    if (keyPosition !== undefined) {
      this.keys.push({ path, position: keyPosition, state, note });
    }
  }
}

const defaultValues = new WeakMap<Schema, unknown>();

export function defaultValue(schema: Schema, input: unknown): unknown {
  if (!defaultValues.has(schema)) {
    defaultValues.set(schema, computeDefault(schema, input));
  }
  return defaultValues.get(schema);
}

function computeDefault(schema: Schema, input: unknown): unknown {
  const pass = new CheckPass();
  const value = pass.checkNode(schema, nodeOf(input), { path: "", state: "supported", note: "" });
  if (pass.problems[0]) {
    throw new Error(
      `bad default ${JSON.stringify(input)}: ${pass.problems[0].path} ${pass.problems[0].message}`,
    );
  }
  return value;
}
