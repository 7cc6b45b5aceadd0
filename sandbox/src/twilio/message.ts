/** A message as Twilio's API shows it, and what the sandbox has to know besides. */
export interface TwilioMessage {
  id: string;
  statusCallback: string | null;
  shown: {
    account_sid: string;
    api_version: string;
    body: string;
    date_created: string;
    date_sent: string | null;
    date_updated: string;
    direction: "inbound" | "outbound-api";
    error_code: number | null;
    error_message: string | null;
    from: string;
    messaging_service_sid: string | null;
    num_media: string;
    num_segments: string;
    price: string | null;
    price_unit: string;
    sid: string;
    status: MessageStatus;
    subresource_uris: Record<string, string>;
    to: string;
    uri: string;
  };
}

export type MessageStatus = "queued" | "sent" | "delivered" | "undelivered" | "failed" | "received";

/** Numbers that Twilio documents for tests, and one of ours: a phone that is never reached. */
export const refusedRecipients: Readonly<Record<string, { code: number; message: string }>> = {
  "+15005550001": { code: 21211, message: "Invalid 'To' Phone Number: +15005550001" },
  "+15005550002": {
    code: 21612,
    message: "The 'To' phone number: +15005550002, is not currently reachable via SMS",
  },
  "+15005550003": {
    code: 21408,
    message: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
  },
  "+15005550004": { code: 21610, message: "Attempt to send to unsubscribed recipient" },
  "+15005550009": { code: 21614, message: "'To' number: +15005550009, is not a mobile number" },
};
export const refusedSenders: Readonly<Record<string, { code: number; message: string }>> = {
  "+15005550001": { code: 21212, message: "Invalid 'From' Phone Number: +15005550001" },
  "+15005550007": {
    code: 21606,
    message: "The 'From' phone number +15005550007 is not a valid message-capable Twilio phone number",
  },
  "+15005550008": {
    code: 21611,
    message: "This 'From' number has exceeded the maximum number of queued messages",
  },
};
export const unreachableNumber = "+15005550666";

export const bodyLengthMax = 1_600;

export function isPhoneNumber(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** Twilio counts plain text in 160 characters, anything else in 70. */
export function countSegments(body: string): number {
  const isPlain = [...body].every((character) => character.charCodeAt(0) < 128);
  const [single, joined] = isPlain ? [160, 153] : [70, 67];
  return body.length <= single! ? 1 : Math.ceil(body.length / joined!);
}
