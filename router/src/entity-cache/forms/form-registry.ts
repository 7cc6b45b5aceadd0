import { BoundedCache } from "../../bounded-cache.ts";
import type { Form } from "./form.ts";

/** One object for all equal forms, so that comparing them is comparing references. It survives reloads. */
export class FormRegistry {
  private readonly forms = new BoundedCache<string, Form>({
    weightMax: textMax,
    weigh: (_form, text) => text.length,
  });

  /** By the name that it has in Redis. */
  private readonly names = new BoundedCache<string, Form>({ entriesMax: namesMax });

  named(name: string): Form | undefined {
    return this.names.get(name);
  }

  name(name: string, form: Form): void {
    if (this.names.get(name) !== form) this.names.set(name, form);
  }

  known(text: string): Form | undefined {
    return this.forms.get(text);
  }

  intern(form: Form): Form {
    const known = this.forms.get(form.text);
    if (known && known.isProtected === form.isProtected) return known;
    this.forms.set(form.text, form);
    return form;
  }
}

const namesMax = 20_000;
const textMax = 8 * 1024 * 1024;
