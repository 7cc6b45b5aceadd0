import type { Change } from "@graphql-inspector/core";
import type { GraphQLSchema } from "graphql";
import type { Tx } from "../database.ts";
import { findUses, type Use, type Window } from "../usage/find-uses.ts";
import { coordinatesOf } from "./coordinates-of.ts";
import { diffSchemas } from "./diff-schemas.ts";

/** What a change may break, and whom. */
export interface JudgedChange {
  code: string;
  /** By which it can be approved: `FIELD_REMOVED Order.tip`. */
  id: string;
  severity: "FAILURE" | "NOTICE";
  description: string;
  usedBy: Use[];
}

export interface Judgement {
  checked: number;
  changes: JudgedChange[];
}

const usersNamedMax = 3;

/** A change that could break somebody fails where somebody asks for what it takes away, and is not approved. */
export async function judgeChanges(
  tx: Tx,
  { before, after }: { before: GraphQLSchema; after: GraphQLSchema },
  { window, approved }: { window: Window; approved: ReadonlySet<string> },
): Promise<Judgement> {
  const changes = await diffSchemas(before, after);
  const breaking = changes.filter(({ criticality }) => criticality.level === "BREAKING");
  const places = new Map(breaking.map((change) => [change, coordinatesOf(change, before)]));
  const { usesOf, operations } = await findUses(
    tx,
    window,
    [...places.values()].flatMap((found = []) => found),
  );
  const judged = changes.map((change) => {
    const id = `${change.type} ${change.path ?? ""}`.trim();
    const wanted = places.get(change);
    const usedBy = wanted ? usesOf(wanted) : [];
    const breaks = places.has(change) && (wanted === undefined || usedBy.length > 0);
    return describe(change, { id, usedBy, breaks, isApproved: approved.has(id) });
  });
  return { checked: operations, changes: judged.sort(failuresFirst) };
}

function describe(
  { type, message, criticality }: Change,
  found: { id: string; usedBy: Use[]; breaks: boolean; isApproved: boolean },
): JudgedChange {
  const { id, usedBy, breaks, isApproved } = found;
  const note = breaks
    ? `${usedBy.length > 0 ? ` (used by ${nameUsers(usedBy)})` : ""}${isApproved ? " (approved)" : ""}`
    : criticality.level === "BREAKING"
      ? " (nobody asked for it in the window)"
      : "";
  const severity = breaks && !isApproved ? "FAILURE" : "NOTICE";
  return { code: String(type), id, severity, description: `${message}${note}`, usedBy };
}

function nameUsers(uses: readonly Use[]): string {
  const named = uses
    .slice(0, usersNamedMax)
    .map(
      ({ client, version, count, last }) =>
        `${client} ${version}, ${count} times, last ${last.slice(0, 16)}Z`,
    );
  const others = uses.length - named.length;
  return others > 0 ? `${named.join("; ")}; and ${others} more` : named.join("; ");
}

function failuresFirst(one: JudgedChange, other: JudgedChange): number {
  if (one.severity !== other.severity) return one.severity === "FAILURE" ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
