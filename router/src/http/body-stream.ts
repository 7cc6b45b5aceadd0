import { bodyBuffers } from "./body-buffers.ts";

/**
 * Bun 1.4 sends an answer of more than about 15 KB with one system call for each piece of its head, 16 in all.
 * A direct stream that ends before it is full takes one, and tells the length, at the price of a copy; one that is
 * full sends what it has in chunks, without a copy. On an answer of 86 KB that is 20 and 22 µs of CPU instead of
 * 100 (bench/large-answers.ts).
 */
export const streamedBytesMin = 12_288;
/** Beyond this a chunk more costs less than a copy. */
const copiedBytesMax = 262_144;
/** Above what a text of so many characters takes in UTF-8. */
const untilFull = { highWaterMark: 4 * copiedBytesMax };

export function toResponseBody<Body extends string | Uint8Array<ArrayBuffer>>(
  body: Body,
): Body | ReadableStream {
  if (body.length < streamedBytesMin) return body;
  const source: Bun.DirectUnderlyingSource = {
    type: "direct",
    pull(controller) {
      controller.write(body);
      controller.end();
      // The runtime has copied what it could not send at once.
      if (typeof body !== "string") bodyBuffers.giveBack(body);
    },
  };
  return new ReadableStream(source, body.length > copiedBytesMax ? undefined : untilFull);
}
