import type { SandboxAccount } from "./accounts.ts";
import type { Provider } from "./core/provider.ts";
import { realSurroundings, type Surroundings } from "./core/surroundings.ts";
import { Mailbox } from "./email/mailbox.ts";
import { createSendGridSandbox } from "./email/sendgrid-provider.ts";
import { createSesSandbox } from "./email/ses-provider.ts";
import { createSnsSandbox } from "./sns/sns-provider.ts";
import { createStripeSandbox } from "./stripe/stripe-provider.ts";
import { createToastSandbox } from "./toast/toast-provider.ts";
import { createTwilioSandbox } from "./twilio/twilio-provider.ts";

/** Every outside service, with state that they keep together. */
export function createProviders(surroundings: Surroundings = realSurroundings) {
  const mailbox = new Mailbox(surroundings);
  const toast = createToastSandbox(surroundings);
  const stripe = createStripeSandbox(surroundings);
  const twilio = createTwilioSandbox(surroundings);
  const sendgrid = createSendGridSandbox(surroundings, mailbox);
  const ses = createSesSandbox(surroundings, mailbox);
  const sns = createSnsSandbox(surroundings);
  const all: readonly Provider[] = [toast, stripe, twilio, sendgrid, ses, sns];
  return { mailbox, toast, stripe, twilio, sendgrid, ses, sns, all };
}

export type Providers = ReturnType<typeof createProviders>;

/** Makes a restaurant known everywhere but at the mail server, which has its own port. */
export function addAccount(
  { toast, stripe, twilio, sendgrid, ses, sns }: Providers,
  account: SandboxAccount,
): void {
  toast.addClient(account.toast);
  stripe.addKey(account.name, account.stripe.secretKey);
  twilio.addAccount(account.twilio);
  sendgrid.addKey(account.name, account.sendgrid.apiKey);
  ses.addKey({ account: account.name, ...account.ses });
  sns.addKey({ account: account.name, ...account.sns });
}

/** The provider that answers at a path: no two share one. */
export function providerAt({ all }: Providers, path: string): Provider | undefined {
  return all.find(({ paths }) => paths.some((prefix) => path.startsWith(`/${prefix}/`)));
}

export function saveProviders({ all, mailbox }: Providers): string {
  const states = Object.fromEntries(all.map((provider) => [provider.name, provider.save()]));
  return JSON.stringify({ ...states, mailbox: mailbox.emails });
}

export function loadProviders({ all, mailbox }: Providers, text: string): void {
  const states = JSON.parse(text) as Record<string, unknown>;
  for (const provider of all) if (states[provider.name]) provider.load(states[provider.name]);
  mailbox.emails.load(states.mailbox as unknown[]);
}
