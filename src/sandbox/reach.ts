import {
  LocateError,
  locate,
  openFlow,
  type ServerTransaction,
  SipParseError,
  SipSerializeError,
  type Timers,
  UserAgent,
} from "../sip/index.js";
import { VERSION } from "../version.js";
import { failureEvent } from "./register-exchange.js";
import type { RegisterEvent } from "./registrant-state.js";
import type { StoredSip } from "./store.js";

export interface ReachOptions {
  readonly timers: Timers;
  /**
   * Whether a TLS peer must show a certificate that Node trusts. OpenSIPS verifies servers by default; the
   * PBXs that a sandbox meets stand on loopback with certificates of their own, so it does not.
   */
  readonly verifyTls: boolean;
  readonly signal: AbortSignal;
  readonly onRequest: (transaction: ServerTransaction) => void;
}

/**
 * Finds the registrar or its outbound proxy, opens a way there and gives the user agent that uses it; or what
 * the failure counts as; or nothing when aborted.
 */
export async function reach(
  settings: StoredSip,
  options: ReachOptions,
): Promise<UserAgent | RegisterEvent | undefined> {
  const { sipDomain, proxy, transport } = settings;
  const { signal, timers, onRequest } = options;
  try {
    const server = await find(proxy ?? sipDomain, settings, signal);
    if (server === undefined) return { kind: "unsendable" };
    const target = { transport, address: server.address, port: server.port, serverName: sipDomain };
    const connected = await openFlow(target, { signal, connectTimeoutMs: 64 * timers.t1 });
    if (connected.kind === "aborted") return undefined;
    if (connected.kind === "timeout") return { kind: "timeout" };
    if (connected.kind === "transport-error") return failureEvent(connected.code);
    const { flow } = connected;
    if (options.verifyTls && flow.tls?.authorizationError !== undefined) {
      await flow.close();
      return { kind: "timeout" };
    }
    try {
      // No Route for the proxy: OpenSIPS sets the next hop and leaves the request as it is.
      return new UserAgent({
        flow,
        remote: target,
        account: accountOf(settings),
        version: VERSION,
        timers,
        onRequest,
      });
    } catch (error) {
      await flow.close();
      throw error;
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    const odd = [LocateError, SipParseError, SipSerializeError].some((kind) => error instanceof kind);
    if (odd) return { kind: "unsendable" };
    throw error;
  }
}

async function find(host: string, { port, transport }: StoredSip, signal: AbortSignal) {
  // RFC 6761 6.4: such names never exist, and no resolver need be asked.
  if (/(?:^|\.)invalid\.?$/i.test(host)) return undefined;
  const { servers } = await locate({ host, port, transport }, { signal, tries: 2 });
  return servers[0];
}

/** The port belongs to whoever is connected to: to the registrar's URI only where there is no proxy. */
function accountOf({ sipDomain, username, authUsername, proxy, port, transport }: StoredSip) {
  const usual = transport === "tls" ? 5061 : 5060;
  return {
    user: username,
    domain: sipDomain,
    ...(proxy === undefined && port !== usual ? { port } : {}),
    ...(authUsername === undefined ? {} : { authUser: authUsername }),
  };
}
