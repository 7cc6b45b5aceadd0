import { BufferedResponse } from "../buffered-response.ts";
import { ACCEPTED_ENCODINGS, decodeBody } from "../decode-body.ts";
import {
  type SubgraphRequest,
  type SubgraphResponse,
  TIMEOUT_MS_MAX,
  type Transport,
  TransportError,
} from "../transport.ts";
import { Call } from "./call.ts";
import { createOpenSocket, type OpenSocket } from "./open-socket.ts";
import { OriginPool, type PoolCounts, type PoolLimits } from "./origin-pool.ts";
import { type TargetText, writeRequestMessage, writeRequestPrefix } from "./request-message.ts";
import { type Origin, parseRequestTarget } from "./request-target.ts";
import type { DnsStrategy } from "./resolve-host.ts";
import type { ReceivedAnswer } from "./response-parser.ts";

export interface Http1Options extends PoolLimits {
  /** Sent as `accept-encoding`; empty to ask for plain answers, which cost the least CPU. */
  acceptEncoding: string;
  dnsStrategy?: DnsStrategy | undefined;
  /** For tests: what opens a connection. */
  openSocket?: OpenSocket | undefined;
}

/** Node's servers close after 5 s and promise so in `keep-alive`; others that close earlier are found stale. */
const DEFAULTS: Http1Options = {
  connectionsMax: 1_024,
  waitingMax: 8_192,
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 4_000,
  headerBytesMax: 65_536,
  acceptEncoding: ACCEPTED_ENCODINGS,
};

/** HTTP/1.1 without TLS over plain sockets, for subgraphs inside a trusted network. */
export class Http1Transport implements Transport {
  private readonly options: Http1Options;
  private readonly openSocket: OpenSocket;
  private readonly pools = new Map<string, OriginPool>();
  private targets = new WeakMap<URL, Target>();
  private isClosed = false;

  constructor(options: Partial<Http1Options> = {}) {
    const merged = { ...DEFAULTS, ...options };
    this.options = { ...merged, idleTimeoutMs: Math.min(merged.idleTimeoutMs, TIMEOUT_MS_MAX) };
    this.openSocket = options.openSocket ?? createOpenSocket(options.dnsStrategy);
  }

  send(request: SubgraphRequest): Promise<SubgraphResponse> {
    if (request.signal?.aborted === true) {
      return Promise.reject(new TransportError("ABORTED", "nobody waits for the subgraph's answer"));
    }
    let call: Call;
    let pool: OriginPool;
    try {
      const target = this.targetOf(request.url);
      pool = target.pool;
      const { contentType, headers, body } = request;
      const prefix = contentType === undefined ? target.prefix : writeRequestPrefix(target.text, contentType);
      call = new Call(request, writeRequestMessage(prefix, headers, body));
    } catch (error) {
      return Promise.reject(error);
    }
    pool.dispatch(call);
    return call.promise;
  }

  close(): void {
    this.isClosed = true;
    for (const pool of this.pools.values()) pool.close();
  }

  /** Over all origins. */
  get counts(): PoolCounts {
    const total: PoolCounts = { connectionsOpen: 0, connectionsIdle: 0, waiting: 0 };
    for (const pool of this.pools.values()) {
      const counts = pool.counts;
      total.connectionsOpen += counts.connectionsOpen;
      total.connectionsIdle += counts.connectionsIdle;
      total.waiting += counts.waiting;
    }
    return total;
  }

  private targetOf(url: URL): Target {
    const known = this.targets.get(url);
    if (known !== undefined && known.href === url.href) return known;
    const { origin, path, host } = parseRequestTarget(url);
    const text = { path, host, acceptEncoding: this.options.acceptEncoding };
    const target = { href: url.href, text, prefix: writeRequestPrefix(text), pool: this.poolOf(origin) };
    this.targets.set(url, target);
    return target;
  }

  private poolOf(origin: Origin): OriginPool {
    const known = this.pools.get(origin.key);
    if (known !== undefined) return known;
    if (this.pools.size >= ORIGINS_MAX) throw new TransportError("BAD_REQUEST", "too many subgraph origins");
    const pool = new OriginPool({
      origin,
      limits: this.options,
      openSocket: this.openSocket,
      deliver: (call, answer) => this.deliver(call, answer),
    });
    if (this.isClosed) pool.close();
    this.pools.set(origin.key, pool);
    return pool;
  }

  private deliver(call: Call, { head, response }: ReceivedAnswer): void {
    if (head.contentEncoding === undefined) call.succeed(response);
    else void this.deliverDecoded(call, response, head.contentEncoding, head.headerLines);
  }

  private async deliverDecoded(
    call: Call,
    response: SubgraphResponse,
    contentEncoding: string,
    headerLines: string,
  ): Promise<void> {
    try {
      const body = await decodeBody(response.body, contentEncoding, call.request.answerBytesMax);
      call.succeed(new BufferedResponse(response.status, headerLines, body, 0, body.length));
    } catch (error) {
      call.fail(error as TransportError);
    }
  }
}

interface Target {
  href: string;
  text: TargetText;
  prefix: string;
  pool: OriginPool;
}

/** Origins come from the supergraph and its overrides, so this is out of reach unless something leaks. */
const ORIGINS_MAX = 10_000;
