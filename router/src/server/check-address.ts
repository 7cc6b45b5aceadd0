import { type ListenAddress, writeAddress } from "./endpoint.ts";

export class ListenError extends Error {
  constructor(listen: ListenAddress, error: unknown) {
    super(`cannot listen on ${writeAddress(listen)}: ${describe(error)}`);
  }
}

/** A port that may be shared is opened even while another router has it: this is the way to notice. */
export function checkAddressIsFree(listen: ListenAddress): void {
  if ("unixPath" in listen) return;
  const { host: hostname, port } = listen;
  try {
    const probe = Bun.listen({ hostname, port, exclusive: true, socket: { data() {} } });
    probe.stop(true);
  } catch (error) {
    throw new ListenError(listen, error);
  }
}

function describe(error: unknown): string {
  const { code } = error as { code?: string };
  if (code === "EADDRINUSE") return "the address is in use";
  if (code === "EACCES") return "this user may not listen there";
  return error instanceof Error ? error.message : String(error);
}
