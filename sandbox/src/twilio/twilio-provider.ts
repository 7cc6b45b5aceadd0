import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { Collection } from "../core/collection.ts";
import { createProviderBase, type Provider } from "../core/provider.ts";
import type { Surroundings } from "../core/surroundings.ts";
import { lookUp } from "./lookup.ts";
import {
  bodyLengthMax,
  countSegments,
  isPhoneNumber,
  type MessageStatus,
  refusedRecipients,
  refusedSenders,
  type TwilioMessage,
  unreachableNumber,
} from "./message.ts";
import { signCallback } from "./sign-callback.ts";

export interface TwilioSandbox extends Provider {
  addAccount(account: { accountSid: string; authToken: string }): void;
  removeAccount(accountSid: string): void;
  messages(accountSid: string): Collection<TwilioMessage>;
  /** Resolves when every message has reached its last status and its callbacks are answered. */
  settled(): Promise<void>;
}

interface Account {
  authToken: string;
  messages: Collection<TwilioMessage>;
}

const base2010 = "/2010-04-01/Accounts/:account";
const pageSizeMax = 1_000;
const stepMs = 20;

export function createTwilioSandbox(surroundings: Surroundings): TwilioSandbox {
  const base = createProviderBase(surroundings);
  const { app, webhooks } = base;
  const accounts = new Map<string, Account>();
  const stored = new Map<string, Collection<TwilioMessage>>();
  const underWay = new Set<Promise<void>>();

  app.post(`${base2010}/Messages.json`, async (context) => {
    const { sid, account } = authenticate(context);
    const form = Object.fromEntries(new URLSearchParams(await context.req.text()));
    const { To: to, From: from, Body: body = "" } = form;
    if (to === undefined)
      return refuse(context, 400, { code: 21604, message: "A 'To' phone number is required." });
    if (from === undefined)
      return refuse(context, 400, { code: 21603, message: "A 'From' phone number is required." });
    if (body === "" && form.MediaUrl === undefined) {
      return refuse(context, 400, { code: 21602, message: "Message body is required." });
    }
    if (body.length > bodyLengthMax) {
      const message = `The concatenated message body exceeds the ${bodyLengthMax} character limit`;
      return refuse(context, 400, { code: 21617, message });
    }
    const sender =
      refusedSenders[from] ??
      (isPhoneNumber(from) ? undefined : { code: 21212, message: `Invalid 'From' Phone Number: ${from}` });
    if (sender) return refuse(context, 400, sender);
    const recipient =
      refusedRecipients[to] ??
      (isPhoneNumber(to) ? undefined : { code: 21211, message: `Invalid 'To' Phone Number: ${to}` });
    if (recipient) return refuse(context, 400, recipient);
    const message = create(sid, {
      to,
      from,
      body,
      mediaUrl: form.MediaUrl,
      statusCallback: form.StatusCallback,
    });
    account.messages.put(message);
    travel(message, account.authToken);
    return context.json(message.shown, 201);
  });

  app.get(`${base2010}/Messages.json`, (context) => {
    const { sid, account } = authenticate(context);
    const { To, From, PageSize = "50", Page = "0" } = context.req.query();
    const pageSize = Math.min(pageSizeMax, Math.max(1, Number(PageSize) || 50));
    const page = Math.max(0, Number(Page) || 0);
    const found = account.messages
      .newestFirst()
      .map(({ shown }) => shown)
      .filter(({ to, from }) => (To === undefined || to === To) && (From === undefined || from === From));
    const start = page * pageSize;
    const filter = new URLSearchParams({
      ...(To && { To }),
      ...(From && { From }),
      PageSize: String(pageSize),
    });
    const uri = (at: number) => `/2010-04-01/Accounts/${sid}/Messages.json?${filter}&Page=${at}`;
    return context.json({
      first_page_uri: uri(0),
      end: Math.max(start, Math.min(found.length, start + pageSize) - 1),
      messages: found.slice(start, start + pageSize),
      next_page_uri: found.length > start + pageSize ? uri(page + 1) : null,
      page,
      page_size: pageSize,
      previous_page_uri: page > 0 ? uri(page - 1) : null,
      start,
      uri: uri(page),
    });
  });

  app.get(`${base2010}/Messages/:file`, (context) => {
    const { account } = authenticate(context);
    const message = account.messages.get((context.req.param("file") ?? "").replace(/\.json$/, ""));
    if (!message)
      return refuse(context, 404, {
        code: 20404,
        message: `The requested resource ${context.req.path} was not found`,
      });
    return context.json(message.shown);
  });

  app.get("/v2/PhoneNumbers/:number", (context) => {
    authenticate(context);
    const fields = (context.req.query("Fields") ?? "").split(",");
    return context.json(lookUp(context.req.param("number"), { url: context.req.url, fields }));
  });

  app.notFound((context) =>
    refuse(context, 404, {
      code: 20404,
      message: `The requested resource ${context.req.path} was not found`,
    }),
  );
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    console.error(error);
    return refuse(context, 500, { code: 20500, message: "Internal Server Error" });
  });

  function authenticate(context: Context): { sid: string; account: Account } {
    const header = context.req.header("authorization") ?? "";
    const [sid = "", token] = Buffer.from(header.replace(/^Basic /, ""), "base64")
      .toString()
      .split(":");
    const account = accounts.get(sid);
    const asked = context.req.param("account");
    if (account && account.authToken === token && (asked === undefined || asked === sid))
      return { sid, account };
    throw new HTTPException(401, { res: refuse(context, 401, { code: 20003, message: "Authenticate" }) });
  }

  interface NewMessage {
    to: string;
    from: string;
    body: string;
    mediaUrl: string | undefined;
    statusCallback: string | undefined;
  }

  function create(
    accountSid: string,
    { to, from, body, mediaUrl, statusCallback }: NewMessage,
  ): TwilioMessage {
    const sid = `${mediaUrl === undefined ? "SM" : "MM"}${hex(surroundings.randomId(32))}`;
    const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`;
    const now = surroundings.now().toUTCString().replace("GMT", "+0000");
    return {
      id: sid,
      statusCallback: statusCallback ?? null,
      shown: {
        account_sid: accountSid,
        api_version: "2010-04-01",
        body,
        date_created: now,
        date_sent: null,
        date_updated: now,
        direction: "outbound-api",
        error_code: null,
        error_message: null,
        from,
        messaging_service_sid: null,
        num_media: mediaUrl === undefined ? "0" : "1",
        num_segments: String(countSegments(body)),
        price: null,
        price_unit: "USD",
        sid,
        status: "queued",
        subresource_uris: { media: `${uri}/Media.json` },
        to,
        uri: `${uri}.json`,
      },
    };
  }

  /** Queued, sent, and at its phone a little later or never. */
  function travel(message: TwilioMessage, authToken: string): void {
    const journey = (async () => {
      const last: MessageStatus = message.shown.to === unreachableNumber ? "undelivered" : "delivered";
      for (const status of ["sent", last] as const) {
        await surroundings.sleep(stepMs);
        arrive(message, status);
        callBack(message, authToken);
      }
    })().finally(() => underWay.delete(journey));
    underWay.add(journey);
  }

  function arrive({ shown }: TwilioMessage, status: MessageStatus): void {
    const now = surroundings.now().toUTCString().replace("GMT", "+0000");
    Object.assign(shown, { status, date_updated: now, date_sent: shown.date_sent ?? now });
    shown.price = (-0.0079 * Number(shown.num_segments)).toFixed(5);
    if (status === "undelivered")
      Object.assign(shown, { error_code: 30003, error_message: "Unreachable destination handset" });
  }

  function callBack({ shown, statusCallback: url }: TwilioMessage, authToken: string): void {
    if (url === null) return;
    const { sid, status, to, from, account_sid, api_version, error_code } = shown;
    const form: Record<string, string> = {
      MessageSid: sid,
      SmsSid: sid,
      MessageStatus: status,
      SmsStatus: status,
      To: to,
      From: from,
      AccountSid: account_sid,
      ApiVersion: api_version,
      ...(error_code !== null && { ErrorCode: String(error_code) }),
    };
    webhooks.send(() => ({
      url,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": signCallback(url, form, authToken),
        "i-twilio-idempotency-token": `${sid}-${status}`,
      },
      body: new URLSearchParams(form).toString(),
    }));
  }

  function messagesOf(accountSid: string): Collection<TwilioMessage> {
    const known = stored.get(accountSid);
    if (known) return known;
    const messages = new Collection<TwilioMessage>();
    stored.set(accountSid, messages);
    return messages;
  }

  return {
    ...base,
    name: "twilio",
    paths: ["2010-04-01", "v2/PhoneNumbers"],
    addAccount({ accountSid, authToken }) {
      accounts.set(accountSid, { authToken, messages: messagesOf(accountSid) });
    },
    removeAccount: (accountSid) => void accounts.delete(accountSid),
    messages: messagesOf,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
      await webhooks.settled();
    },
    save: () => Object.fromEntries(stored),
    load(state) {
      for (const [sid, messages] of Object.entries(state as Record<string, unknown[]>))
        messagesOf(sid).load(messages);
    },
    reset() {
      for (const messages of stored.values()) messages.clear();
    },
  };
}

function hex(text: string): string {
  return Buffer.from(text).toString("hex").slice(0, 32);
}

type RefusedStatus = 400 | 401 | 404 | 500;

function refuse(
  context: Context,
  status: RefusedStatus,
  { code, message }: { code: number; message: string },
): Response {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return context.json({ code, message, more_info, status }, status);
}
