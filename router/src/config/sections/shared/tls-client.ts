import { object } from "../../schema/compound.ts";
import { pemCertificates, pemKey } from "../../schema/pem.ts";

/** How the router proves itself to a server, and which servers it believes. */
export const tlsClient = object({
  certificate_authorities: pemCertificates()
    .optional()
    .describe("PEM; in place of the system's authorities."),
  client_authentication: object({
    certificate_chain: pemCertificates().describe("PEM."),
    key: pemKey().describe("PEM."),
  })
    .optional()
    .describe("The certificate that the router shows."),
});
