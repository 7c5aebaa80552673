/** `192.0.2.1:5060`, `[2001:db8::1]:5060`. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The host of `host:port`, without brackets. */
export function hostOf(place: string): string {
  return place.slice(0, place.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
}
