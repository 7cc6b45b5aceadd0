/** Seeds of the property test that have found a mistake: each stays mended. */
export const savedSeeds: readonly number[] = [];
