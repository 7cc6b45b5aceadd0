import type { Status } from "../db/tables.ts";

const statuses: readonly string[] = [
  "ACCEPTED",
  "QUEUED",
  "SENDING",
  "SENT",
  "FAILED",
  "DELIVERED",
  "UNDELIVERED",
  "RECEIVING",
  "RECEIVED",
  "READ",
];

/** Twilio's words, and those that the schema does not have: what is planned is accepted, what is cancelled failed. */
export function readStatus(text: string): Status {
  const name = text.toUpperCase();
  if (name === "SCHEDULED") return "ACCEPTED";
  if (name === "CANCELED") return "FAILED";
  return (statuses.includes(name) ? name : "QUEUED") as Status;
}

const rank: Readonly<Record<Status, number>> = {
  ...{ ACCEPTED: 0, QUEUED: 1, SENDING: 2, RECEIVING: 2, SENT: 3 },
  ...{ FAILED: 4, UNDELIVERED: 4, DELIVERED: 4, RECEIVED: 4, READ: 5 },
};

/** Callbacks come in any order: a message never goes back. */
export function isLater(status: Status, than: Status): boolean {
  return rank[status] > rank[than];
}
