import type { Dispatcher, Pool as PoolType } from "undici";
import { TelzinoError } from "./errors.js";

/** Milliseconds. */
export interface Timeouts {
  connectMs: number;
  /** From the request sent to the headers of the answer. */
  headersMs: number;
  /** Between two pieces of the answer's body. */
  bodyMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 8_000, headersMs: 12_000, bodyMs: 8_000 };

/** As in `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; the addresses may carry a user and password. */
export interface ProxySettings {
  httpProxy?: string;
  httpsProxy?: string;
  noProxy?: string;
}

export interface DispatcherOptions {
  proxy: ProxySettings;
  timeouts: Timeouts;
}

/** Maximum of concurrent connections; further calls wait for a free one. */
const CONNECTIONS = 16;

/**
 * undici's connection pool for the API, through a proxy where one is set.
 *
 * @throws TelzinoError `unreachable` for a proxy address that can't be read.
 */
export async function createDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  // On first use: loading undici costs more than the rest of the start.
  const { EnvHttpProxyAgent, Pool } = await import("undici");
  const { connectMs, headersMs, bodyMs } = options.timeouts;
  const limits = { headersTimeout: headersMs, bodyTimeout: bodyMs };
  const connect = { timeout: connectMs };
  return new EnvHttpProxyAgent({
    // undici reads the environment for each of these that is undefined.
    httpProxy: proxyAddress(options.proxy.httpProxy),
    httpsProxy: proxyAddress(options.proxy.httpsProxy),
    noProxy: options.proxy.noProxy ?? "",
    ...limits,
    connect,
    connections: CONNECTIONS,
    requestTls: connect,
    proxyTls: connect,
    // Without it a proxy that never answers a CONNECT is waited for with undici's default, five minutes.
    clientFactory: (origin: URL, pool: object) =>
      new Pool(origin, { ...(pool as PoolType.Options), ...limits }),
  });
}

/** `host:port` is taken as `http://host:port`, as curl does. */
function proxyAddress(value: string | undefined): string {
  const text = value?.trim() ?? "";
  if (text === "") return "";
  const address = text.includes("://") ? text : `http://${text}`;
  // Without the address and without a cause: it may carry a password.
  if (!URL.canParse(address)) {
    throw new TelzinoError(
      "unreachable",
      "The address of the proxy (HTTPS_PROXY, HTTP_PROXY) can't be read",
      {
        unsent: true,
      },
    );
  }
  return address;
}
