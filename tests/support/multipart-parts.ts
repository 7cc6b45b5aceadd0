const boundary = "\r\n--graphql";
const head = "\r\ncontent-type: application/json\r\n\r\n";

/** The parts of an incremental answer; throws where it is none, byte for byte around them. */
export function readMultipartParts<Part>(text: string): Part[] {
  const [before, ...rest] = text.split(boundary);
  if (before !== "" || rest.at(-1) !== "--\r\n") throw new Error(`no multipart answer: ${text}`);
  return rest.slice(0, -1).map((part) => {
    if (!part.startsWith(head)) throw new Error(`a part begins otherwise: ${part}`);
    return JSON.parse(part.slice(head.length)) as Part;
  });
}
