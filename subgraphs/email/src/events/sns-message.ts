import { verify, X509Certificate } from "node:crypto";
import { connectorErrors } from "@mycelium/connectors";
import { z } from "zod";

/** What Amazon's notification service sends to a subscriber by HTTP, as its documentation has it. */
const shape = z.looseObject({
  Type: z.enum(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]),
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string().min(1).max(300),
  Subject: z.string().optional(),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  Token: z.string().optional(),
  SubscribeURL: z.string().max(2_000).optional(),
  SignatureVersion: z.enum(["1", "2"]),
  Signature: z.string().max(2_000),
  SigningCertURL: z.string().max(500),
});

export type SnsMessage = z.infer<typeof shape>;

const ageMsMax = 3_600_000;
const certificateBytesMax = 20_000;
const certificatesMax = 20;
const timeoutMs = 5_000;

const signedKeys = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: [
    ...["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  ],
  UnsubscribeConfirmation: [
    ...["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  ],
} as const;

export interface SnsReader {
  /** Throws BAD_SIGNATURE for what Amazon has not sent for this topic, or not lately. */
  read(body: string, topicArn: string): Promise<SnsMessage>;
  /** Says yes to a topic that asks whether it may send. */
  confirm(message: SnsMessage): Promise<void>;
}

/** @param elsewhere an origin that is believed as Amazon's own hosts are: the stand-in's */
export function createSnsReader(elsewhere: string | undefined): SnsReader {
  const certificates = new Map<string, X509Certificate>();

  async function certificateAt(url: string): Promise<X509Certificate> {
    const known = certificates.get(url);
    if (known) return known;
    const pem = await fetchText(url);
    const certificate = new X509Certificate(pem);
    if (certificates.size >= certificatesMax) certificates.clear();
    certificates.set(url, certificate);
    return certificate;
  }

  function requireAmazon(url: string | undefined): string {
    const parsed = URL.parse(url ?? "");
    const isAmazon =
      parsed?.protocol === "https:" && /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?$/.test(parsed.host);
    if (!parsed || !(isAmazon || parsed.origin === elsewhere)) throw connectorErrors.BAD_SIGNATURE();
    return parsed.href;
  }

  return {
    async read(body, topicArn) {
      const { data: message } = shape.safeParse(parseJson(body));
      if (message?.TopicArn !== topicArn) throw connectorErrors.BAD_SIGNATURE();
      if (Math.abs(Date.now() - Date.parse(message.Timestamp)) > ageMsMax) {
        throw connectorErrors.BAD_SIGNATURE();
      }
      const certificate = await certificateAt(requireAmazon(message.SigningCertURL));
      if (!isSigned(message, certificate)) throw connectorErrors.BAD_SIGNATURE();
      return message;
    },
    async confirm({ SubscribeURL: url }) {
      await fetchText(requireAmazon(url));
    },
  };
}

function isSigned(message: SnsMessage, certificate: X509Certificate): boolean {
  const now = new Date();
  if (now < certificate.validFromDate || now > certificate.validToDate) return false;
  const lines = signedKeys[message.Type].flatMap((key) =>
    message[key] === undefined ? [] : [key, message[key]],
  );
  const algorithm = message.SignatureVersion === "1" ? "sha1" : "sha256";
  const signature = Buffer.from(message.Signature, "base64");
  return verify(algorithm, Buffer.from(`${lines.join("\n")}\n`), certificate.publicKey, signature);
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
  const text = await response.text();
  if (text.length > certificateBytesMax) throw new Error(`${new URL(url).host} answered too much`);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
