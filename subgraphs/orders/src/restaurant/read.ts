import { defineLoader, inOrderOf } from "@mycelium/subgraph-kit";
import type { Context } from "../context.ts";
import { throughToast } from "../errors.ts";
import { toastCaller } from "../toast/toast-caller.ts";

export interface Named {
  id: string;
  name: string;
}

/** Once for each request: names of tables and people are few, and the till gives them all at once. */
const everything = defineLoader(async (kinds: readonly ("tables" | "staff")[], context: Context) =>
  Promise.all(kinds.map((kind) => (kind === "tables" ? readTables(context) : readStaff(context)))),
);

export const listTables = (context: Context) => everything.load(context, "tables");
export const listStaff = (context: Context) => everything.load(context, "staff");

export const tableByGuid = defineLoader(async (guids: readonly string[], context: Context) =>
  inOrderOf(guids, await listTables(context), ({ id }) => id, null),
);

export const staffByGuid = defineLoader(async (guids: readonly string[], context: Context) =>
  inOrderOf(guids, await listStaff(context), ({ id }) => id, null),
);

async function readTables(context: Context): Promise<Named[]> {
  const tables = await throughToast(context.services.toast.tables(await toastCaller(context)));
  return tables.map(({ guid, name }) => ({ id: guid, name }));
}

async function readStaff(context: Context): Promise<Named[]> {
  const employees = await throughToast(context.services.toast.employees(await toastCaller(context)));
  return employees.map(({ guid, firstName, lastName }) => ({
    id: guid,
    name: [firstName, lastName].filter(Boolean).join(" ") || "—",
  }));
}

export async function readMenu(context: Context) {
  const { credentials, ...caller } = await toastCaller(context);
  const { menus } = await throughToast(context.services.toast.menus({ credentials, ...caller }));
  return {
    id: credentials.restaurantGuid,
    sections: menus
      .flatMap(({ menuGroups }) => menuGroups)
      .map(({ name, menuItems }) => ({
        name,
        items: menuItems.map((item) => ({ id: item.guid, name: item.name, price: item.price ?? null })),
      })),
  };
}
