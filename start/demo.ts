import { connectorShapes, connectors, secretName } from "@mycelium/connectors";
import { accountFor, type Sandbox } from "@mycelium/sandbox";
import type { Vault } from "@mycelium/vault";
import { syncOrders } from "../subgraphs/orders/src/sync/sync-orders.ts";
import { reconcile } from "../subgraphs/payments/src/sync/reconcile.ts";
import { tenants } from "../subgraphs/platform/src/db/tables.ts";
import type { Subgraphs } from "./subgraphs.ts";

export const demoTenant = "vinovoyage";
export const demoAccount = accountFor(demoTenant);

const caller = { tenantId: demoTenant, roles: ["ADMIN"], scopes: [], requestId: "seed" };
const toastWebhookSecret = `${demoTenant}-toast-webhooks`;

export interface DemoParts {
  sandbox: Sandbox;
  subgraphs: Subgraphs;
  vault: Vault;
  edgeUrl: string;
}

/** The demo tenant with a restaurant's evening: made once, and the sandbox tells the platform what happens in it. */
export async function seedDemo(parts: DemoParts): Promise<void> {
  const isNew = await makeTenant(parts.subgraphs);
  fillSandbox(parts.sandbox);
  await keepCredentials(parts);
  if (!isNew) return;
  const { orders, payments } = parts.subgraphs;
  await orders.actAs(caller, (context) => syncOrders(context, new Date(Date.now() + 1_000)));
  await payments.actAs(caller, (context) => reconcile(context));
}

function makeTenant({ platform }: Subgraphs): Promise<boolean> {
  return platform.actAs(caller, (context) =>
    context.transact(async (tx) => {
      const row = { id: demoTenant, name: "Vino Voyage" };
      return (await tx.insert(tenants).values(row).onConflictDoNothing().returning()).length > 0;
    }),
  );
}

/** Webhooks go to the edge of this process, whose port may be another each time. */
async function keepCredentials({ sandbox, vault, edgeUrl }: DemoParts): Promise<void> {
  const { toast, stripe, twilio, sns, smtp } = demoAccount;
  sandbox.toast.addWebhook(toast.restaurantGuid, {
    url: `${edgeUrl}/webhooks/toast/${demoTenant}`,
    secret: toastWebhookSecret,
  });
  const webhookSecret = sandbox.stripe.replaceWebhook(demoTenant, `${edgeUrl}/webhooks/stripe/${demoTenant}`);
  const session = { tenantId: demoTenant, reader: "start" };
  const secrets = {
    toast: connectorShapes.toast.parse({ ...toast, webhookSecret: toastWebhookSecret }),
    stripe: connectorShapes.stripe.parse({ ...stripe, webhookSecret }),
    twilio: connectorShapes.twilio.parse(twilio),
    sns: connectorShapes.sns.parse(sns),
    email: connectorShapes.email.parse({
      ...{ provider: "smtp", from: `hello@${demoTenant}.example` },
      ...{ host: "127.0.0.1", port: sandbox.smtp.port, ...smtp },
    }),
  };
  for (const connector of connectors) {
    const secret = secrets[connector as keyof typeof secrets];
    if (secret) await vault.write(session, secretName(connector), secret);
  }
}

const evening = [
  { table: "Window 1", dishes: ["Lamb shoulder", "Barolo 2017"], guest: ["Ada", "Lovelace", "+15550001111"] },
  {
    table: "Terrace 5",
    dishes: ["Mushroom risotto", "Vinho verde"],
    guest: ["Grace", "Hopper", "+15550002222"],
  },
  { table: "Bar", dishes: ["Burrata", "Espresso"], guest: ["Alan", "Turing", null] },
] as const;

function fillSandbox({ toast, stripe }: Sandbox): void {
  const { restaurantGuid } = demoAccount.toast;
  const account = stripe.account(demoTenant);
  if (toast.restaurant(restaurantGuid).orders.all().length > 0) return;
  for (const { table, dishes, guest } of evening) {
    const [firstName, lastName, phone] = guest;
    const email = `${firstName.toLowerCase()}@example.com`;
    const items = dishes.map((name) => ({ name, quantity: 1 }));
    toast.openOrder(restaurantGuid, { table, items, customer: { firstName, lastName, phone, email } });
    const about = { email, phone, name: `${firstName} ${lastName}`, metadata: {}, description: null };
    const customer = account.customers.put(stripe.build.customer(about));
    const card = stripe.payments.findMethod(account, "pm_card_visa", customer.id);
    customer.invoice_settings.default_payment_method = card.id;
  }
}
