import { isJsonObject } from "../../json.ts";
import type { ReadValue } from "./facts.ts";

/** Of a field that is null Apollo Router tells nothing. */
function unlessNull(read: ReadValue): ReadValue {
  return (facts) => (facts.field?.value === null ? undefined : read(facts));
}

export const fieldName: ReadValue = unlessNull(({ field }) => field?.selected.name);
export const fieldTypeName: ReadValue = unlessNull(({ field }) => field?.selected.typeName);
export const parentTypeName: ReadValue = unlessNull(({ field }) => field?.selected.parentTypeName);

export const listLength: ReadValue = ({ field }) =>
  Array.isArray(field?.value) ? field.value.length : undefined;

const fieldForm: ReadValue = unlessNull(({ field }) => {
  if (Array.isArray(field?.value)) return "list";
  return isJsonObject(field?.value) ? "object" : "scalar";
});

export const fieldSelectors: Readonly<Record<string, (argument: unknown) => ReadValue>> = {
  field_name: () => fieldName,
  field_type: (form) => (form === "name" ? fieldTypeName : fieldForm),
  type_name: () => parentTypeName,
  list_length: () => listLength,
};
