import { parseJsonPath } from "../../../../json-path.ts";
import { oneOf } from "../../../schema/compound.ts";
import { text } from "../../../schema/scalar.ts";
import { attributeValue } from "../shared.ts";

/** Used where there is nothing to select. */
export const textDefault = { default: text().optional() };
export const valueDefault = { default: attributeValue.optional() };

/** `mask` hides the value, `allow` shows it even where the header is sensitive. */
export const redact = { redact: oneOf("allow", "mask").optional() };

export const operationName = oneOf("string", "hash");
export const operationKind = oneOf("string");
export const responseStatus = oneOf("code", "reason");
export const errorRepresentation = oneOf("reason");
export const queryAspect = oneOf("string", "aliases", "depth", "height", "root_fields");

/** Of selectors that read what this engine does not keep. */
export const missing = "this selector";

/** Where in the errors or the data of an answer a value is. */
export function jsonPath() {
  return text().refusedWhen(
    "JSON paths of more than names, indices, wildcards and descents",
    (path) => parseJsonPath(path) === undefined,
  );
}
