import { ProviderError } from "@mycelium/outbound";
import { z } from "zod";

const reference = z.object({ guid: z.string() }).nullish();

const selection = z.object({
  displayName: z.string().nullish(),
  quantity: z.number(),
  price: z.number(),
  voided: z.boolean().nullish(),
  salesCategory: z.object({ name: z.string().nullish() }).nullish(),
  modifiers: z.array(z.object({ displayName: z.string().nullish() })).nullish(),
});

const payment = z.object({
  guid: z.string(),
  type: z.string(),
  amount: z.number(),
  tipAmount: z.number().nullish(),
  paymentStatus: z.string().nullish(),
  externalId: z.string().nullish(),
});

const check = z.object({
  guid: z.string(),
  amount: z.number(),
  taxAmount: z.number(),
  totalAmount: z.number(),
  paymentStatus: z.string().nullish(),
  customer: z
    .object({
      guid: z.string(),
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
      phone: z.string().nullish(),
      email: z.string().nullish(),
    })
    .nullish(),
  selections: z.array(selection),
  payments: z.array(payment).nullish(),
});

/** What the connector needs of an order. Toast may add to it at any time, but not leave out of it. */
const order = z.object({
  guid: z.string(),
  openedDate: z.string(),
  modifiedDate: z.string().nullish(),
  closedDate: z.string().nullish(),
  paidDate: z.string().nullish(),
  voided: z.boolean().nullish(),
  server: reference,
  table: reference,
  checks: z.array(check),
});

export type ToastOrder = z.infer<typeof order>;
export type ToastCheck = z.infer<typeof check>;

export const toastShapes = {
  login: z.object({ token: z.object({ accessToken: z.string(), expiresIn: z.number() }) }),
  order,
  orders: z.array(order),
  tables: z.array(z.object({ guid: z.string(), name: z.string() })),
  employees: z.array(
    z.object({ guid: z.string(), firstName: z.string().nullish(), lastName: z.string().nullish() }),
  ),
  menus: z.object({
    lastUpdated: z.string(),
    menus: z.array(
      z.object({
        guid: z.string(),
        name: z.string(),
        menuGroups: z.array(
          z.object({
            guid: z.string(),
            name: z.string(),
            menuItems: z.array(z.object({ guid: z.string(), name: z.string(), price: z.number().nullish() })),
          }),
        ),
      }),
    ),
  }),
} as const;

/** An answer that lacks what is needed means that Toast has changed: it fails by name, and nothing half read is kept. */
export function readToast<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join(".") ?? "";
  throw new ProviderError(
    "toast",
    "UNREADABLE",
    `toast answered differently than before: ${place} ${issue?.message ?? ""}`,
  );
}
