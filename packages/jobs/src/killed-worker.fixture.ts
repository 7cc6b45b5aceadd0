import { startJobs } from "./start-jobs.ts";

/** A process of its own for the test that kills it: starts the job, takes one step and then never ends. */
const [ownerUrl = "", roleUrl = ""] = process.argv.slice(2);
const server = {
  ownerUrl: () => ownerUrl,
  roleUrl: () => roleUrl,
  rolePassword: () => "",
  close: async () => {},
  [Symbol.asyncDispose]: async () => {},
};
await startJobs({
  server,
  pollMs: 50,
  definitions: [
    {
      name: "diary.long",
      async run(_payload, job) {
        await job.step("first", async () => "of the process that died");
        console.log("first step done");
        await new Promise(() => {});
      },
    },
  ],
});
