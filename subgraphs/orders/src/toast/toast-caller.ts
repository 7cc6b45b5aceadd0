import { requireCredentials } from "@mycelium/connectors";
import type { Context } from "../context.ts";
import type { ToastCaller } from "./toast-client.ts";

/** The tenant's way to its own till. */
export async function toastCaller({ caller, services, signal }: Context): Promise<ToastCaller> {
  const credentials = await requireCredentials(services.credentials, caller.tenantId, "toast");
  return { tenantId: caller.tenantId, credentials, signal };
}
