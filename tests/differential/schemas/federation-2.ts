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

const CONTEXT_IMPORTS = [...IMPORTS, "@context", "@fromContext"];

export const FEDERATION_2 = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ${JSON.stringify(IMPORTS)})`;

/** The first version with contexts. */
export const FEDERATION_2_8 = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ${JSON.stringify(CONTEXT_IMPORTS)})`;

/** Subgraphs of federation 2, by name. */
export function federation2(sdls: Record<string, string>): { name: string; sdl: string }[] {
  const usesContexts = Object.values(sdls).some((sdl) => sdl.includes("@fromContext"));
  const link = usesContexts ? FEDERATION_2_8 : FEDERATION_2;
  return Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: `${link}\n${sdl}` }));
}
