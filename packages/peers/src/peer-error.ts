/** Another subgraph said no, or nothing. */
export class PeerError extends Error {
  override readonly name = "PeerError";

  constructor(
    readonly peer: string,
    /** The peer's own; UNAVAILABLE where it did not answer. */
    readonly code: string,
    message: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /** Whether asking again later may help. */
  get isOutage(): boolean {
    return (
      this.code === "UNAVAILABLE" ||
      this.code === "INTERNAL_SERVER_ERROR" ||
      this.code.endsWith("_IN_PROGRESS")
    );
  }
}
