import type { ProviderName, Status } from "../db/tables.ts";

export interface NewSms {
  to: string;
  body: string;
  mediaUrl: string | null;
  /** Called with what becomes of the message. */
  statusCallback: string | undefined;
}

/** What a provider says of a message that it has taken. */
export interface TakenSms {
  provider: ProviderName;
  providerId: string;
  from: string;
  status: Status;
}
