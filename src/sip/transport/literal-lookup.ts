import type { LookupOptions } from "node:dns";
import { isIP } from "node:net";

type Callback = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/**
 * What sockets are given in place of `dns.lookup`: an IP literal is itself, and a name is an error. Names are resolved
 * by `locate`, within limits. getaddrinfo would hold one of the few threads that the whole process shares for as long
 * as the owner of the name likes, and nothing can cancel it.
 */
export function literalsOnly(host: string, _options: LookupOptions, callback: Callback): void {
  const family = isIP(host);
  const error = family === 0 ? Object.assign(new Error("not an IP address"), { code: "EINVAL" }) : null;
  process.nextTick(callback, error, host, family);
}
