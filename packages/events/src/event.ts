/** What happened, as it goes over the bus. */
export interface DomainEvent<Payload = unknown> {
  id: string;
  /** As `order.created`. */
  type: string;
  version: "1.0";
  timestamp: string;
  aggregateId: string;
  aggregateType: string;
  payload: Payload;
  metadata: EventMetadata;
}

export interface EventMetadata {
  /** The same for everything that follows from one request. */
  correlationId: string;
  /** What led to it: the request, or the event that was handled. */
  causationId: string;
  tenantId: string;
  merchantId?: string;
  userId?: string;
}

export interface NewEvent<Payload = unknown> {
  type: string;
  aggregateId: string;
  aggregateType: string;
  payload: Payload;
  merchantId?: string;
  /** The event that is being handled, when this one follows from it. */
  cause?: DomainEvent;
}

export interface EventSource {
  tenantId: string;
  userId?: string | undefined;
  requestId?: string | undefined;
}

export function makeEvent<Payload>(source: EventSource, event: NewEvent<Payload>): DomainEvent<Payload> {
  const { type, aggregateId, aggregateType, payload, merchantId, cause } = event;
  const id = crypto.randomUUID();
  const origin = source.requestId ?? id;
  return {
    id,
    type,
    version: "1.0",
    timestamp: new Date().toISOString(),
    aggregateId,
    aggregateType,
    payload,
    metadata: {
      correlationId: cause?.metadata.correlationId ?? origin,
      causationId: cause?.id ?? origin,
      tenantId: source.tenantId,
      ...(merchantId && { merchantId }),
      ...(source.userId && { userId: source.userId }),
    },
  };
}
