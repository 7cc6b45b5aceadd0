// Written by `npm run codegen` from schema.graphql.
import type { Eventually, ReferencesResolver, Resolver, SourceOf } from "@mycelium/subgraph-kit";
import type { GraphQLScalarType } from "graphql";

export type OrderStatus = "OPEN" | "CLOSED" | "PAID" | "VOIDED";

export interface OrderReference {
  __typename: "Order";
  id?: string;
  toastGuid?: string;
}

export interface GuestReference {
  __typename: "Guest";
  email?: string | null;
  phone?: string | null;
  toastId?: string;
}

export interface Sources {
  Query: unknown;
  Mutation: unknown;
  ToastAPI: {
    orders?: readonly (Sources["Order"] | Error)[];
    order?: Sources["Order"] | null | undefined;
    searchGuests?: readonly (Sources["Guest"] | Error)[];
    guest?: Sources["Guest"] | null | undefined;
    tables?: readonly (Sources["Table"] | Error)[];
    menu?: Sources["Menu"];
    staff?: readonly (Sources["Staff"] | Error)[];
  };
  Order: {
    id: string | number;
    toastGuid: string;
    items?: readonly (Sources["OrderItem"] | Error)[];
    guest?: Sources["Guest"] | null | undefined;
    table?: Sources["Table"] | null | undefined;
    server?: Sources["Staff"] | null | undefined;
    subtotal: number;
    tax: number;
    tip?: number | null | undefined;
    total: number;
    status: OrderStatus;
    openedAt: Date | string;
    closedAt?: Date | string | null | undefined;
    paymentId?: string | number | null | undefined;
  };
  Guest: {
    id: string | number;
    email?: string | null | undefined;
    phone?: string | null | undefined;
    toastId: string | number;
    name?: string | null | undefined;
    visitCount: number;
    lifetimeValue: number;
    lastVisit?: Date | string | null | undefined;
    favoriteItems: readonly (string | Error)[];
    preferences?: unknown | null | undefined;
  };
  OrderItem: {
    name: string;
    quantity: number;
    price: number;
    modifiers?: readonly (string | Error)[] | null | undefined;
    category: string;
    isAlcohol: boolean;
  };
  Table: {
    id: string | number;
    name: string;
  };
  Staff: {
    id: string | number;
    name: string;
  };
  Menu: {
    id: string | number;
    sections?: readonly (Sources["MenuSection"] | Error)[];
  };
  MenuSection: {
    name: string;
    items?: readonly (Sources["MenuEntry"] | Error)[];
  };
  MenuEntry: {
    id: string | number;
    name: string;
    price?: number | null | undefined;
  };
}

