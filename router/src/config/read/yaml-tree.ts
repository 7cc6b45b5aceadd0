import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type Scalar,
} from "yaml";
import type { Position, Problem } from "../problem.ts";
import { type ConfigNode, emptyMap, type MapEntry, type MapNode, type ScalarValue } from "./config-node.ts";
import { primitiveOf } from "./primitive.ts";

/** Aliases repeat what they point to, so a small file could otherwise become a huge tree. */
const NODES_MAX = 100_000;
const DEPTH_MAX = 100;

export interface YamlTree {
  readonly root: MapNode;
  readonly problems: Problem[];
}

export function readYamlTree(text: string): YamlTree {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    schema: "failsafe",
  });
  const problems: Problem[] = document.errors.map((error) => ({
    position: positionAt(lines, error.pos[0]),
    path: "",
    message: `not valid yaml: ${withoutFinalPeriod(error.message)}`,
  }));
  const content = document.contents;
  if (problems.length > 0 || content === null || (isScalar(content) && scalarValue(content) === null)) {
    return { root: emptyMap(), problems };
  }
  const reader = new TreeReader(document, lines, problems);
  const root = reader.read(content, 0);
  if (root.kind !== "map") {
    problems.push({
      position: root.position,
      path: "",
      message: "the file must be a mapping of sections such as `supergraph:`",
    });
    return { root: emptyMap(), problems };
  }
  return { root, problems };
}

class TreeReader {
  private nodeCount = 0;
  private overflown = false;

  constructor(
    private readonly document: ReturnType<typeof parseDocument>,
    private readonly lines: LineCounter,
    private readonly problems: Problem[],
  ) {}

  read(node: ParsedNode | Node | null, depth: number): ConfigNode {
    const position = this.positionOf(node);
    this.nodeCount += 1;
    if (this.nodeCount > NODES_MAX || depth > DEPTH_MAX) {
      this.reportOverflow(position);
      return { kind: "scalar", position, value: null };
    }
    if (isAlias(node)) {
      return this.read(node.resolve(this.document) ?? null, depth + 1);
    }
    if (isMap(node)) {
      return { kind: "map", position, entries: this.readEntries(node.items, depth) };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as Node, depth + 1));
      return { kind: "list", position, items };
    }
    return { kind: "scalar", position, value: isScalar(node) ? scalarValue(node) : null };
  }

  private readEntries(
    items: readonly { key: unknown; value: unknown }[],
    depth: number,
  ): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    for (const item of items) {
      const key = item.key as Node;
      const keyPosition = this.positionOf(key);
      if (!isScalar(key)) {
        this.problems.push({ position: keyPosition, path: "", message: "a key must be text" });
        continue;
      }
      const read = this.read(item.value as Node | null, depth + 1);
      // A key without a value has no node of its own to point at.
      const node = read.position === undefined ? { ...read, position: keyPosition } : read;
      entries.set(String(key.value), { keyPosition, node });
    }
    return entries;
  }

  private positionOf(node: ParsedNode | Node | null): Position | undefined {
    return node?.range ? positionAt(this.lines, node.range[0]) : undefined;
  }

  private reportOverflow(position: Position | undefined): void {
    if (!this.overflown) {
      this.overflown = true;
      this.problems.push({
        position,
        path: "",
        message: "the file is nested too deeply or repeats too much",
      });
    }
  }
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function scalarValue({ type, tag, value, source }: Scalar): ScalarValue {
  const text = source ?? String(value);
  if (type !== "PLAIN" || tag !== undefined) {
    return String(value);
  }
  return text === "" ? null : primitiveOf(text);
}

function withoutFinalPeriod(message: string): string {
  return message.replace(/\.$/, "");
}
