import { type DocumentNode, type ExecutableDefinitionNode, Kind, parse, print } from "graphql";
import type { ListedOperation } from "./manifest.ts";

/** The operations of a list, found by id or by text; those of one client only for that client. */
export class OperationList {
  private readonly byId = new Map<string, string>();
  private readonly byText = new Map<string, string>();

  constructor(readonly operations: readonly ListedOperation[]) {
    for (const { id, body, clientName } of operations) {
      this.byId.set(scoped(id, clientName), body);
      this.byText.set(scoped(normalizeText(body), clientName), id);
    }
  }

  bodyOf(id: string, clientName: string | undefined): string | undefined {
    const own = clientName === undefined ? undefined : this.byId.get(scoped(id, clientName));
    return own ?? this.byId.get(scoped(id, undefined));
  }

  /** Whoever sends an operation's text instead of its id. */
  idOf(document: DocumentNode, clientName: string | undefined): string | undefined {
    const text = normalize(document);
    const own = clientName === undefined ? undefined : this.byText.get(scoped(text, clientName));
    return own ?? this.byText.get(scoped(text, undefined));
  }
}

function scoped(key: string, clientName: string | undefined): string {
  return clientName === undefined ? key : `${clientName}\u0000${key}`;
}

/** What cannot be parsed is only like itself. */
function normalizeText(text: string): string {
  try {
    return normalize(parse(text, { noLocation: true }));
  } catch {
    return text;
  }
}

const normalized = new WeakMap<DocumentNode, string>();

/**
 * Clients know at build time which definitions they send, but not in which order, and white space says nothing.
 * Within a definition the order stays.
 */
function normalize(document: DocumentNode): string {
  const known = normalized.get(document);
  if (known !== undefined) return known;
  const definitions = [Kind.OPERATION_DEFINITION, Kind.FRAGMENT_DEFINITION].flatMap((kind) =>
    document.definitions
      .filter((definition): definition is ExecutableDefinitionNode => definition.kind === kind)
      .toSorted(byName),
  );
  const text = print({ kind: Kind.DOCUMENT, definitions });
  normalized.set(document, text);
  return text;
}

function byName(one: ExecutableDefinitionNode, other: ExecutableDefinitionNode): number {
  const [first, second] = [one.name?.value ?? "", other.name?.value ?? ""];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
