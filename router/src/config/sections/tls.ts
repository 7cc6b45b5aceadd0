import { map, object, section } from "../schema/compound.ts";
import { text } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";
import { tlsClient } from "./shared/tls-client.ts";

export const tlsSection = section({
  supergraph: object({
    certificate: text().describe("PEM."),
    certificate_chain: text().describe("PEM."),
    key: text().describe("PEM."),
  })
    .optional()
    .describe("With these, clients reach the router over TLS."),
  subgraph: section({ all: tlsClient.default({}), subgraphs: map(tlsClient).default({}) }),
  connector: section({ all: tlsClient.default({}), sources: map(tlsClient).default({}) }).refused(
    "connectors",
    ({ all, sources }) =>
      all.certificateAuthorities !== undefined ||
      all.clientAuthentication !== undefined ||
      Object.keys(sources).length > 0,
  ),
});

export type TlsConfig = Infer<typeof tlsSection>;
