import { isIPv4 } from "node:net";

/** Whether a host, as `URL.hostname` writes it, means this machine: `localhost`, 127.0.0.0/8, ::1. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (host === "[::1]" || host === "localhost") return true;
  // First by its beginning: Node takes milliseconds at the first question whether something is an address.
  return host.startsWith("127.") && isIPv4(host);
}
