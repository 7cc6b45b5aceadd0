export const exitCode = {
  ok: 0,
  invalid: 1,
  usage: 2,
  /** Valid for Apollo Router, but it asks for something that this engine does not have. */
  refused: 3,
  /** Asked to stop once more while it was stopping. */
  interrupted: 130,
} as const;
