import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { type CacheControl, type Flag, isFlag } from "../cache-control.ts";
import type { Terms, View } from "../store/view.ts";
import { termsOf } from "../terms.ts";
import { formName } from "./redis-names.ts";

/** A view in Redis; its form stands under a name of its own, as many views share it. */
export interface StoredView {
  form: string;
  inputs: string[];
  data: JsonObject | null;
  terms: Terms;
  tags: string[];
  /** Up to where its writer knew of invalidations when it asked the subgraph. */
  position: string;
}

export function writeViews(views: readonly View[], position: string): string {
  return JSON.stringify(
    views.map(({ form, inputs, data, terms: { control }, tags }) => ({
      f: formName(form.text),
      ...(inputs.length > 0 && { i: inputs }),
      d: data,
      c: { ...control, flags: [...control.flags] },
      ...(tags.length > 0 && { t: tags }),
      p: position,
    })),
  );
}

/** What cannot be read is passed over. */
export function readViews(text: string): StoredView[] {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return [];
  }
  return Array.isArray(value) ? value.flatMap((item) => readView(item) ?? []) : [];
}

function readView(item: JsonValue): StoredView | undefined {
  if (!isJsonObject(item) || typeof item.f !== "string" || typeof item.p !== "string") return undefined;
  const terms = readTerms(item.c);
  const data = item.d;
  if (!terms || (data !== null && !isJsonObject(data))) return undefined;
  return { form: item.f, inputs: texts(item.i), data, terms, tags: texts(item.t), position: item.p };
}

function readTerms(value: JsonValue | undefined): Terms | undefined {
  if (!isJsonObject(value) || typeof value.createdMs !== "number") return undefined;
  const seconds = (name: string) => {
    const found = value[name];
    return typeof found === "number" ? found : undefined;
  };
  const control: CacheControl = {
    createdMs: value.createdMs,
    ageSeconds: seconds("ageSeconds") ?? 0,
    maxAgeSeconds: seconds("maxAgeSeconds"),
    sharedMaxAgeSeconds: seconds("sharedMaxAgeSeconds"),
    staleWhileRevalidateSeconds: seconds("staleWhileRevalidateSeconds"),
    staleIfErrorSeconds: seconds("staleIfErrorSeconds"),
    flags: new Set<Flag>(texts(value.flags).filter(isFlag)),
  };
  return termsOf(control);
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
