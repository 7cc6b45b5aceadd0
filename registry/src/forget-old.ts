import { sql } from "drizzle-orm";
import type { RegistryDatabase } from "./database.ts";

/** No check looks further back than settings allow. */
const usageDays = 400;
const reportDays = 7;
const checkDays = 365;

/** What nobody will look at any more: old use, operations that nobody asks, names of reports, checks of long ago. */
export async function forgetOld(database: RegistryDatabase): Promise<void> {
  await database.asSystem({ reason: "the registry forgets what is too old" }, async (tx) => {
    await tx.execute(sql`DELETE FROM usage WHERE hour < now() - make_interval(days => ${usageDays})`);
    await tx.execute(sql`DELETE FROM reports WHERE taken_at < now() - make_interval(days => ${reportDays})`);
    await tx.execute(sql`DELETE FROM checks WHERE created_at < now() - make_interval(days => ${checkDays})`);
    await tx.execute(sql`DELETE FROM operations WHERE first_seen < now() - interval '1 day' AND NOT EXISTS (
      SELECT FROM usage WHERE usage.graph_id = operations.graph_id AND usage.operation = operations.hash)`);
  });
}
