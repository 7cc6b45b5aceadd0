export type FormValue = string | FormValue[] | { [key: string]: FormValue };
export type FormObject = { [key: string]: FormValue };

const depthMax = 8;

/** Reads `a[b][0]=c` as nested objects and lists, as Stripe's clients write them. */
export function readForm(text: string): FormObject {
  const form: FormObject = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) put(form, pathOf(name), value);
  return listsIn(form) as FormObject;
}

function pathOf(name: string): string[] {
  return name.replaceAll("]", "").split("[").slice(0, depthMax);
}

function put(target: FormObject, [key = "", ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    target[key === "" ? String(Object.keys(target).length) : key] = value;
    return;
  }
  const at = key === "" ? String(Object.keys(target).length) : key;
  const inner = target[at];
  const next =
    typeof inner === "object" && !Array.isArray(inner) ? inner : (Object.create(null) as FormObject);
  target[at] = next;
  put(next, rest, value);
}

/** An object with the keys 0, 1, 2 … is a list. */
function listsIn(value: FormValue): FormValue {
  if (typeof value !== "object" || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  const values = keys.map((key) => listsIn(value[key]!));
  if (keys.length > 0 && keys.every((key, index) => key === String(index))) return values;
  return Object.fromEntries(keys.map((key, index) => [key, values[index]!]));
}
