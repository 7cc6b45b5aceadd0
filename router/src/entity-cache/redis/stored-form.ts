import type { JsonValue } from "../../json.ts";
import { isJsonObject } from "../../json.ts";
import { Form, type FormField } from "../forms/form.ts";
import type { FormRegistry } from "../forms/form-registry.ts";

/** A form as other nodes read it. */
export function writeForm(form: Form): JsonValue {
  return {
    text: form.text,
    ...(form.isProtected && { isProtected: true }),
    fields: form.fields.map(({ key, canonical, name, types, below, requires }) => ({
      key,
      canonical,
      name,
      ...(types && { types: [...types] }),
      ...(requires !== undefined && { requires }),
      ...(below && { below: writeForm(below) }),
    })),
  };
}

/** Undefined where it is not one: whatever stands in Redis may have been written by anybody. */
export function readForm(value: JsonValue | undefined, forms: FormRegistry): Form | undefined {
  if (!isJsonObject(value) || typeof value.text !== "string" || !Array.isArray(value.fields))
    return undefined;
  const fields: FormField[] = [];
  for (const item of value.fields) {
    const field = readField(item, forms);
    if (!field) return undefined;
    fields.push(field);
  }
  return forms.intern(new Form(value.text, fields, value.isProtected === true));
}

function readField(item: JsonValue, forms: FormRegistry): FormField | undefined {
  if (!isJsonObject(item)) return undefined;
  const { key, canonical, name, types, requires } = item;
  if (typeof key !== "string" || typeof canonical !== "string" || typeof name !== "string") return undefined;
  const below = item.below === undefined ? undefined : readForm(item.below, forms);
  if (item.below !== undefined && !below) return undefined;
  return {
    key,
    canonical,
    name,
    types: Array.isArray(types) ? new Set(types.filter((each) => typeof each === "string")) : undefined,
    requires: typeof requires === "string" ? requires : undefined,
    below,
  };
}
