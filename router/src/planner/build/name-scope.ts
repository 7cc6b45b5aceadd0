import {
  fetchedKey,
  fieldSignature,
  type SelectedField,
  type SelectionNode,
} from "../normalize/selection.ts";

/** The response keys of one place of the answer: the client's own, and those that the plan adds for itself. */
export class NameScope {
  readonly #clients: readonly SelectionNode[];
  readonly #internal = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #children = new Map<string, NameScope>();

  constructor(clients: readonly SelectionNode[]) {
    this.#clients = clients;
  }

  /** The response key under which the plan fetches a field for itself, clear of the client's aliases. */
  internalKey(field: SelectedField): string {
    const signature = fieldSignature(field);
    let key = this.#internal.get(signature);
    if (key === undefined) {
      key = field.name;
      for (let count = 0; !this.#isFree(key, signature); count++) key = `_${count}_${field.name}`;
      this.#internal.set(signature, key);
      this.#taken.add(key);
    }
    return key;
  }

  #isFree(key: string, signature: string): boolean {
    if (this.#taken.has(key)) return false;
    return this.#clients.every((node) =>
      node.fields.every((field) => fetchedKey(field) !== key || fieldSignature(field) === signature),
    );
  }

  child(responseKey: string): NameScope {
    let scope = this.#children.get(responseKey);
    if (scope === undefined) {
      const below = this.#clients.flatMap((node) =>
        node.fields.flatMap((field) =>
          field.responseKey === responseKey && field.selection !== undefined ? [field.selection] : [],
        ),
      );
      scope = new NameScope(below);
      this.#children.set(responseKey, scope);
    }
    return scope;
  }
}
