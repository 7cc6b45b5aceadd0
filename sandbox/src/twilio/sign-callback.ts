import { createHmac } from "node:crypto";

/** The signature that Twilio's client library checks: over the URL and the form's fields in order of their names. */
export function signCallback(url: string, form: Readonly<Record<string, string>>, authToken: string): string {
  const fields = Object.keys(form)
    .sort()
    .map((name) => `${name}${form[name]}`);
  return createHmac("sha1", authToken)
    .update(`${url}${fields.join("")}`)
    .digest("base64");
}
