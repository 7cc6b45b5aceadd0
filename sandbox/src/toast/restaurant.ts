import { createHash } from "node:crypto";
import { Collection } from "../core/collection.ts";
import type { Surroundings } from "../core/surroundings.ts";
import {
  type ToastCheck,
  type ToastCustomer,
  type ToastEmployee,
  type ToastMenus,
  type ToastOrder,
  type ToastPayment,
  type ToastSelection,
  type ToastTable,
  toastTime,
} from "./toast-objects.ts";

export interface NewOrder {
  guid?: string;
  /** A name of the menu and how many, with what was asked for. */
  items: readonly { name: string; quantity: number; modifiers?: readonly string[] }[];
  customer?: { firstName: string; lastName: string; email: string | null; phone: string | null } | null;
  table?: string;
  server?: string;
  openedAt?: Date;
}

const taxRate = 0.0875;

/** One restaurant's till: its menu, tables, people and orders. */
export class Restaurant {
  readonly orders = new Collection<ToastOrder>();
  readonly tables: ToastTable[];
  readonly employees: ToastEmployee[];
  readonly menus: ToastMenus;

  constructor(
    readonly guid: string,
    private readonly surroundings: Surroundings,
  ) {
    this.tables = ["Window 1", "Window 2", "Terrace 5", "Bar"].map((name) => ({
      guid: this.guidOf(`table ${name}`),
      entityType: "Table" as const,
      name,
    }));
    this.employees = ["Marta Silva", "Jonas Weber"].map((name) => {
      const [firstName = "", lastName = ""] = name.split(" ");
      return {
        guid: this.guidOf(`employee ${name}`),
        entityType: "RestaurantUser" as const,
        firstName,
        lastName,
        chosenName: null,
        email: `${firstName.toLowerCase()}@restaurant.test`,
        deleted: false,
      };
    });
    this.menus = this.buildMenus();
  }

  open(given: NewOrder): ToastOrder {
    const openedAt = given.openedAt ?? this.surroundings.now();
    const opened = toastTime(openedAt);
    const selections = given.items.map((item) => this.select(item));
    const amount = round(selections.reduce((total, { price }) => total + price, 0));
    const taxAmount = round(selections.reduce((total, { tax }) => total + tax, 0));
    const check: ToastCheck = {
      guid: this.newGuid(),
      entityType: "Check",
      displayNumber: String(this.orders.all().length + 1),
      openedDate: opened,
      closedDate: null,
      paymentStatus: "OPEN",
      amount,
      taxAmount,
      totalAmount: round(amount + taxAmount),
      customer: given.customer ? this.customer(given.customer) : null,
      selections,
      payments: [],
      voided: false,
    };
    const guid = given.guid ?? this.newGuid();
    const server = this.employees.find(({ firstName }) => firstName === given.server) ?? this.employees[0]!;
    const table = this.tables.find(({ name }) => name === given.table) ?? this.tables[0]!;
    return this.orders.put({
      id: guid,
      guid,
      entityType: "Order",
      externalId: null,
      businessDate: Number(openedAt.toISOString().slice(0, 10).replaceAll("-", "")),
      openedDate: opened,
      modifiedDate: opened,
      closedDate: null,
      paidDate: null,
      voided: false,
      voidDate: null,
      numberOfGuests: 2,
      server: { guid: server.guid, entityType: "RestaurantUser" },
      table: { guid: table.guid, entityType: "Table" },
      checks: [check],
    });
  }

  /** A check that is paid in full is closed, and so is its order when all are. */
  pay(
    order: ToastOrder,
    check: ToastCheck,
    given: Pick<ToastPayment, "type" | "amount" | "tipAmount" | "externalId">,
  ): ToastPayment {
    const now = toastTime(this.surroundings.now());
    const payment: ToastPayment = {
      guid: this.newGuid(),
      entityType: "OrderPayment",
      paymentStatus: given.type === "CREDIT" ? "AUTHORIZED" : "CAPTURED",
      paidDate: now,
      refundStatus: "NONE",
      otherPayment:
        given.type === "OTHER"
          ? { guid: this.guidOf("other payment"), entityType: "AlternatePaymentType" }
          : null,
      ...given,
    };
    check.payments.push(payment);
    const paid = check.payments.reduce((total, { amount }) => total + amount, 0);
    if (round(paid) >= check.totalAmount) Object.assign(check, { paymentStatus: "CLOSED", closedDate: now });
    if (order.checks.every(({ paymentStatus }) => paymentStatus === "CLOSED")) {
      Object.assign(order, { closedDate: now, paidDate: now });
    }
    order.modifiedDate = now;
    return payment;
  }

