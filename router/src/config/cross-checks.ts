import type { RootConfig } from "./root-schema.ts";
import { type ListenAddress, printListenAddress } from "./schema/listen-address.ts";
import type { Report } from "./schema/schema.ts";

/** Rules that keys of more than one section have to keep together. */
export function checkAcross(config: RootConfig, report: Report): void {
  checkBrowserPages(config, report);
  checkListeners(config, report);
  checkPersistedQueries(config, report);
  checkCaches(config, report);
}

function checkBrowserPages({ sandbox, homepage, supergraph }: RootConfig, report: Report): void {
  if (sandbox.enabled && homepage.enabled) {
    report(
      ["sandbox", "enabled"],
      "the sandbox and the homepage cannot both be on; set homepage.enabled to false",
    );
  }
  if (sandbox.enabled && !supergraph.introspection) {
    report(["sandbox", "enabled"], "the sandbox needs supergraph.introspection to be true");
  }
}

function checkPersistedQueries({ persistedQueries, apq }: RootConfig, report: Report): void {
  if (persistedQueries.enabled && persistedQueries.safelist.enabled && apq.enabled) {
    report(["persisted_queries", "safelist", "enabled"], "needs apq.enabled to be false");
  }
}

function checkCaches({ responseCache, previewEntityCache }: RootConfig, report: Report): void {
  if (responseCache?.enabled && previewEntityCache?.enabled) {
    report(["preview_entity_cache", "enabled"], "cannot be combined with response_cache.enabled");
  }
}

interface Listener {
  readonly section: readonly string[];
  readonly listen: ListenAddress;
  readonly path: string;
}

function checkListeners(config: RootConfig, report: Report): void {
  const listeners = activeListeners(config);
  listeners.forEach((listener, index) => {
    for (const earlier of listeners.slice(0, index)) {
      if (printListenAddress(earlier.listen) === printListenAddress(listener.listen)) {
        if (earlier.path === listener.path) {
          const path = [...earlier.section, "path"].join(".");
          report(
            [...listener.section, "path"],
            `"${listener.path}" at the same address is taken by ${path} already`,
          );
        }
      } else if (overlap(earlier.listen, listener.listen)) {
        const other = [...earlier.section, "listen"].join(".");
        report(
          [...listener.section, "listen"],
          `${printListenAddress(listener.listen)} and ${other} (${printListenAddress(earlier.listen)}) cannot share a port`,
        );
      }
    }
  });
}

function activeListeners(config: RootConfig): Listener[] {
  const { supergraph, healthCheck, telemetry, subscription, responseCache, previewEntityCache } = config;
  const { prometheus } = telemetry.exporters.metrics;
  const callback = subscription?.enabled === true ? subscription.mode.callback : undefined;
  const caches = { response_cache: responseCache, preview_entity_cache: previewEntityCache };
  return [
    ...Object.entries(caches).flatMap(([name, cache]) =>
      cache?.enabled && cache.invalidation
        ? [{ ...cache.invalidation, section: [name, "invalidation"] }]
        : [],
    ),
    { section: ["supergraph"], listen: supergraph.listen, path: supergraph.path },
    ...(healthCheck.enabled ? [{ ...healthCheck, section: ["health_check"] }] : []),
    ...(prometheus.enabled
      ? [{ ...prometheus, section: ["telemetry", "exporters", "metrics", "prometheus"] }]
      : []),
    ...(callback
      ? [
          {
            section: ["subscription", "mode", "callback"],
            listen: callback.listen,
            path: `${callback.path}/:callback`,
          },
        ]
      : []),
  ];
}

/** One port on different addresses: one of them is usually every address, so that the second cannot be had. */
function overlap(one: ListenAddress, other: ListenAddress): boolean {
  return "port" in one && "port" in other && one.port === other.port && one.port !== 0;
}
