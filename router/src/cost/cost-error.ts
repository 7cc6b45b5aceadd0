/** The cost of an operation cannot be estimated, as its schema wants it to be. */
export class CostError extends Error {}
