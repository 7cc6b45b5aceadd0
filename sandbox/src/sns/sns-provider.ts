import type { Context } from "hono";
import { Collection } from "../core/collection.ts";
import { createProviderBase, type Provider } from "../core/provider.ts";
import type { Surroundings } from "../core/surroundings.ts";
import { readAwsSignature } from "../email/verify-aws-signature.ts";

export interface SnsSms {
  id: string;
  account: string;
  to: string;
  body: string;
}

export interface SnsSandbox extends Provider {
  readonly sent: Collection<SnsSms>;
  addKey(key: { account: string; accessKeyId: string; secretAccessKey: string }): void;
}

const textBytesMax = 1_600;
const namespace = "http://sns.amazonaws.com/doc/2010-03-31/";

/** What of Amazon SNS sends text messages: its query protocol, with signatures that are checked. */
export function createSnsSandbox(surroundings: Surroundings): SnsSandbox {
  const base = createProviderBase(surroundings);
  const keys = new Map<string, { account: string; secretAccessKey: string }>();
  const sent = new Collection<SnsSms>(5_000);

  base.app.post("/sns/", async (context) => {
    const body = await context.req.text();
    const { method, path } = context.req;
    const header = (name: string) => context.req.header(name);
    const signature = readAwsSignature({ method, path, query: "", header, body });
    const key = signature && keys.get(signature.accessKeyId);
    if (!key)
      return refuse(
        context,
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
      );
    if (!signature.matches(key.secretAccessKey)) {
      return refuse(
        context,
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match.",
      );
    }
    const {
      Action: action,
      PhoneNumber: to = "",
      Message: text = "",
    } = Object.fromEntries(new URLSearchParams(body));
    if (action === "GetSMSAttributes") {
      const entry = "<entry><key>DefaultSMSType</key><value>Transactional</value></entry>";
      const result = `<GetSMSAttributesResult><attributes>${entry}</attributes></GetSMSAttributesResult>`;
      return answer(
        context,
        200,
        `<GetSMSAttributesResponse xmlns="${namespace}">${result}</GetSMSAttributesResponse>`,
      );
    }
    if (action !== "Publish") return refuse(context, 400, "InvalidAction", `No action is called ${action}`);
    if (!/^\+[1-9]\d{6,14}$/.test(to)) {
      return refuse(
        context,
        400,
        "InvalidParameter",
        `Invalid parameter: PhoneNumber Reason: ${to} is not valid to publish to`,
      );
    }
    if (text === "" || Buffer.byteLength(text) > textBytesMax) {
      return refuse(
        context,
        400,
        "InvalidParameter",
        "Invalid parameter: Message Reason: its length is wrong",
      );
    }
    const { id } = sent.put({ id: crypto.randomUUID(), account: key.account, to, body: text });
    return answer(
      context,
      200,
      `<PublishResponse xmlns="${namespace}"><PublishResult><MessageId>${id}</MessageId></PublishResult></PublishResponse>`,
    );
  });

  return {
    ...base,
    ...{ name: "sns", paths: ["sns"], sent },
    addKey: ({ accessKeyId, ...key }) => void keys.set(accessKeyId, key),
    save: () => sent,
    load: (state) => sent.load(state as unknown[]),
    reset: () => sent.clear(),
  };
}

function refuse(context: Context, status: 400 | 403, code: string, message: string): Response {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return answer(context, status, `<ErrorResponse xmlns="${namespace}">${error}</ErrorResponse>`);
}

function answer(context: Context, status: 200 | 400 | 403, xml: string): Response {
  return context.body(xml, status, { "content-type": "text/xml" });
}
