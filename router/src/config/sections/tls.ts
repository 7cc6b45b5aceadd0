import { map, object, section } from "../schema/compound.ts";
import { pemCertificate, pemCertificates, pemKey } from "../schema/pem.ts";
import { tlsClient } from "./shared/tls-client.ts";

export const tlsSection = section({
  supergraph: object({
    certificate: pemCertificate().describe("PEM."),
    certificate_chain: pemCertificates().describe("PEM."),
    key: pemKey().describe("PEM."),
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
