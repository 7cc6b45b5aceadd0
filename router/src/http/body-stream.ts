import { bodyBuffers } from "./body-buffers.ts";

/**
 * Bun 1.4 sends an answer of more than about 15 KB with one system call for each piece of its head, 16 in all;
 * through a direct stream it takes two. On an answer of 86 KB that is 25 µs of CPU instead of 100 (bench/large-answers.ts).
 */
export const streamedBytesMin = 8_192;

export function toResponseBody<Body extends string | Uint8Array<ArrayBuffer>>(
  body: Body,
): Body | ReadableStream {
  if (body.length < streamedBytesMin) return body;
  return new ReadableStream({
    type: "direct",
    pull(controller) {
      controller.write(body);
      controller.close();
      // The runtime has copied what it could not send at once.
      if (typeof body !== "string") bodyBuffers.giveBack(body);
    },
  });
}
