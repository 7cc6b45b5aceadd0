import { createPrivateKey, X509Certificate } from "node:crypto";
import { text } from "./scalar.ts";
import type { Schema } from "./schema.ts";

const certificatePattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

export function pemCertificate(): Schema<string, ""> {
  return text().check((pem, report) => {
    if (readCertificates(pem)?.length !== 1) {
      report([], "must be exactly one certificate in PEM form");
    }
  });
}

export function pemCertificates(): Schema<string, ""> {
  return text().check((pem, report) => {
    if (!readCertificates(pem)?.length) {
      report([], "must be certificates in PEM form");
    }
  });
}

export function pemKey(): Schema<string, ""> {
  return text().check((pem, report) => {
    try {
      createPrivateKey(pem);
    } catch {
      // The reason may quote the key.
      report([], "must be a private key in PEM form, without a pass phrase");
    }
  });
}

function readCertificates(pem: string): X509Certificate[] | undefined {
  try {
    return (pem.match(certificatePattern) ?? []).map((certificate) => new X509Certificate(certificate));
  } catch {
    return undefined;
  }
}
