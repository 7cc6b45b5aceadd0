import { openDatabase } from "@mycelium/database";
import { openPostgresBus } from "../postgres/postgres-bus.ts";
import { notes, serverFromUrl } from "../testing/diary.ts";
import { emit } from "./emit.ts";
import { startRelay } from "./relay.ts";

/** Commits ten notes with their events and then, as it was told, dies before the relay or in the midst of it. */
const [when = "", urls = "{}"] = process.argv.slice(2);
const roleUrls = JSON.parse(urls) as Record<string, string>;
const server = serverFromUrl("", roleUrls);
const database = openDatabase({ server, schema: "diary", tables: { notes } });
const caller = { tenantId: "vino", requestId: "request-1" };

for (let number = 0; number < 10; number++) {
  const id = `${when}-${number}`;
  await database.transact(caller, async (tx) => {
    await tx.insert(notes).values({ id });
    await emit(tx, caller, { type: `note.${when}`, aggregateId: id, aggregateType: "Note", payload: {} });
  });
}
if (when === "before") console.log("committed");
else {
  const bus = await openPostgresBus({ server });
  startRelay({
    server,
    schemas: ["diary"],
    bus: {
      async publish(events) {
        await bus.publish(events);
        console.log("published");
        await new Promise(() => {});
      },
    },
  });
}
setInterval(() => {}, 1_000);
