import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { configFromYaml } from "../router-config.ts";

const certificate = `-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIULXFRWC2CAbjSaXzqLXXf/pYnQGkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA0NDgwM1oYDzIxMjYxMDI4
MDQ0ODAzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATX75BluKf2LhkG5qYSlteQajXeJi7fqvAUEfDlLDEBptxKUPRvPIr6
SUpKuRhJN1PhIAlmUPQ8lwOA1ExYGhSNo2kwZzAdBgNVHQ4EFgQUNKDweDb527vQ
yT7pxLyt/SSYPO4wHwYDVR0jBBgwFoAUNKDweDb527vQyT7pxLyt/SSYPO4wDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SQAwRgIhAKDWdHpAOQjeGnmwoEkOB7EUA3qnhTgfO1ATQy7kEMEiAiEAil/A0STg
21C13CH3CJEIiDUTkHC4KQnGCXm1kxbjZcg=
-----END CERTIFICATE-----
`;

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = String(privateKey.export({ type: "pkcs8", format: "pem" }));

const files: Record<string, string> = {
  "one.pem": certificate,
  "two.pem": certificate + certificate,
  "key.pem": key,
};

function tlsOf(names: { certificate: string; certificate_chain: string; key: string }) {
  const supergraph = Object.fromEntries(
    Object.entries(names).map(([name, file]) => [name, `\${file.${file}}`]),
  );
  return configFromYaml(JSON.stringify({ tls: { supergraph } }), { readFile: (path) => files[path] }).tls;
}

test("certificates and keys are read from files", () => {
  expect(tlsOf({ certificate: "one.pem", certificate_chain: "two.pem", key: "key.pem" }).supergraph).toEqual({
    certificate,
    certificateChain: certificate + certificate,
    key,
  });
});

test.each([
  [
    { certificate: "two.pem", certificate_chain: "one.pem", key: "key.pem" },
    "tls.supergraph.certificate: must be exactly one",
  ],
  [
    { certificate: "one.pem", certificate_chain: "key.pem", key: "key.pem" },
    "tls.supergraph.certificate_chain: must be",
  ],
  [
    { certificate: "one.pem", certificate_chain: "one.pem", key: "one.pem" },
    "tls.supergraph.key: must be a private key",
  ],
])("%j is refused without telling what the files hold", (names, message) => {
  const load = () => tlsOf(names);
  expect(load).toThrow(message);
  expect(load).not.toThrow("BEGIN");
});
