import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** 32 MB and a tenth of a second each, so that a stolen hash is not guessed soon. */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const keyBytes = 32;

export const newPassword = z.string().min(12, "takes twelve characters or more").max(200);

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `scrypt:${cost.N}:${salt.toString("base64url")}:${key.toString("base64url")}`;
}

/** Takes as long for an account that is not there, so that nobody learns which are. */
export async function checkPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, , salt = "", key = ""] = (hash ?? nobodysHash).split(":");
  const derived = await derive(password, Buffer.from(salt, "base64url"));
  return timingSafeEqual(derived, Buffer.from(key, "base64url")) && hash !== undefined;
}

const nobodysHash = `scrypt:${cost.N}:${"A".repeat(22)}:${"A".repeat(43)}`;

/** Two at a time: sign-ins must not take the memory or the threads of everything else. */
const underWayMax = 2;
const waiting: (() => void)[] = [];
let underWay = 0;

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (underWay >= underWayMax) await new Promise<void>((resolve) => waiting.push(resolve));
  else underWay += 1;
  try {
    return await new Promise((resolve, reject) => {
      scrypt(password.normalize("NFKC"), salt, keyBytes, cost, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else underWay -= 1;
  }
}
