import { Collection } from "../core/collection.ts";
import type { Surroundings } from "../core/surroundings.ts";

/** An e-mail that a stand-in took, whichever way it came. */
export interface SandboxEmail {
  id: string;
  provider: "smtp" | "sendgrid" | "ses";
  /** Whose credentials it was sent with. */
  account: string;
  messageId: string;
  from: string;
  to: string[];
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  receivedAt: string;
}

/** Every e-mail that was sent, for tests to read and people to look at. */
export class Mailbox {
  readonly emails = new Collection<SandboxEmail>(5_000);

  constructor(private readonly surroundings: Surroundings) {}

  take(email: Omit<SandboxEmail, "id" | "receivedAt">): SandboxEmail {
    const id = this.surroundings.randomId(16);
    return this.emails.put({ ...email, id, receivedAt: this.surroundings.now().toISOString() });
  }

  to(address: string): SandboxEmail[] {
    return this.emails.newestFirst().filter(({ to }) => to.includes(address));
  }
}

/** Addresses that do not exist anywhere: what is sent there comes back. */
export function bounces(address: string): boolean {
  return address.startsWith("bounce@") || address.endsWith(".invalid");
}
