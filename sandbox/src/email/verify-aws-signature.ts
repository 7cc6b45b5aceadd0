import { createHash, createHmac, timingSafeEqual } from "node:crypto";

export interface SignedRequest {
  method: string;
  path: string;
  query: string;
  header(name: string): string | undefined;
  body: string;
}

export interface AwsSignature {
  accessKeyId: string;
  /** Whether the secret belongs to what was signed. */
  matches(secretAccessKey: string): boolean;
}

/** Reads a request's AWS Signature Version 4; undefined where it has none. */
export function readAwsSignature(request: SignedRequest): AwsSignature | undefined {
  const authorization = request.header("authorization") ?? "";
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (!match) return undefined;
  const [, accessKeyId = "", date = "", region = "", service = "", signedHeaders = "", signature = ""] =
    match;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...signedHeaders
      .split(";")
      .map((name) => `${name}:${(request.header(name) ?? "").trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders,
    sha256(request.body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", request.header("x-amz-date") ?? "", scope, sha256(canonical)].join(
    "\n",
  );
  return {
    accessKeyId,
    matches(secret) {
      const key = [date, region, service, "aws4_request"].reduce<Buffer | string>(hmac, `AWS4${secret}`);
      return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, "hex"));
    },
  };
}

function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.sort().join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
