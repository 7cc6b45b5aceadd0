/** Toast and clients write amounts as decimals; everything between counts cents. */
export function toCents(amount: number): number {
  // 6.825 is a little less in binary, and rounds half away from zero all the same.
  return Math.sign(amount) * Math.round(Number((Math.abs(amount) * 100).toFixed(6)));
}

export function fromCents(cents: number): number {
  return cents / 100;
}