  tip(order: ToastOrder, payment: ToastPayment, tipAmount: number): void {
    payment.tipAmount = tipAmount;
    order.modifiedDate = toastTime(this.surroundings.now());
  }

  void(order: ToastOrder): void {
    const now = toastTime(this.surroundings.now());
    Object.assign(order, { voided: true, voidDate: now, modifiedDate: now });
    for (const check of order.checks) check.voided = true;
  }

  newGuid(): string {
    return this.guidOf(this.surroundings.randomId(24));
  }

  /** The same for the same restaurant and text. */
  private guidOf(text: string): string {
    const hex = createHash("sha256").update(`${this.guid} ${text}`).digest("hex");
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join("-");
  }

  private select({ name, quantity, modifiers = [] }: NewOrder["items"][number]): ToastSelection {
    const group = this.menus.menus[0]!.menuGroups.find(({ menuItems }) =>
      menuItems.some((item) => item.name === name),
    );
    const item = group?.menuItems.find((candidate) => candidate.name === name);
    if (!group || !item) throw new Error(`the menu has no ${name}`);
    const price = round(item.price * quantity);
    return {
      guid: this.newGuid(),
      entityType: "MenuItemSelection",
      displayName: name,
      quantity,
      preDiscountPrice: price,
      price,
      tax: round(price * taxRate),
      voided: false,
      itemGroup: { guid: group.guid, entityType: "MenuGroup" },
      salesCategory: { ...item.salesCategory, entityType: "SalesCategory" },
      modifiers: modifiers.map((displayName) => ({
        guid: this.newGuid(),
        displayName,
        quantity: 1,
        price: 0,
      })),
    };
  }

  /** A person is the same by e-mail, or by phone where there is none. */
  private customer(given: NonNullable<NewOrder["customer"]>): ToastCustomer {
    const known = given.email ?? given.phone ?? `${given.firstName} ${given.lastName}`;
    return { guid: this.guidOf(`customer ${known.toLowerCase()}`), entityType: "Customer", ...given };
  }

  private buildMenus(): ToastMenus {
    const category = (name: string) => ({ name, guid: this.guidOf(`category ${name}`) });
    const item = (name: string, price: number, salesCategory: string) => ({
      guid: this.guidOf(`item ${name}`),
      name,
      description: "",
      price,
      salesCategory: category(salesCategory),
    });
    const group = (
      name: string,
      menuItems: ToastMenus["menus"][number]["menuGroups"][number]["menuItems"],
    ) => ({
      guid: this.guidOf(`group ${name}`),
      name,
      menuItems,
    });
    return {
      restaurantGuid: this.guid,
      lastUpdated: toastTime(new Date(0)),
      menus: [
        {
          guid: this.guidOf("menu"),
          name: "Dinner",
          menuGroups: [
            group("Food", [
              item("Grilled octopus", 24.5, "Food"),
              item("Mushroom risotto", 21, "Food"),
              item("Lamb shoulder", 32, "Food"),
              item("Burrata", 14.75, "Food"),
            ]),
            group("Wine", [item("Barolo 2017", 78, "Wine"), item("Vinho verde", 9.5, "Wine")]),
            group("Beverage", [item("Espresso", 3.5, "Beverage"), item("Sparkling water", 4.25, "Beverage")]),
          ],
        },
      ],
    };
  }
}

function round(amount: number): number {
  // 6.825 is a little less in binary, and has to become 6.83 all the same.
  return Math.round(Number((amount * 100).toFixed(6))) / 100;
}
