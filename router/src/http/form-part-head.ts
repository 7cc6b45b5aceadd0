export interface FormPartHead {
  name: string | undefined;
  fileName: string | undefined;
  contentType: string | undefined;
  /** As they came, each byte one character: whoever passes the part on passes them on. */
  headers: readonly (readonly [name: string, value: string])[];
}

const headersMax = 32;

/** Undefined where it is no list of headers. Each character of the text is one byte. */
export function readPartHead(text: string): FormPartHead | undefined {
  const lines = text.split("\r\n");
  if (lines.length > headersMax) return undefined;
  const headers: [string, string][] = [];
  for (const line of lines) {
    const [, name, value] =
      /^([!#$%&'*+\-.^_`|~0-9a-zA-Z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    headers.push([name.toLowerCase(), value.trimEnd()]);
  }
  const disposition = readDisposition(find(headers, "content-disposition") ?? "");
  return {
    name: disposition.get("name"),
    fileName: disposition.get("filename"),
    contentType: find(headers, "content-type"),
    headers,
  };
}

function find(headers: readonly (readonly [string, string])[], wanted: string): string | undefined {
  return headers.find(([name]) => name === wanted)?.[1];
}

/** RFC 6266. Browsers write names as UTF-8, with quotes and line breaks percent-encoded. */
function readDisposition(value: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const text = Buffer.from(value, "latin1").toString();
  for (const [, name = "", quoted, plain = ""] of text.matchAll(
    /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/g,
  )) {
    const found = quoted === undefined ? plain.trim() : quoted.replaceAll('\\"', '"');
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), found);
  }
  return parameters;
}
