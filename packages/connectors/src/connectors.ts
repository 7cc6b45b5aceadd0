import { z } from "zod";

const secret = z.string().min(1).max(4_096);

/** What a tenant gives for each outside service that it uses. */
export const connectorShapes = {
  toast: z.strictObject({
    clientId: secret,
    clientSecret: secret,
    restaurantGuid: z.guid(),
    webhookSecret: secret.optional(),
  }),
  stripe: z.strictObject({ secretKey: secret, webhookSecret: secret.optional() }),
  twilio: z.strictObject({ accountSid: secret, authToken: secret, fromNumber: z.e164() }),
  /** Text messages where Twilio does not work. */
  sns: z.strictObject({
    region: z.string().min(1),
    accessKeyId: secret,
    secretAccessKey: secret,
    senderId: z.string().max(11).optional(),
  }),
  email: z.discriminatedUnion("provider", [
    z.strictObject({
      provider: z.literal("smtp"),
      from: z.email(),
      host: z.string().min(1),
      port: z.int().min(1).max(65_535),
      username: secret,
      password: secret,
      /** Signs what is sent, for the domain of `from`. */
      dkim: z.strictObject({ keySelector: z.string().min(1).max(63), privateKey: secret }).optional(),
    }),
    z.strictObject({
      provider: z.literal("sendgrid"),
      from: z.email(),
      apiKey: secret,
      eventPublicKey: secret.optional(),
    }),
    z.strictObject({
      provider: z.literal("ses"),
      from: z.email(),
      region: z.string().min(1),
      accessKeyId: secret,
      secretAccessKey: secret,
      /** Whose event destination is the topic: without both nobody tells what became of an e-mail. */
      configurationSet: z.string().min(1).max(64).optional(),
      eventTopicArn: z.string().startsWith("arn:aws").max(300).optional(),
    }),
  ]),
} as const;

export type Connector = keyof typeof connectorShapes;

export const connectors = Object.keys(connectorShapes) as Connector[];

export type Credentials<C extends Connector> = z.infer<(typeof connectorShapes)[C]>;

/** Where a subgraph gets a tenant's credentials: they are asked for when they are needed, and never written down. */
export interface CredentialSource {
  /** Undefined where the tenant has not given any. */
  find<C extends Connector>(tenantId: string, connector: C): Promise<Credentials<C> | undefined>;
}
