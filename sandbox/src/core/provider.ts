import { Hono } from "hono";
import { Faults } from "./faults.ts";
import { SeenRequests } from "./requests.ts";
import type { Surroundings } from "./surroundings.ts";
import { WebhookSender } from "./webhook-sender.ts";

/** The stand-in of one outside service, over HTTP. */
export interface Provider {
  readonly name: string;
  /** First segments of its paths: they differ from provider to provider, so that one port serves all. */
  readonly paths: readonly string[];
  readonly app: Hono;
  readonly faults: Faults;
  readonly requests: SeenRequests;
  readonly webhooks: WebhookSender;
  /** Its state as JSON, and back. */
  save(): unknown;
  load(state: unknown): void;
  reset(): void;
}

export interface ProviderBase extends Pick<Provider, "app" | "faults" | "requests" | "webhooks"> {}

/** What all have in common: they remember what they were asked and fail on demand. */
export function createProviderBase(surroundings: Surroundings): ProviderBase {
  const app = new Hono();
  const faults = new Faults();
  const requests = new SeenRequests();
  app.use(requests.middleware, faults.middleware);
  return { app, faults, requests, webhooks: new WebhookSender(surroundings) };
}
