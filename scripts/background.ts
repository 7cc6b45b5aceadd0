import { parseArgs } from "node:util";
import { DatabaseError } from "@mycelium/database";
import { type Host, openHost } from "@mycelium/host";
import { openDeadJobs } from "@mycelium/jobs";
import { root } from "./run-command.ts";

const usage = `npm run events -- <command>            npm run jobs -- <command>

  dead GROUP                 dead letters   dead                dead jobs
  revive GROUP [ID …]        try again      revive ID …         try again
  replay GROUP --since TIME  once more      drop ID …           give up

TIME is as 2026-01-31T18:30:00Z. Events are on Redis where REDIS_URL names a server, else on Postgres.`;

const [what = "", ...rest] = process.argv.slice(2);
const { values, positionals } = parseArgs({
  args: rest,
  allowPositionals: true,
  options: { since: { type: "string" } },
});
const [command = "", first, ...others] = positionals;

class UsageError extends Error {}

const commands: Readonly<Record<string, (host: Host) => Promise<void>>> = {
  async "events dead"({ bus }) {
    const letters = await bus.deadLetters(required(first, "the group"));
    for (const { event, attempts, error, deadAt } of letters) {
      console.log(`${deadAt.toISOString()} ${event.id} ${event.type} after ${attempts} attempts: ${error}`);
    }
    console.log(`${letters.length} dead letters`);
  },
  async "events revive"({ bus }) {
    const revived = await bus.reviveDead(
      required(first, "the group"),
      others.length > 0 ? others : undefined,
    );
    console.log(`revived ${revived}`);
  },
  async "events replay"({ bus }) {
    const since = new Date(required(values.since, "--since"));
    if (Number.isNaN(since.getTime())) throw new UsageError("--since is as 2026-01-31T18:30:00Z");
    console.log(`replays ${await bus.replay({ group: required(first, "the group"), since })}`);
  },
  async "jobs dead"({ databaseServer }) {
    await using jobs = openDeadJobs(databaseServer);
    for (const { id, task, attempts, error } of await jobs.dead()) {
      console.log(`${id} ${task} after ${attempts} attempts: ${error}`);
    }
  },
  async "jobs revive"({ databaseServer }) {
    await using jobs = openDeadJobs(databaseServer);
    console.log(`revived ${await jobs.revive([required(first, "the job's id"), ...others])}`);
  },
  async "jobs drop"({ databaseServer }) {
    await using jobs = openDeadJobs(databaseServer);
    console.log(`dropped ${await jobs.drop([required(first, "the job's id"), ...others])}`);
  },
};

await main();

async function main(): Promise<void> {
  const run = commands[`${what} ${command}`];
  if (!run) {
    console.log(usage);
    process.exitCode = 2;
    return;
  }
  try {
    await using host = await openHost({ environment: process.env, root });
    await run(host);
  } catch (error) {
    if (!(error instanceof DatabaseError || error instanceof UsageError)) throw error;
    console.error(`${what} ${command}: ${error.message}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new UsageError(`say ${name}`);
  return value;
}
