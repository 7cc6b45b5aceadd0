/** Toast's objects as far as a connector reads them; amounts are decimals, as Toast writes them. */
export interface ToastReference {
  guid: string;
  entityType: string;
}

export interface ToastCustomer {
  guid: string;
  entityType: "Customer";
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
  email: string | null;
}

export interface ToastSelection {
  guid: string;
  entityType: "MenuItemSelection";
  displayName: string;
  quantity: number;
  preDiscountPrice: number;
  price: number;
  tax: number;
  voided: boolean;
  itemGroup: ToastReference;
  salesCategory: ToastReference & { name: string };
  modifiers: { guid: string; displayName: string; quantity: number; price: number }[];
}

export interface ToastPayment {
  guid: string;
  entityType: "OrderPayment";
  type: "CASH" | "CREDIT" | "OTHER";
  amount: number;
  tipAmount: number;
  paymentStatus: "AUTHORIZED" | "CAPTURED" | "VOIDED";
  paidDate: string;
  refundStatus: "NONE" | "PARTIAL" | "FULL";
  otherPayment: ToastReference | null;
  externalId: string | null;
}

export interface ToastCheck {
  guid: string;
  entityType: "Check";
  displayNumber: string;
  openedDate: string;
  closedDate: string | null;
  paymentStatus: "OPEN" | "PAID" | "CLOSED";
  amount: number;
  taxAmount: number;
  totalAmount: number;
  customer: ToastCustomer | null;
  selections: ToastSelection[];
  payments: ToastPayment[];
  voided: boolean;
}

export interface ToastOrder {
  /** The same as guid: what collections go by. */
  id: string;
  guid: string;
  entityType: "Order";
  externalId: string | null;
  businessDate: number;
  openedDate: string;
  modifiedDate: string;
  closedDate: string | null;
  paidDate: string | null;
  voided: boolean;
  voidDate: string | null;
  numberOfGuests: number;
  server: ToastReference | null;
  table: ToastReference | null;
  checks: ToastCheck[];
}

export interface ToastTable {
  guid: string;
  entityType: "Table";
  name: string;
}

export interface ToastEmployee {
  guid: string;
  entityType: "RestaurantUser";
  firstName: string;
  lastName: string;
  chosenName: string | null;
  email: string;
  deleted: boolean;
}

export interface ToastMenuItem {
  guid: string;
  name: string;
  description: string;
  price: number;
  salesCategory: { name: string; guid: string };
}

export interface ToastMenus {
  restaurantGuid: string;
  lastUpdated: string;
  menus: {
    guid: string;
    name: string;
    menuGroups: { guid: string; name: string; menuItems: ToastMenuItem[] }[];
  }[];
}

/** As Toast writes times: milliseconds and an offset without a colon. */
export function toastTime(date: Date): string {
  return date.toISOString().replace("Z", "+0000");
}
