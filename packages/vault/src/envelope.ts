import { randomBytes } from "node:crypto";
import { keyBytes, open, seal } from "./aes-gcm.ts";
import { VaultError } from "./errors.ts";
import type { KeyWrapper } from "./key-wrapper.ts";

/** A secret under a key of its own, and that key wrapped. */
export interface Envelope {
  keyId: string;
  /** The wrapped key and the sealed secret, a dot between them. */
  sealed: string;
}

export const secretBytesMax = 64_000;

export async function sealEnvelope(wrapper: KeyWrapper, value: unknown, context: string): Promise<Envelope> {
  const plain = Buffer.from(JSON.stringify(value));
  if (plain.length > secretBytesMax)
    throw new VaultError("SECRET_TOO_LARGE", `${secretBytesMax} bytes at most`);
  const dataKey = randomBytes(keyBytes);
  try {
    const wrapped = await wrapper.wrap(dataKey, context);
    return { keyId: wrapped.keyId, sealed: join(wrapped.text, seal(dataKey, plain, context)) };
  } finally {
    dataKey.fill(0);
  }
}

export async function openEnvelope(
  wrapper: KeyWrapper,
  envelope: Envelope,
  context: string,
): Promise<unknown> {
  const { wrapped, body } = split(envelope);
  const dataKey = await wrapper.unwrap({ keyId: envelope.keyId, text: wrapped }, context);
  try {
    return JSON.parse(open(dataKey, body, context).toString());
  } finally {
    dataKey.fill(0);
  }
}

/** Under the newest key, with the secret itself untouched and unread. */
export async function rewrapEnvelope(
  wrapper: KeyWrapper,
  envelope: Envelope,
  context: string,
): Promise<Envelope> {
  const { wrapped, body } = split(envelope);
  const dataKey = await wrapper.unwrap({ keyId: envelope.keyId, text: wrapped }, context);
  try {
    const renewed = await wrapper.wrap(dataKey, context);
    return { keyId: renewed.keyId, sealed: join(renewed.text, body) };
  } finally {
    dataKey.fill(0);
  }
}

function join(wrapped: string, body: string): string {
  return `${Buffer.from(wrapped).toString("base64url")}.${body}`;
}

function split({ sealed }: Envelope): { wrapped: string; body: string } {
  const [wrapped = "", body = ""] = sealed.split(".");
  return { wrapped: Buffer.from(wrapped, "base64url").toString(), body };
}
