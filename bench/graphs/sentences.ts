const WORDS = (
  "lantern harbour quiet margin orchard compass velvet thunder paper bridge meadow copper window ribbon " +
  "signal winter garden marble letter kettle feather river candle tunnel market saddle pepper island"
).split(" ");

/** Readable filler of an exact length, the same on every run. */
export function sentenceOf(lengthChars: number, seed: number): string {
  let text = "";
  for (let index = seed; text.length < lengthChars; index += 1 + (index % 5)) {
    text += `${text === "" ? "" : " "}${WORDS[index % WORDS.length]}`;
  }
  return text.slice(0, lengthChars);
}
