import { createHash, timingSafeEqual } from "node:crypto";
import { ClientError, type Subgraph } from "@mycelium/subgraph-kit";
import { z } from "zod";
import { webhookCaller } from "../../../shared/webhook.ts";
import { introspectKey } from "../api-key/introspect.ts";
import type { Services } from "../context.ts";
import type * as tables from "../db/tables.ts";
import { platformErrors } from "../errors.ts";
import { refresh, signIn, signOut } from "./sign-in.ts";

const bodyBytesMax = 20_000;
const noStore = { "cache-control": "no-store" };

/** In the words of OAuth 2 (RFC 6749): a form, or the same names as JSON. */
const grant = z.discriminatedUnion("grant_type", [
  z.object({
    grant_type: z.literal("password"),
    tenant: z.string(),
    username: z.string(),
    password: z.string(),
  }),
  z.object({ grant_type: z.literal("refresh_token"), refresh_token: z.string().max(300) }),
]);

export interface RouteOptions {
  subgraph: Subgraph<typeof tables, Services>;
  /** By which the router is known that asks about API keys. Without one nobody may. */
  introspectionSecret: string | undefined;
}

/** What is not GraphQL, since nobody is signed in yet: tokens, public keys, and the router's question about a key. */
export function addTokenRoutes({ subgraph, introspectionSecret }: RouteOptions): void {
  const { app, actAs } = subgraph;
  app.post("/token", ({ req }) =>
    answerJson(async () => {
      const asked = grant.parse(await readBody(req.raw));
      if (asked.grant_type === "refresh_token") {
        const { refresh_token: token } = asked;
        return actAs(callerOf(tenantOf(token)), (context) => refresh(context, token));
      }
      const { tenant, username: email, password } = asked;
      const address = req.header("x-forwarded-for") ?? "unknown";
      return actAs(callerOf(tenant), (context) => signIn(context, { email, password }, { address }));
    }),
  );
  app.post("/token/revoke", ({ req }) =>
    answerJson(async () => {
      const { token } = z.object({ token: z.string().max(300) }).parse(await readBody(req.raw));
      await actAs(callerOf(tenantOf(token)), (context) => signOut(context, token));
      return {};
    }),
  );
  app.get("/.well-known/jwks.json", async (context) => {
    const { signingKeys } = await actAs(callerOf("mycelium"), async ({ services }) => services);
    return context.json(await signingKeys.jwks(), 200, { "cache-control": "public, max-age=60" });
  });
  app.post("/internal/introspect", ({ req }) =>
    answerJson(async () => {
      if (!isKnown(req.header("authorization"), introspectionSecret))
        throw platformErrors.WRONG_CREDENTIALS();
      const { token } = z.object({ token: z.string().max(300) }).parse(await readBody(req.raw));
      return actAs(callerOf(tenantOf(token.replace(/^myc_/, ""))), (context) =>
        introspectKey(context, token),
      );
    }),
  );
}

function isKnown(header: string | undefined, secret: string | undefined): boolean {
  if (!secret || header === undefined) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header), digest(`Bearer ${secret}`));
}

/** A tenant that cannot be one is as wrong as one that is not there. */
function callerOf(tenantId: string) {
  try {
    return webhookCaller(tenantId);
  } catch {
    throw platformErrors.WRONG_CREDENTIALS();
  }
}

function tenantOf(token: string): string {
  return token.split(".")[0] ?? "";
}

async function readBody(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text.length > bodyBytesMax) throw new ClientError("PAYLOAD_TOO_LARGE", 413, "The body is too large");
  if (!request.headers.get("content-type")?.includes("json"))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    throw new ClientError("BAD_REQUEST", 400, "The body is not JSON");
  }
}

async function answerJson(work: () => Promise<object>): Promise<Response> {
  try {
    return Response.json(await work(), { headers: noStore });
  } catch (error) {
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      const message = `${issue?.path.join(".") || "body"}: ${issue?.message}`;
      return Response.json(
        { error: "invalid_request", code: "BAD_REQUEST", message },
        { status: 400, headers: noStore },
      );
    }
    if (!(error instanceof ClientError)) throw error;
    const { code, status, message, details } = error;
    const retryAfter = (details as { retryAfterSeconds?: number }).retryAfterSeconds;
    const headers = { ...noStore, ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }) };
    return Response.json(
      { error: status === 401 ? "invalid_grant" : "invalid_request", code, message },
      { status, headers },
    );
  }
}
