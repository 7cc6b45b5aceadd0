import type { SelectionNode, SelectionSetNode } from "graphql";
import type { GraphqlError } from "../graphql-error.ts";
import type { AnswerPath } from "./answer-path.ts";
import type { Fragments } from "./selection.ts";

export interface SelectedByClient {
  selectionSet: SelectionSetNode;
  fragments: Fragments;
}

/**
 * Cuts each error's path where the client's own selection ends: a path may lead into fields that only the plan
 * asked for. One that is cut to nothing goes.
 */
export function trimErrorPaths(
  errors: readonly GraphqlError[],
  { selectionSet, fragments }: SelectedByClient,
) {
  const lengths = new Map<string, number>();
  const lengthOf = (path: AnswerPath): number => {
    // Thousands of errors may stand at the same place of different items: each place is looked up once.
    const place = path.map((step) => (typeof step === "number" ? "#" : step)).join(".");
    const known = lengths.get(place) ?? matchingLength(path, selectionSet.selections, fragments);
    lengths.set(place, known);
    return known;
  };
  return errors.map((error): GraphqlError => {
    if (!error.path) return error;
    const length = lengthOf(error.path);
    if (length === error.path.length) return error;
    const { path, locations: _ofThePlan, ...bare } = error;
    return length === 0 ? bare : { ...bare, path: path.slice(0, length) };
  });
}

function matchingLength(
  path: AnswerPath,
  selections: readonly SelectionNode[],
  fragments: Fragments,
): number {
  const [step, ...rest] = path;
  if (step === undefined) return 0;
  if (typeof step === "number") return matchingLength(rest, selections, fragments) + 1;
  let longest = 0;
  for (const selection of selections) {
    longest = Math.max(longest, lengthBelow(selection, { path, step, rest, fragments }));
  }
  return longest;
}

interface Search {
  path: AnswerPath;
  step: string;
  rest: AnswerPath;
  fragments: Fragments;
}

function lengthBelow(selection: SelectionNode, { path, step, rest, fragments }: Search): number {
  if (selection.kind === "Field") {
    if ((selection.alias ?? selection.name).value !== step) return 0;
    return selection.selectionSet
      ? matchingLength(rest, selection.selectionSet.selections, fragments) + 1
      : 1;
  }
  const fragment = selection.kind === "InlineFragment" ? selection : fragments.get(selection.name.value);
  return fragment ? matchingLength(path, fragment.selectionSet.selections, fragments) : 0;
}
