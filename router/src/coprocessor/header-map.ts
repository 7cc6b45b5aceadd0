/** Apollo's form: every name in lower case with the list of its values. */
export type HeaderMap = Record<string, string[]>;

export function writeHeaderMap(headers: Iterable<readonly [string, string]>): HeaderMap {
  const map: HeaderMap = {};
  for (const [name, value] of headers) {
    map[name] ??= [];
    map[name].push(value);
  }
  return map;
}

export function headerEntries(
  headers: Headers | Readonly<Record<string, string>>,
): Iterable<[string, string]> {
  return headers instanceof Headers ? headers.entries() : Object.entries(headers);
}

/** Throws where a name or a value is none that HTTP has. The length is the writer's to know. */
export function readHeaderMap(map: unknown): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(asRecord(map))) {
    if (!Array.isArray(values)) throw new Error(`the values of header ${JSON.stringify(name)} are no list`);
    if (name.toLowerCase() === "content-length") continue;
    for (const value of values) {
      if (typeof value !== "string") throw new Error(`a value of header ${JSON.stringify(name)} is no text`);
      headers.append(name, value);
    }
  }
  return headers;
}

function asRecord(map: unknown): object {
  if (typeof map !== "object" || map === null || Array.isArray(map))
    throw new Error("headers are no mapping");
  return map;
}
