// What a change of the supergraph does to the plans of known operations:
//   npm run plan-budget -- --before FILE --after FILE --operations FILE [--more-fetches N] [--deeper N] [--warn]
// The operations stand in one GraphQL document, each with a name. Fails where one is over the budget.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type FragmentDefinitionNode, Kind, parse, print } from "graphql";
import { comparePlans, type KnownOperation } from "./compare-plans.ts";

const { values } = parseArgs({
  options: {
    before: { type: "string" },
    after: { type: "string" },
    operations: { type: "string" },
    "more-fetches": { type: "string", default: "0" },
    deeper: { type: "string", default: "0" },
    "more-subgraphs": { type: "string", default: "0" },
    warn: { type: "boolean", default: false },
  },
});
const { before, after, operations } = values;
if (!before || !after || !operations) {
  console.error(
    "usage: npm run plan-budget -- --before FILE --after FILE --operations FILE [--more-fetches N] [--deeper N] [--more-subgraphs N] [--warn]",
  );
  process.exit(2);
}
const result = await comparePlans({
  before: readFileSync(before, "utf8"),
  after: readFileSync(after, "utf8"),
  operations: readOperations(readFileSync(operations, "utf8")),
  budget: {
    level: values.warn ? "WARNING" : "ERROR",
    moreFetches: Number(values["more-fetches"]),
    deeper: Number(values.deeper),
    moreSubgraphs: Number(values["more-subgraphs"]),
  },
  timeMsMax: Number.POSITIVE_INFINITY,
});
for (const { operation, reasons, before: old, after: fresh } of result.findings) {
  console.log(`${operation}: ${reasons.join("; ")}\n\nbefore:\n${old}\nafter:\n${fresh}`);
}
for (const key of result.orphanedKeys) console.log(`no longer asked of the entity cache: ${key}`);
console.log(`${result.compared} operations compared, ${result.findings.length} over the budget`);
process.exit(result.findings.some(({ level }) => level === "ERROR") ? 1 : 0);

function readOperations(text: string): KnownOperation[] {
  const { definitions } = parse(text);
  const fragments = definitions.filter(
    (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
  );
  return definitions.flatMap((node, index) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? [
          {
            name: node.name?.value ?? `operation ${index + 1}`,
            text: [node, ...fragments].map(print).join("\n"),
          },
        ]
      : [],
  );
}
