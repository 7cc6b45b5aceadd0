export type ListenAddress = { readonly host: string; readonly port: number } | { readonly unixPath: string };

export function parseListenAddress(raw: string): ListenAddress | undefined {
  if (/^(unix:\/\/|\.{0,2}\/)./.test(raw)) {
    return { unixPath: raw.replace(/^unix:\/\//, "") };
  }
  const [, v6, v4, portText] =
    /^(?:\[([\da-fA-F:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})):(\d{1,5})$/.exec(raw) ?? [];
  const host = v6 ?? v4;
  const port = Number(portText);
  return host !== undefined && isIpAddress(host) && port <= 65_535 ? { host, port } : undefined;
}

function isIpAddress(host: string): boolean {
  return host.includes(":")
    ? URL.canParse(`http://[${host}]`)
    : host.split(".").every((part) => Number(part) < 256);
}

export function printListenAddress(address: ListenAddress): string {
  if ("unixPath" in address) {
    return `unix://${address.unixPath}`;
  }
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
