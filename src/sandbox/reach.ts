import { present } from "../base/present.js";
import {
  LocateError,
  locate,
  openFlow,
  RFC_TIMERS,
  type ServerTransaction,
  SipParseError,
  SipSerializeError,
  type SipUri,
  type SocketAddress,
  type Timers,
  Transactions,
  writeUri,
} from "../sip/index.js";
import { aorOf, registrarUri, transportParam } from "./record.js";
import type { StoredSip } from "./store.js";

/** Longer than OpenSIPS waits for an answer, which ends an attempt to connect as well. Milliseconds. */
const CONNECT_MS = 60_000;

/** A way to the registrar: a flow, and what the registrar gets to know of its end. */
export interface Way {
  readonly flow: Transactions["flow"];
  readonly transactions: Transactions;
  readonly remote: SocketAddress;
  readonly contactUri: SipUri;
  /** `contactUri` as text. */
  readonly contact: string;
}

/** The port of an agent's Contact: the records that it has one after the other keep it, as OpenSIPS keeps its own. */
export interface ContactPort {
  port?: number;
}

export interface WayOptions {
  readonly timers: Timers;
  /**
   * Whether a TLS peer must show a certificate of a trusted authority; OpenSIPS compares no name and sends none (SNI). It
   * verifies servers by default; the PBXs that a sandbox meets are on loopback with their own certificates, so it does
   * not.
   */
  readonly verifyTls: boolean;
  /** Trusted authorities in PEM, instead of Node's. */
  readonly ca?: readonly string[];
  readonly contactPort: ContactPort;
  readonly signal: AbortSignal;
  readonly onRequest: (transaction: ServerTransaction) => void;
}

/** Whether a registrar may be contacted at that address. */
export type MayReach = (address: string, port: number) => boolean;

/** The address of the registrar or its outbound proxy; nothing where the name does not resolve or is none, or must not be contacted. */
export async function findServer(
  settings: StoredSip,
  signal: AbortSignal,
  mayReach: MayReach = () => true,
): Promise<SocketAddress | undefined> {
  const { sipDomain, proxy, port, transport } = settings;
  const host = proxy ?? sipDomain;
  // RFC 6761 6.4: such names never exist, and no resolver need be asked.
  if (/(?:^|\.)invalid\.?$/i.test(host)) return undefined;
  try {
    // What no REGISTER can be written for is not asked for either.
    registrarUri(settings);
    aorOf(settings);
    const { servers } = await locate({ host, port, transport }, { signal, tries: 2 });
    const [server] = servers;
    return server && mayReach(server.address, server.port) ? server : undefined;
  } catch (error) {
    signal.throwIfAborted();
    const odd = [LocateError, SipParseError, SipSerializeError].some((kind) => error instanceof kind);
    if (odd) return undefined;
    throw error;
  }
}

/** Opens a way to that address; nothing where there is none, for whatever reason. */
export async function openWay(
  { username, transport }: StoredSip,
  remote: SocketAddress,
  options: WayOptions,
): Promise<Way | undefined> {
  const { timers, contactPort, signal, onRequest, ca } = options;
  const target = { transport, address: remote.address, port: remote.port };
  const open = (localPort: number | undefined) =>
    openFlow(target, {
      signal,
      connectTimeoutMs: CONNECT_MS,
      handshakeTimeoutMs: CONNECT_MS,
      ...present({ localPort, ca }),
    });
  let opened = await open(contactPort.port);
  // The port may have been taken since.
  if (opened.kind === "transport-error" && opened.phase === "bind") opened = await open(undefined);
  if (opened.kind !== "connected") return undefined;
  const { flow } = opened;
  if (options.verifyTls && flow.tls?.authorizationError !== undefined) {
    await flow.close();
    return undefined;
  }
  if (transport === "udp" || contactPort.port === undefined) contactPort.port = flow.local.port;
  const { address: host } = flow.local;
  const contactUri: SipUri = {
    scheme: "sip",
    user: username,
    host,
    port: contactPort.port,
    ...transportParam(transport),
  };
  // A call takes its time, whatever the registrant's is: a lost ACK ends it after 32 s.
  const transactions = new Transactions(flow, { timers, incomingTimers: RFC_TIMERS, onRequest });
  return { flow, transactions, remote: target, contactUri, contact: writeUri(contactUri) };
}
