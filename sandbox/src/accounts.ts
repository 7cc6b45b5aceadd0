import type { ToastClientCredentials } from "./toast/toast-provider.ts";

/** One restaurant's credentials at every provider: what a tenant's vault holds. */
export interface SandboxAccount {
  name: string;
  toast: ToastClientCredentials;
  stripe: { secretKey: string };
  twilio: { accountSid: string; authToken: string; fromNumber: string };
  smtp: { username: string; password: string };
  sendgrid: { apiKey: string };
  ses: AwsKey;
  sns: AwsKey;
}

interface AwsKey {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

/** Credentials that follow from a name, so that demo data and tests agree without telling each other. */
export function accountFor(name: string): SandboxAccount {
  const hex = Bun.hash(name).toString(16).padStart(16, "0");
  const long = `${hex}${hex}`;
  return {
    name,
    toast: {
      clientId: `toast-${name}`,
      clientSecret: `toast-secret-${hex}`,
      restaurantGuid: `${long.slice(0, 8)}-${long.slice(8, 12)}-4${long.slice(13, 16)}-8${long.slice(17, 20)}-${long.slice(20, 32)}`,
    },
    stripe: { secretKey: `sk_test_${name}_${hex}` },
    twilio: { accountSid: `AC${long}`, authToken: `twilio-token-${hex}`, fromNumber: "+15005550006" },
    smtp: { username: name, password: `smtp-password-${hex}` },
    sendgrid: { apiKey: `SG.${name}.${hex}` },
    ses: {
      accessKeyId: `AKIA${hex.toUpperCase()}`,
      secretAccessKey: `ses-secret-${hex}`,
      region: "eu-west-1",
    },
    sns: {
      accessKeyId: `AKIB${hex.toUpperCase()}`,
      secretAccessKey: `sns-secret-${hex}`,
      region: "eu-west-1",
    },
  };
}
