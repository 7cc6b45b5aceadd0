import { section } from "../schema/compound.ts";
import { duration } from "../schema/scalar.ts";

export const serverSection = section({
  http: section({
    header_read_timeout: duration()
      .default("10s")
      .describe("How long a client may take to send its headers."),
    tls_handshake_timeout: duration().default("10s").describe("How long a client may take to agree on TLS."),
  }).ignored("the runtime's own time limits hold"),
});
