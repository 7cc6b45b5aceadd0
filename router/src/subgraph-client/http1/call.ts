import { type SubgraphRequest, type SubgraphResponse, TransportError } from "../transport.ts";
import { Expiries, Expiring } from "./expiries.ts";

/** One request on its way, from the moment it may have to wait until it is settled. */
export class Call extends Expiring {
  readonly promise: Promise<SubgraphResponse>;
  isSettled = false;
  /** It already met one dead connection. */
  isRetry = false;
  /** Stops what is being done for the call; set by whoever holds it at the time. */
  release: ((call: Call) => void) | undefined;
  private resolve!: (response: SubgraphResponse) => void;
  private reject!: (error: TransportError) => void;
  private readonly expiries: Expiries;

  constructor(
    readonly request: SubgraphRequest,
    /** All bytes of the request; a string holds ASCII only. */
    readonly message: string | Buffer,
  ) {
    super();
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.expiries = Expiries.after(request.timeoutMs);
    this.expiries.add(this);
    request.signal?.addEventListener("abort", this);
  }

  /** For `addEventListener`: an object costs no closure. */
  handleEvent(): void {
    this.cancel("ABORTED", "nobody waits for the subgraph's answer any longer");
  }

  expire(): void {
    this.cancel("TIMED_OUT", `the subgraph did not answer within ${this.request.timeoutMs} ms`);
  }

  cancel(code: "ABORTED" | "TIMED_OUT", message: string): void {
    if (this.isSettled) return;
    const { release } = this;
    this.fail(new TransportError(code, message));
    release?.(this);
  }

  succeed(response: SubgraphResponse): void {
    if (this.settle()) this.resolve(response);
  }

  fail(error: TransportError): void {
    if (this.settle()) this.reject(error);
  }

  private settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.release = undefined;
    this.expiries.remove(this);
    this.request.signal?.removeEventListener("abort", this);
    return true;
  }
}
