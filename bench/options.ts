import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { apollo } from "./routers/apollo.ts";
import type { Contender } from "./routers/contender.ts";
import { hive } from "./routers/hive.ts";
import { mycelium, myceliumOf } from "./routers/mycelium.ts";
import { START_SCENARIO, scenarios } from "./scenarios/all.ts";

export interface BenchOptions {
  readonly scenarioNames: ReadonlySet<string>;
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly minutesMax: number;
  readonly resultsPath: string;
}

const OTHER_WORKING_COPY = "mycelium@";
const knownContenders = [mycelium, hive, apollo];

const USAGE = `npm run bench -- [options]
  --scenario NAMES    names or families, comma between them, or "all" (default)
  --routers NAMES     ${knownContenders.map(({ name }) => name).join(",")} (default);
                      mycelium@DIR is this router from another working copy
  --rounds N          timed rounds for each router, in turns (default 5)
  --seconds N         length of a round (default 5)
  --warm-up N         seconds before the first round (default 4)
  --minutes N         bound of the whole run: what is left then is not run (default 60)
  --out DIR           where the report goes (default bench/results)

Scenarios: ${[START_SCENARIO, ...scenarios.map(({ name }) => name)].join(", ")}
Families: ${[...new Set(scenarios.map(({ family }) => family))].join(", ")}`;

export function readOptions(parameters: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      scenario: { type: "string", default: "all" },
      routers: { type: "string", default: knownContenders.map(({ name }) => name).join(",") },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "5" },
      "warm-up": { type: "string", default: "4" },
      minutes: { type: "string", default: "60" },
      out: { type: "string", default: join(import.meta.dirname, "results") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  return {
    scenarioNames: new Set(values.scenario.split(",").flatMap(scenarioNames)),
    contenders: values.routers.split(",").map(contenderNamed),
    rounds: positive("--rounds", values.rounds),
    seconds: positive("--seconds", values.seconds),
    warmUpSeconds: positive("--warm-up", values["warm-up"]),
    minutesMax: positive("--minutes", values.minutes),
    resultsPath: values.out,
  };
}

function scenarioNames(wanted: string): readonly string[] {
  if (wanted === "all") return [START_SCENARIO, ...scenarios.map(({ name }) => name)];
  if (wanted === START_SCENARIO) return [wanted];
  const named = scenarios.filter(({ name }) => name === wanted);
  const found = named.length > 0 ? named : scenarios.filter(({ family }) => family === wanted);
  if (found.length === 0) fail(`There is no scenario or family "${wanted}".`);
  return found.map(({ name }) => name);
}

function contenderNamed(wanted: string): Contender {
  if (wanted.startsWith(OTHER_WORKING_COPY))
    return myceliumOf(resolve(wanted.slice(OTHER_WORKING_COPY.length)));
  return knownContenders.find(({ name }) => name === wanted) ?? fail(`There is no router "${wanted}".`);
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0
    ? value
    : fail(`${flag} takes a whole number above 0, not "${text}".`);
}

function fail(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}
