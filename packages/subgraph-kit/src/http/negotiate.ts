const json = "application/json";
const graphqlJson = "application/graphql-response+json";

/** The media type of the answer. Undefined when the client takes neither. */
export function negotiate(accept: string | null): string | undefined {
  if (accept === null || accept === json || accept === "*/*") return json;
  const ranges = accept.toLowerCase().split(",").map(readRange);
  const best = ranges.filter(({ quality }) => quality > 0).sort((one, other) => other.quality - one.quality);
  for (const { type } of best) {
    if (type === graphqlJson) return graphqlJson;
    if (type === json || type === "*/*" || type === "application/*") return json;
  }
  return undefined;
}

function readRange(text: string): { type: string; quality: number } {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  return { type, quality: quality ? Number(quality.slice(2)) : 1 };
}
