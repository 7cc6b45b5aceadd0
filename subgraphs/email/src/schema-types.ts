// Written by `npm run codegen` from schema.graphql.
import type { Eventually, ReferencesResolver, Resolver, SourceOf } from "@mycelium/subgraph-kit";
import type { GraphQLScalarType } from "graphql";

export interface SendEmailInput {
  to: readonly (string)[];
  template: string;
  variables?: unknown | null;
  messageId?: string | null;
}

export interface EmailTemplateInput {
  name: string;
  subject: string;
  html: string;
}

export interface EmailCampaignInput {
  name: string;
  template: string;
  variables?: unknown | null;
  recipients: readonly (string)[];
}

export type EmailStatus = "PENDING" | "SENT" | "DELIVERED" | "BOUNCED" | "FAILED";

export interface GuestReference {
  __typename: "Guest";
  email: string | null;
}

export interface Sources {
  Query: unknown;
  Mutation: unknown;
  SmtpAPI: {
    templates?: readonly (Sources["EmailTemplate"] | Error)[];
    emailStats?: Sources["EmailStats"];
    messages?: readonly (Sources["EmailMessage"] | Error)[];
    campaign?: Sources["EmailCampaign"] | null | undefined;
    campaigns?: readonly (Sources["EmailCampaign"] | Error)[];
  };
  EmailMessage: {
    id: string | number;
    messageId?: string | number | null | undefined;
    to: readonly (string | Error)[];
    template: string;
    subject: string;
    status: EmailStatus;
    errorMessage?: string | null | undefined;
    created: Date | string;
    sent?: Date | string | null | undefined;
  };
  EmailTemplate: {
    name: string;
    subject: string;
    html: string;
    variables: readonly (string | Error)[];
    isOwn: boolean;
  };
  EmailStats: {
    sent: number;
    delivered: number;
    opens: number;
    clicks: number;
    bounces: number;
    complaints: number;
    lastEvent?: Date | string | null | undefined;
    optIn: boolean;
  };
  EmailCampaign: {
    id: string | number;
    name: string;
    template: string;
    pending: number;
    sent: number;
    failed: number;
    skipped: number;
    created: Date | string;
    finished?: Date | string | null | undefined;
  };
  Guest: {
    email?: string | null | undefined;
    emailOptIn?: boolean | null | undefined;
    emailEngagement?: Sources["EmailStats"] | null | undefined;
  };
}

export interface Resolvers<Context, Own = object> {
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Query?: {
    smtp?: Resolver<SourceOf<"Query", Own, Sources>, object, Context, SourceOf<"SmtpAPI", Own, Sources> | null | undefined>;
  };
  Mutation?: {
    sendEmail?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: SendEmailInput; }, Context, SourceOf<"EmailMessage", Own, Sources>>;
    saveEmailTemplate?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: EmailTemplateInput; }, Context, SourceOf<"EmailTemplate", Own, Sources>>;
    startEmailCampaign?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: EmailCampaignInput; }, Context, SourceOf<"EmailCampaign", Own, Sources>>;
    setEmailOptIn?: Resolver<SourceOf<"Mutation", Own, Sources>, { email: string; optIn: boolean; }, Context, SourceOf<"EmailStats", Own, Sources>>;
  };
  SmtpAPI?: {
    templates?: Resolver<SourceOf<"SmtpAPI", Own, Sources>, object, Context, readonly (SourceOf<"EmailTemplate", Own, Sources> | Error)[]>;
    emailStats?: Resolver<SourceOf<"SmtpAPI", Own, Sources>, { email: string; }, Context, SourceOf<"EmailStats", Own, Sources>>;
    messages?: Resolver<SourceOf<"SmtpAPI", Own, Sources>, { to?: string | null; limit: number | null; }, Context, readonly (SourceOf<"EmailMessage", Own, Sources> | Error)[]>;
    campaign?: Resolver<SourceOf<"SmtpAPI", Own, Sources>, { id: string; }, Context, SourceOf<"EmailCampaign", Own, Sources> | null | undefined>;
    campaigns?: Resolver<SourceOf<"SmtpAPI", Own, Sources>, { limit: number | null; }, Context, readonly (SourceOf<"EmailCampaign", Own, Sources> | Error)[]>;
  };
  EmailMessage?: {
    id?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, string | number>;
    messageId?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, string | number | null | undefined>;
    to?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, readonly (string | Error)[]>;
    template?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, string>;
    subject?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, string>;
    status?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, EmailStatus>;
    errorMessage?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, string | null | undefined>;
    created?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, Date | string>;
    sent?: Resolver<SourceOf<"EmailMessage", Own, Sources>, object, Context, Date | string | null | undefined>;
  };
  EmailTemplate?: {
    name?: Resolver<SourceOf<"EmailTemplate", Own, Sources>, object, Context, string>;
    subject?: Resolver<SourceOf<"EmailTemplate", Own, Sources>, object, Context, string>;
    html?: Resolver<SourceOf<"EmailTemplate", Own, Sources>, object, Context, string>;
    variables?: Resolver<SourceOf<"EmailTemplate", Own, Sources>, object, Context, readonly (string | Error)[]>;
    isOwn?: Resolver<SourceOf<"EmailTemplate", Own, Sources>, object, Context, boolean>;
  };
  EmailStats?: {
    sent?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    delivered?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    opens?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    clicks?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    bounces?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    complaints?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    lastEvent?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, Date | string | null | undefined>;
    optIn?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, boolean>;
  };
  EmailCampaign?: {
    id?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, string | number>;
    name?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, string>;
    template?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, string>;
    pending?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, number>;
    sent?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, number>;
    failed?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, number>;
    skipped?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, number>;
    created?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, Date | string>;
    finished?: Resolver<SourceOf<"EmailCampaign", Own, Sources>, object, Context, Date | string | null | undefined>;
  };
  Guest?: {
    __resolveReferences?: ReferencesResolver<GuestReference, Context, SourceOf<"Guest", Own, Sources>>;
    __resolveReference?: (reference: GuestReference, context: Context) => Eventually<SourceOf<"Guest", Own, Sources> | null | undefined>;
    email?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | null | undefined>;
    emailOptIn?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, boolean | null | undefined>;
    emailEngagement?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, SourceOf<"EmailStats", Own, Sources> | null | undefined>;
  };
}
