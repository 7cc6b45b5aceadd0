import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { and, asc, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { logAction } from "../audit/log.ts";
import type { Context } from "../context.ts";
import { type AccountRow, accounts, refreshTokens } from "../db/tables.ts";
import { platformErrors } from "../errors.ts";
import { checkPassword, hashPassword, newPassword } from "./password.ts";

export const emailAddress = z
  .email()
  .max(320)
  .transform((text) => text.toLowerCase());
export const accountRole = z.enum(["USER", "STAFF", "ADMIN"]);

const createInput = z.object({
  email: emailAddress,
  name: z.string().trim().min(1).max(200),
  role: accountRole,
  password: newPassword,
});

export async function createAccount(context: Context, input: unknown): Promise<AccountRow> {
  authorize(context, "ADMIN");
  const { password, ...account } = parseInput(createInput, input);
  const passwordHash = await hashPassword(password);
  return context.transact(async (tx) => {
    const [row] = await tx
      .insert(accounts)
      .values({ ...account, passwordHash })
      .onConflictDoNothing()
      .returning();
    if (!row) throw kitErrors.CONFLICT({ reason: `There is an account of ${account.email} already` });
    await logAction(tx, context.caller, { action: "account.created", target: row.id });
    return row;
  });
}

export function listAccounts(context: Context): Promise<AccountRow[]> {
  authorize(context, "ADMIN");
  return context.read((tx) => tx.select().from(accounts).orderBy(asc(accounts.email)).limit(1_000));
}

export async function findMe(context: Context): Promise<AccountRow | null> {
  const { userId = "" } = context.caller;
  if (!z.guid().safeParse(userId).success) return null;
  const [row] = await context.read((tx) => tx.select().from(accounts).where(eq(accounts.id, userId)));
  return row ?? null;
}

const roleInput = z.object({ id: z.guid(), role: accountRole });

export function setAccountRole(context: Context, input: unknown): Promise<AccountRow> {
  authorize(context, "ADMIN");
  const { id, role } = parseInput(roleInput, input);
  refuseOneself(context, id);
  return change(context, id, { role, action: `account.role.${role}` });
}

const deactivateInput = z.object({ id: z.guid() });

export function deactivateAccount(context: Context, input: unknown): Promise<AccountRow> {
  authorize(context, "ADMIN");
  const { id } = parseInput(deactivateInput, input);
  refuseOneself(context, id);
  return change(context, id, { deactivatedAt: new Date(), action: "account.deactivated" });
}

/** A tenant is never left without an administrator: nobody takes it from oneself. */
function refuseOneself({ caller }: Context, id: string): void {
  if (caller.userId === id) throw kitErrors.CONFLICT({ reason: "Another administrator has to do this" });
}

/** What a sign-in may do is decided anew: all of the account's end, with their next refresh. */
function change(
  context: Context,
  id: string,
  { action, ...values }: Partial<AccountRow> & { action: string },
): Promise<AccountRow> {
  return context.transact(async (tx) => {
    const [row] = await tx.update(accounts).set(values).where(eq(accounts.id, id)).returning();
    if (!row) throw kitErrors.NOT_FOUND({ what: "account" });
    await tx.delete(refreshTokens).where(eq(refreshTokens.accountId, id));
    await logAction(tx, context.caller, { action, target: id });
    return row;
  });
}

const passwordInput = z.object({ current: z.string().max(200), new: newPassword });

export async function changePassword(context: Context, input: unknown): Promise<true> {
  authorize(context, "USER");
  const { current, new: wanted } = parseInput(passwordInput, input);
  const account = await findMe(context);
  if (!(await checkPassword(current, account?.passwordHash)) || !account)
    throw platformErrors.WRONG_CREDENTIALS();
  const passwordHash = await hashPassword(wanted);
  await change(context, account.id, { passwordHash, action: "account.password_changed" });
  return true;
}

export async function findForSignIn(context: Context, email: string): Promise<AccountRow | undefined> {
  const [row] = await context.read((tx) =>
    tx
      .select()
      .from(accounts)
      .where(and(eq(accounts.email, email), isNull(accounts.deactivatedAt))),
  );
  return row;
}
