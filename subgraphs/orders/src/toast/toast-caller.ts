import type { Context } from "../context.ts";
import { orderErrors } from "../errors.ts";
import type { ToastCaller } from "./toast-client.ts";

/** The tenant's way to its own till. */
export async function toastCaller({ caller, services, signal }: Context): Promise<ToastCaller> {
  const credentials = await services.credentials.find(caller.tenantId, "toast");
  if (!credentials) throw orderErrors.CONNECTOR_NOT_CONFIGURED({ connector: "toast" });
  return { tenantId: caller.tenantId, credentials, signal };
}
