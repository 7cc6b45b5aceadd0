export const eventErrors = {
  EVENT_TOO_LARGE: "An event is larger than the bus takes",
  BAD_EVENT: "An event is not of the envelope's shape",
  BUS_UNAVAILABLE: "The event bus does not answer",
} as const;

export type EventErrorCode = keyof typeof eventErrors;

export class EventError extends Error {
  override readonly name = "EventError";

  constructor(
    readonly code: EventErrorCode,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(detail ? `${eventErrors[code]}: ${detail}` : eventErrors[code], options);
  }
}
