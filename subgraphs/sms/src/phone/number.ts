import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { z } from "zod";

/** A number that can exist, as E.164 writes it. Spaces and brackets are taken out; the country must be there. */
export const phoneNumber = z
  .string()
  .max(40)
  .transform((text, context) => {
    const parsed = parsePhoneNumberFromString(text);
    if (parsed?.isPossible()) return parsed.number as string;
    context.addIssue({
      code: "custom",
      message: "is no phone number with its country, such as +15551234567",
    });
    return z.NEVER;
  });

/** As it is stored; what is no number is left as it is, and found nowhere. */
export function normalizeNumber(text: string): string {
  return parsePhoneNumberFromString(text)?.number ?? text;
}
