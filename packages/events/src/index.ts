export type { BusOptions, DeadLetter, EventBus, Subscription } from "./bus.ts";
export { EventError, type EventErrorCode, eventErrors } from "./errors.ts";
export { type DomainEvent, type EventMetadata, type EventSource, makeEvent, type NewEvent } from "./event.ts";
export { handleOnce } from "./handle-once.ts";
export { type Loop, startLoop } from "./loop.ts";
export { emit } from "./outbox/emit.ts";
export { type RelayOptions, startRelay } from "./outbox/relay.ts";
export {
  busConnections,
  busSchema,
  openPostgresBus,
  type PostgresBusOptions,
} from "./postgres/postgres-bus.ts";
export { openRedisBus, type RedisBusOptions } from "./redis/redis-bus.ts";
