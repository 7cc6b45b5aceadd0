import type { FormObject, FormValue } from "../core/form.ts";
import type { Metadata } from "./objects.ts";
import { invalid, missingParameter, unknownParameter } from "./stripe-error.ts";

/** Reads the parameters of one request and refuses what Stripe does not know. */
export class Parameters {
  constructor(
    private readonly form: FormObject,
    known: readonly string[],
  ) {
    for (const name of Object.keys(form)) {
      if (!known.includes(name) && name !== "expand") throw unknownParameter(name);
    }
  }

  text(name: string): string | null {
    const value = this.form[name];
    if (value === undefined || value === "") return null;
    if (typeof value !== "string") throw invalid(`Invalid string: ${JSON.stringify(value)}`, { param: name });
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === null) throw missingParameter(name);
    return value;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === null) return undefined;
    if (!/^-?\d+$/.test(text))
      throw invalid(`Invalid integer: ${text}`, { param: name, code: "parameter_invalid_integer" });
    return Number(text);
  }

  flag(name: string): boolean {
    return this.text(name) === "true";
  }

  object(name: string): FormObject | undefined {
    const value = this.form[name];
    return isObject(value) ? value : undefined;
  }

  list(name: string): FormValue[] {
    const value = this.form[name];
    return Array.isArray(value) ? value : [];
  }

  metadata(): Metadata {
    const entries = Object.entries(this.object("metadata") ?? {}).map(([key, value]) => [key, String(value)]);
    if (entries.length > 50) throw invalid("Metadata can have up to 50 keys.", { param: "metadata" });
    const long = entries.find(([key = "", value = ""]) => key.length > 40 || value.length > 500);
    if (long) throw invalid(`Metadata key or value is too long: ${long[0]}`, { param: "metadata" });
    return Object.fromEntries(entries);
  }
}

function isObject(value: FormValue | undefined): value is FormObject {
  return typeof value === "object" && !Array.isArray(value);
}
