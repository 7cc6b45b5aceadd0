import type { FormObject } from "../core/form.ts";
import type { StripeObject } from "./objects.ts";
import { invalid, noSuch } from "./stripe-error.ts";

const limitDefault = 10;
const limitMax = 100;

/** One page of a list, newest first, with Stripe's cursors. */
export function listPage<T extends StripeObject>(newestFirst: readonly T[], url: string, params: FormObject) {
  const created = newestFirst.filter((item) => isCreatedWithin(item, params.created));
  const limit = params.limit === undefined ? limitDefault : Number(params.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax) {
    throw invalid(`Invalid integer: ${String(params.limit)}`, { param: "limit" });
  }
  const { starting_after: after, ending_before: before } = params;
  if (typeof before === "string") {
    const end = indexOf(created, before);
    const start = Math.max(0, end - limit);
    return { object: "list", data: created.slice(start, end), has_more: start > 0, url };
  }
  const start = typeof after === "string" ? indexOf(created, after) + 1 : 0;
  return {
    object: "list",
    data: created.slice(start, start + limit),
    has_more: created.length > start + limit,
    url,
  };
}

export const listParams = ["limit", "starting_after", "ending_before", "created", "expand"] as const;

function indexOf(items: readonly StripeObject[], id: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index < 0) throw noSuch("object", id);
  return index;
}

function isCreatedWithin({ created }: StripeObject, range: FormObject[string] | undefined): boolean {
  if (range === undefined) return true;
  if (typeof range === "string") return created === Number(range);
  const { gt, gte, lt, lte } = range as FormObject;
  return (
    (gt === undefined || created > Number(gt)) &&
    (gte === undefined || created >= Number(gte)) &&
    (lt === undefined || created < Number(lt)) &&
    (lte === undefined || created <= Number(lte))
  );
}

/** Stripe's search language as far as people look payments up with it: `metadata['order']:'1' AND status:'x'`. */
export function searchFilter(query: string): (item: StripeObject) => boolean {
  const clauses = query.split(/\s+AND\s+/).map(readClause);
  return (item) => clauses.every((clause) => clause(item));
}

function readClause(text: string): (item: StripeObject) => boolean {
  const match = /^(-?)(?:metadata\["([^"]+)"\]|metadata\['([^']+)'\]|(\w+)):\s*(?:"([^"]*)"|'([^']*)')$/.exec(
    text.trim(),
  );
  if (!match) throw invalid(`We were unable to parse your search query: ${text}`, { param: "query" });
  const [, negation, double, single, field, doubleValue, singleValue] = match;
  const key = double ?? single;
  const wanted = doubleValue ?? singleValue;
  return (item) => {
    const found =
      key === undefined ? item[field!] : (item.metadata as Record<string, string> | undefined)?.[key];
    return (String(found ?? "") === wanted) !== (negation === "-");
  };
}
