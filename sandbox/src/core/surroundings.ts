/** What a provider takes from outside, so that a test can hold it still. */
export interface Surroundings {
  now(): Date;
  /** Random text of letters and digits. */
  randomId(length: number): string;
  sleep(ms: number): Promise<void>;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export const realSurroundings: Surroundings = {
  now: () => new Date(),
  randomId(length) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("");
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

export function epochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}
