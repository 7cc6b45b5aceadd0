import { connectorErrors } from "@mycelium/connectors";
import twilio from "twilio";
import type { Context } from "./context.ts";

export interface TwilioWebhook {
  body: string;
  signature: string | null;
  /** As Twilio was given it, since it is part of what is signed. */
  url: string;
}

/** The fields of what Twilio tells. Believed when signed with the tenant's token. */
export async function readTwilioForm(
  { caller, services }: Context,
  { body, signature, url }: TwilioWebhook,
): Promise<Readonly<Partial<Record<string, string>>>> {
  const credentials = await services.credentials.find(caller.tenantId, "twilio");
  const form = Object.fromEntries(new URLSearchParams(body));
  if (
    !credentials ||
    signature === null ||
    !twilio.validateRequest(credentials.authToken, signature, url, form)
  ) {
    throw connectorErrors.BAD_SIGNATURE();
  }
  return form;
}
