/** The name of a key in the resolved configuration: camel case, with the unit of its value last. */
export type OutputName<Key extends string, Unit extends string> = Unit extends ""
  ? Camel<Key>
  : Camel<Key> extends `${string}${Unit}`
    ? Camel<Key>
    : `${Camel<Key>}${Unit}`;

type Camel<Key extends string> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Key;

export function outputName(key: string, unit: string): string {
  const camel = key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return camel.endsWith(unit) ? camel : `${camel}${unit}`;
}
