const IMPORTS = [
  "@key",
  "@requires",
  "@provides",
  "@external",
  "@shareable",
  "@override",
  "@inaccessible",
  "@interfaceObject",
  "@tag",
  "FieldSet",
];

export const FEDERATION_2 = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ${JSON.stringify(IMPORTS)})`;

/** Subgraphs of federation 2, by name. */
export function federation2(sdls: Record<string, string>): { name: string; sdl: string }[] {
  return Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: `${FEDERATION_2}\n${sdl}` }));
}
