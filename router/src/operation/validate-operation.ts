import {
  type DocumentNode,
  type GraphQLSchema,
  MaxIntrospectionDepthRule,
  OverlappingFieldsCanBeMergedRule,
  ScalarLeafsRule,
  specifiedRules,
  type ValidationRule,
  validate,
} from "graphql";
import type { GraphqlError } from "../graphql-error.ts";
import { writeAsApollo } from "./apollo-messages.ts";
import { FieldsCanMergeRule } from "./fields-can-merge.ts";
import { inOneVisit } from "./in-one-visit.ts";
import { LeafSelectionsRule } from "./leaf-selections.ts";

const errorsMax = 100;
/** A message quotes names and values, which may make up most of a text: all of them together stay below this. */
const quotedCharactersMax = 10_000_000;

/**
 * Checks a document with every rule of the specification. Without suggestions: they cost time that grows with the
 * schema, tell strangers what it holds, and Apollo Router makes none.
 */
export function validateOperation(schema: GraphQLSchema, document: DocumentNode): GraphqlError[] {
  const characters = document.loc?.end ?? 0;
  const maxErrors = Math.min(errorsMax, Math.ceil(quotedCharactersMax / characters));
  const errors = validate(schema, document, [allRules], { maxErrors, hideSuggestions: true });
  // The last one only says that there were more.
  return writeAsApollo(errors.slice(0, maxErrors), document);
}

/** How deep introspection may go is a limit of its own, and answered with 200. */
const rules: readonly ValidationRule[] = specifiedRules
  .filter((rule) => rule !== MaxIntrospectionDepthRule)
  .map((rule) => {
    if (rule === OverlappingFieldsCanBeMergedRule) return FieldsCanMergeRule;
    return rule === ScalarLeafsRule ? LeafSelectionsRule : rule;
  });

const allRules = inOneVisit(rules);
