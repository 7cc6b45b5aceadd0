import { type Caller, ClientError, kitErrors } from "@mycelium/subgraph-kit";

/** Who acts when a provider calls: nobody in particular, for the tenant in the URL. */
export function webhookCaller(tenantId: string): Caller {
  if (!/^[a-z0-9][a-z0-9-]{1,62}$/.test(tenantId)) throw kitErrors.NOT_FOUND({ what: "tenant" });
  return { tenantId, roles: [], scopes: [], requestId: crypto.randomUUID() };
}

const bodyBytesMax = 1_000_000;

/** 200 for what was taken or known already; a refusal with its code, which providers show to whoever set them up. */
export async function answerWebhook(
  request: Request,
  take: (body: string) => Promise<unknown>,
): Promise<Response> {
  try {
    const body = await request.text();
    if (body.length > bodyBytesMax) throw new ClientError("PAYLOAD_TOO_LARGE", 413, "The body is too large");
    await take(body);
    return new Response(null, { status: 200 });
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return Response.json({ code: error.code, message: error.message }, { status: error.status });
  }
}