export interface Resolvers<Context, Own = object> {
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Query?: {
    toast?: Resolver<SourceOf<"Query", Own, Sources>, object, Context, SourceOf<"ToastAPI", Own, Sources> | null | undefined>;
  };
  Mutation?: {
    closeOrder?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; tip?: number | null; }, Context, SourceOf<"Order", Own, Sources>>;
    recordOrderPayment?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; paymentId: string; }, Context, SourceOf<"Order", Own, Sources>>;
    releaseOrder?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; }, Context, SourceOf<"Order", Own, Sources>>;
    voidOrder?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; }, Context, SourceOf<"Order", Own, Sources>>;
    updateGuestPreferences?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; preferences: unknown; }, Context, SourceOf<"Guest", Own, Sources>>;
  };
  ToastAPI?: {
    orders?: Resolver<SourceOf<"ToastAPI", Own, Sources>, { status?: OrderStatus | null; limit: number | null; }, Context, readonly (SourceOf<"Order", Own, Sources> | Error)[]>;
    order?: Resolver<SourceOf<"ToastAPI", Own, Sources>, { id: string; }, Context, SourceOf<"Order", Own, Sources> | null | undefined>;
    searchGuests?: Resolver<SourceOf<"ToastAPI", Own, Sources>, { query: string; }, Context, readonly (SourceOf<"Guest", Own, Sources> | Error)[]>;
    guest?: Resolver<SourceOf<"ToastAPI", Own, Sources>, { id: string; }, Context, SourceOf<"Guest", Own, Sources> | null | undefined>;
    tables?: Resolver<SourceOf<"ToastAPI", Own, Sources>, object, Context, readonly (SourceOf<"Table", Own, Sources> | Error)[]>;
    menu?: Resolver<SourceOf<"ToastAPI", Own, Sources>, object, Context, SourceOf<"Menu", Own, Sources>>;
    staff?: Resolver<SourceOf<"ToastAPI", Own, Sources>, object, Context, readonly (SourceOf<"Staff", Own, Sources> | Error)[]>;
  };
  Order?: {
    __resolveReferences?: ReferencesResolver<OrderReference, Context, SourceOf<"Order", Own, Sources>>;
    __resolveReference?: (reference: OrderReference, context: Context) => Eventually<SourceOf<"Order", Own, Sources> | null | undefined>;
    id?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, string | number>;
    toastGuid?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, string>;
    items?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, readonly (SourceOf<"OrderItem", Own, Sources> | Error)[]>;
    guest?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, SourceOf<"Guest", Own, Sources> | null | undefined>;
    table?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, SourceOf<"Table", Own, Sources> | null | undefined>;
    server?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, SourceOf<"Staff", Own, Sources> | null | undefined>;
    subtotal?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, number>;
    tax?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, number>;
    tip?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, number | null | undefined>;
    total?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, number>;
    status?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, OrderStatus>;
    openedAt?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, Date | string>;
    closedAt?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, Date | string | null | undefined>;
    paymentId?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, string | number | null | undefined>;
  };
  Guest?: {
    __resolveReferences?: ReferencesResolver<GuestReference, Context, SourceOf<"Guest", Own, Sources>>;
    __resolveReference?: (reference: GuestReference, context: Context) => Eventually<SourceOf<"Guest", Own, Sources> | null | undefined>;
    id?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | number>;
    email?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | null | undefined>;
    phone?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | null | undefined>;
    toastId?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | number>;
    name?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | null | undefined>;
    visitCount?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, number>;
    lifetimeValue?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, number>;
    lastVisit?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, Date | string | null | undefined>;
    favoriteItems?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, readonly (string | Error)[]>;
    preferences?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, unknown | null | undefined>;
  };
  OrderItem?: {
    name?: Resolver<SourceOf<"OrderItem", Own, Sources>, object, Context, string>;
    quantity?: Resolver<SourceOf<"OrderItem", Own, Sources>, object, Context, number>;
    price?: Resolver<SourceOf<"OrderItem", Own, Sources>, object, Context, number>;
    modifiers?: Resolver<SourceOf<"OrderItem", Own, Sources>, object, Context, readonly (string | Error)[] | null | undefined>;
    category?: Resolver<SourceOf<"OrderItem", Own, Sources>, object, Context, string>;
    isAlcohol?: Resolver<SourceOf<"OrderItem", Own, Sources>, object, Context, boolean>;
  };
  Table?: {
    id?: Resolver<SourceOf<"Table", Own, Sources>, object, Context, string | number>;
    name?: Resolver<SourceOf<"Table", Own, Sources>, object, Context, string>;
  };
  Staff?: {
    id?: Resolver<SourceOf<"Staff", Own, Sources>, object, Context, string | number>;
    name?: Resolver<SourceOf<"Staff", Own, Sources>, object, Context, string>;
  };
  Menu?: {
    id?: Resolver<SourceOf<"Menu", Own, Sources>, object, Context, string | number>;
    sections?: Resolver<SourceOf<"Menu", Own, Sources>, object, Context, readonly (SourceOf<"MenuSection", Own, Sources> | Error)[]>;
  };
  MenuSection?: {
    name?: Resolver<SourceOf<"MenuSection", Own, Sources>, object, Context, string>;
    items?: Resolver<SourceOf<"MenuSection", Own, Sources>, object, Context, readonly (SourceOf<"MenuEntry", Own, Sources> | Error)[]>;
  };
  MenuEntry?: {
    id?: Resolver<SourceOf<"MenuEntry", Own, Sources>, object, Context, string | number>;
    name?: Resolver<SourceOf<"MenuEntry", Own, Sources>, object, Context, string>;
    price?: Resolver<SourceOf<"MenuEntry", Own, Sources>, object, Context, number | null | undefined>;
  };
}
