import { BoundedCache } from "../bounded-cache.ts";
import type { Form } from "./form.ts";

/** One object for all equal forms, so that comparing them is comparing references. It survives reloads. */
export class FormRegistry {
  private readonly forms = new BoundedCache<string, Form>({
    weightMax: textMax,
    weigh: (_form, text) => text.length,
  });

  intern(form: Form): Form {
    const known = this.forms.get(form.text);
    if (known && known.isProtected === form.isProtected) return known;
    this.forms.set(form.text, form);
    return form;
  }
}

const textMax = 8 * 1024 * 1024;
