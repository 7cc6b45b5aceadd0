import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { bounces, type Mailbox } from "./mailbox.ts";

export interface SmtpFault {
  /** Where it meets the client: `lost` takes the message and breaks the connection before it says so. */
  stage: "sign-in" | "recipient" | "message" | "lost";
  code: number;
  message: string;
  times: number;
}

export interface SmtpSandbox {
  readonly port: number;
  addUser(user: { username: string; password: string }): void;
  removeUser(username: string): void;
  fail(fault: SmtpFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const messageBytesMax = 10 * 1024 * 1024;

export interface SmtpOptions {
  mailbox: Mailbox;
  port?: number;
  /** With one it offers STARTTLS. */
  certificate?: { cert: string; key: string };
}

/** A mail server that takes everything and delivers nothing, and wants a password. */
export async function startSmtpSandbox({
  mailbox,
  port = 0,
  certificate,
}: SmtpOptions): Promise<SmtpSandbox> {
  const users = new Map<string, string>();
  let faults: SmtpFault[] = [];
  const take = (stage: SmtpFault["stage"]) => {
    const fault = faults.find((candidate) => candidate.stage === stage);
    if (fault && --fault.times <= 0) faults = faults.filter((other) => other !== fault);
    return fault && refusal(fault.code, fault.message);
  };
  const server = new SMTPServer({
    banner: "sandbox",
    size: messageBytesMax,
    authMethods: ["PLAIN", "LOGIN"],
    allowInsecureAuth: true,
    ...(certificate ?? { disabledCommands: ["STARTTLS"] }),
    onAuth({ username = "", password }, _session, callback) {
      const fault = take("sign-in");
      if (fault) return callback(fault);
      if (users.get(username) !== password)
        return callback(refusal(535, "Authentication credentials invalid"));
      callback(null, { user: username });
    },
    onRcptTo({ address }, _session, callback) {
      callback(take("recipient") ?? (bounces(address) ? refusal(550, `No such user: ${address}`) : null));
    },
    onData(stream, session, callback) {
      receive(stream)
        .then((message) => {
          const fault = take("message");
          if (fault) return callback(fault);
          keep(mailbox, String(session.user), message);
          const lost = take("lost");
          callback(lost ?? null, "Taken");
        })
        .catch((error) => callback(error instanceof Error ? error : new Error(String(error))));
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const address = server.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    addUser: ({ username, password }) => void users.set(username, password),
    removeUser: (username) => void users.delete(username),
    fail: (fault) => void faults.push({ ...fault }),
    clearFaults() {
      faults = [];
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refusal(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code });
}

async function receive(stream: SMTPServerDataStream): Promise<ParsedMail> {
  const message = await simpleParser(stream);
  if (stream.sizeExceeded) throw refusal(552, "The message is too large");
  return message;
}

function keep(mailbox: Mailbox, account: string, message: ParsedMail): void {
  mailbox.take({
    provider: "smtp",
    account,
    messageId: message.messageId ?? "",
    from: addresses(message.from).join(", "),
    to: addresses(message.to),
    subject: message.subject ?? "",
    html: message.html || "",
    text: message.text ?? "",
    headers: Object.fromEntries(
      message.headerLines.map(({ key, line }) => [key, line.slice(key.length + 1).trim()]),
    ),
  });
}

function addresses(given: AddressObject | AddressObject[] | undefined): string[] {
  const lists = given === undefined ? [] : Array.isArray(given) ? given : [given];
  return lists.flatMap(({ value }) => value.map(({ address = "" }) => address));
}
