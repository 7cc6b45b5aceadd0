/** What one place of the schema asks of a caller. An empty list asks for nothing. */
export interface Rule {
  authenticated: boolean;
  /** One of these sets has to be held as a whole. */
  scopes: readonly (readonly string[])[];
  policies: readonly (readonly string[])[];
}

/** What a caller has, as far as an operation asks for it. */
export interface Held {
  authenticated: boolean;
  scopes: ReadonlySet<string>;
  policies: ReadonlySet<string>;
}

/** In the order in which they are looked at, and in which what they forbid is told. */
export const ruleKinds = ["authenticated", "scopes", "policies"] as const;

export type RuleKind = (typeof ruleKinds)[number];

export function isMet(rule: Rule, kind: RuleKind, held: Held): boolean {
  if (kind === "authenticated") return !rule.authenticated || held.authenticated;
  const sets = rule[kind];
  return sets.length === 0 || sets.some((set) => set.every((each) => held[kind].has(each)));
}
