import {
  type DirectiveNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { hashText } from "../hash.ts";
import { Random } from "../random.ts";

const share = 0.25;

/** Puts parts of an operation under `@defer`, by chance that follows from its text; some of them are switched off. */
export function addDefers(query: string): string {
  const random = new Random(hashText(query));
  let count = 0;
  const deferral = (): DirectiveNode => {
    const argumentsText = random.chance(0.6)
      ? `(label: "d${count++}")`
      : random.chance(0.2)
        ? "(if: false)"
        : "";
    return directiveOf(`@defer${argumentsText}`);
  };
  return print(
    visit(parse(query, { noLocation: true }), {
      SelectionSet: {
        leave: (set): SelectionSetNode | undefined => {
          if (!random.chance(share)) return undefined;
          const from = random.between(0, set.selections.length - 1);
          const selections: SelectionNode[] = set.selections.slice(0, from);
          const deferred: SelectionNode = {
            kind: Kind.INLINE_FRAGMENT,
            directives: [deferral()],
            selectionSet: { kind: Kind.SELECTION_SET, selections: set.selections.slice(from) },
          };
          return { ...set, selections: [...selections, deferred] };
        },
      },
      FragmentSpread: (spread) =>
        random.chance(share)
          ? { ...spread, directives: [...(spread.directives ?? []), deferral()] }
          : undefined,
    }),
  );
}

function directiveOf(text: string): DirectiveNode {
  const [definition] = parse(`{ ... ${text} { a } }`, { noLocation: true }).definitions;
  const [selection] =
    definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
  return selection!.directives![0]!;
}
