// One suite of end-to-end cases against either engine:
//   [ROUTER=mycelium|apollo] npm run conformance [-- <part of a section's or case's name>]
import { startExample } from "../../example/serve.ts";
import { sections } from "./cases/sections.ts";
import { type CaseResult, runSection } from "./harness/run-section.ts";
import { type Engine, isInstalled, routerPath } from "./harness/start-router.ts";

const engine = readEngine();
if (!isInstalled(engine)) {
  console.error(`There is no ${engine} router at ${routerPath(engine)}: npm run bench:peers builds it.`);
  process.exit(1);
}
await using example = startExample({ port: 0 });
const results: CaseResult[] = [];
for (const section of chosenSections(process.argv[2])) {
  const sectionResults = await runSection(section, { engine, example });
  reportMistakes(sectionResults);
  results.push(...sectionResults);
}
const failedCount = results.filter(({ mistakes }) => mistakes.length > 0).length;
const assertions = results.reduce((sum, result) => sum + result.assertions, 0);
console.log(`${results.length} cases with ${assertions} assertions against ${engine}`);
console.log(`${results.length - failedCount} passed, ${failedCount} failed`);
await example.close();
process.exit(failedCount === 0 && results.length > 0 ? 0 : 1);

function readEngine(): Engine {
  const name = process.env.ROUTER ?? "mycelium";
  if (name === "mycelium" || name === "apollo") return name;
  console.error(`ROUTER is mycelium or apollo, not ${name}.`);
  return process.exit(2);
}

function chosenSections(part: string | undefined) {
  if (!part) return sections;
  return sections
    .map((section) => ({
      ...section,
      cases: section.cases.filter(({ name }) => `${section.name}: ${name}`.includes(part)),
    }))
    .filter(({ cases }) => cases.length > 0);
}

/** A router that does not start fails every case of its section in the same way: it is reported once. */
function reportMistakes(sectionResults: readonly CaseResult[]): void {
  const failed = sectionResults.filter(({ mistakes }) => mistakes.length > 0);
  const first = failed[0]?.mistakes[0];
  const allAlike = failed.length > 1 && failed.every(({ mistakes }) => mistakes[0] === first);
  if (!allAlike) for (const result of failed) report(result);
  else console.log(`✗ ${failed[0]?.section}: ${failed.length} cases\n    ${first}`);
}

function report({ section, name, mistakes, answer }: CaseResult): void {
  console.log(`✗ ${section}: ${name}`);
  for (const mistake of mistakes) console.log(`    ${mistake}`);
  if (answer) console.log(`    answer: ${answer.status} ${answer.text.slice(0, 600)}`);
}
