import { present } from "../../base/present.js";
import { VERSION } from "../../base/version.js";
import { untrusted, untrustedToken } from "../../redaction/untrusted.js";
import {
  bracketed,
  type ConnectOutcome,
  type Flow,
  failureWords,
  isUnreachable,
  newTag,
  openFlow,
  UserAgent,
} from "../../sip/index.js";
import { counterOf } from "../answerer.js";
import type {
  Endpoint,
  EndpointEvidence,
  ExchangeEvidence,
  OtherHandshake,
  Reach,
  TlsEvidence,
} from "../evidence.js";
import { failedLoginsOf } from "../failed-logins.js";
import { portRefusal } from "../target.js";
import { handshakeSeen } from "./certificate.js";
import { exchangeOf } from "./exchange.js";
import type { Run } from "./run.js";

/** Time that a connection may take; the run's limits by default. */
export interface EndpointTimes {
  readonly connect: number;
  readonly handshake: number;
  /** Both together. */
  readonly total?: number | undefined;
  /** A handshake without a server name (SNI). */
  readonly nameless?: boolean;
  /** Gives the connection up while it is not there. */
  readonly signal?: AbortSignal;
}

/** An open endpoint, and what may be sent through it. Close it. */
export interface OpenEndpoint {
  readonly endpoint: Endpoint;
  readonly agent: UserAgent;
  readonly tls?: TlsEvidence;
  readonly ms: number;
  /** A try before this one was given up after so long. */
  readonly gaveUpAfter?: number;
  /** What the handshake without a server name showed, where both were made. */
  readonly withoutName?: OtherHandshake;
  /** It is one without a server name, in place of this one with it. */
  readonly withName?: OtherHandshake;
}

/** `kind` tells an open endpoint from a reason why it is not. */
export type Opened =
  | { readonly kind: "open"; readonly open: OpenEndpoint }
  | { readonly kind: "shut"; readonly reach: Reach };

/** Connects to an endpoint. */
export async function openEndpoint(
  run: Run,
  endpoint: Endpoint,
  times: EndpointTimes = run.limits,
): Promise<Opened> {
  const outcome = await connect(run, endpoint, times);
  if (outcome.kind === "blocked") return { kind: "shut", reach: outcome };
  if (outcome.kind !== "connected") return { kind: "shut", reach: shut(outcome) };
  const { flow, tookMs } = outcome;
  try {
    const agent = agentAt(run, endpoint, flow, () => reopen(run, endpoint, flow, times.nameless));
    const tls = flow.tls && handshakeSeen(flow.tls, run.dialled);
    return { kind: "open", open: { endpoint, agent, ms: Math.round(tookMs), ...present({ tls }) } };
  } catch (error) {
    await flow.close();
    const said = error instanceof Error ? `: ${untrusted(error)}` : "";
    const message = `the settings make no valid address${said}`;
    return { kind: "shut", reach: { kind: "failed", code: untrustedToken("SETTINGS"), message } };
  }
}

type Blocked = Extract<Reach, { kind: "blocked" }>;

/**
 * The one place where a connection for SIP is made: policy and port rule are asked here once more, with the address
 * that is really used.
 */
export async function connect(
  run: Run,
  endpoint: Endpoint,
  times: EndpointTimes,
): Promise<ConnectOutcome | Blocked> {
  const reason = portRefusal(endpoint.port) ?? run.policy(endpoint.address, endpoint.port);
  if (reason !== undefined) return { kind: "blocked", reason };
  const { transport, address, port } = endpoint;
  const { silence } = run;
  return openFlow(
    { transport, address, port, ...(times.nameless ? {} : { serverName: run.dialled }) },
    {
      connectTimeoutMs: silence.left(times.connect),
      handshakeTimeoutMs: silence.left(times.handshake),
      totalTimeoutMs: silence.left(times.total ?? times.connect + times.handshake),
      signal: times.signal === undefined ? run.signal : AbortSignal.any([run.signal, times.signal]),
      trace: run.trace,
      ...present({ ca: run.trustedRoots }),
    },
  );
}

/** A connection in place of one that the peer has closed; over TLS only to who shows the certificate that was judged. */
async function reopen(
  run: Run,
  endpoint: Endpoint,
  before: Flow,
  nameless = false,
): Promise<Flow | undefined> {
  const { connect: forConnection, handshake } = run.limits;
  const outcome = await connect(run, endpoint, { connect: forConnection, handshake, nameless });
  if (outcome.kind !== "connected") return undefined;
  const { flow } = outcome;
  if (flow.tls?.chain[0]?.fingerprint === before.tls?.chain[0]?.fingerprint) return flow;
  await flow.close();
  return undefined;
}

function shut(outcome: Exclude<ConnectOutcome, { kind: "connected" }>): Reach {
  if (outcome.kind === "aborted") return { kind: "cut-short" };
  if (outcome.kind === "timeout") {
    const ms = Math.round(outcome.waitedMs);
    if (outcome.phase !== "handshake") return { kind: "silent", ms };
    return {
      kind: "tls-failed",
      ms,
      code: untrustedToken("TIMEOUT"),
      message: "the handshake was never answered",
    };
  }
  const { phase } = outcome;
  const message = failureWords(outcome);
  const ms = Math.round(outcome.tookMs);
  const code = untrustedToken(outcome.code, 60);
  if (phase === "handshake") return { kind: "tls-failed", ms, code, message };
  if (outcome.code === "ECONNREFUSED") return { kind: "refused", ms, code };
  if (outcome.code === "ETIMEDOUT") return { kind: "silent", ms };
  return { kind: isUnreachable(outcome) ? "unreachable" : "failed", code, message };
}

function agentAt(
  run: Run,
  endpoint: Endpoint,
  flow: Flow,
  reopen: () => Promise<Flow | undefined>,
): UserAgent {
  const { sipDomain, username = "anonymous", authUsername, proxy, port } = run.target;
  const route = `sip:${bracketed(run.dialled)}${port === undefined ? "" : `:${port}`};transport=${endpoint.transport};lr`;
  return new UserAgent({
    flow,
    reopen,
    remote: { address: endpoint.address, port: endpoint.port },
    account: {
      user: username,
      domain: sipDomain.replace(/^\[(.*)\]$/, "$1"),
      ...present({ authUser: authUsername }),
    },
    version: VERSION,
    onDigest: run.hold,
    ...(proxy === undefined ? {} : { proxy: route }),
    ...(run.timers ? { timers: run.timers } : {}),
  });
}

/**
 * OPTIONS, From the account's own user: an invented one would count as a failed attempt on some PBXs. A
 * challenge is not answered. `enough` ends the wait, as the limit does. Without a user it goes out anonymously (RFC 3261 8.1.1.3). Left out where it might
 * cost too much.
 */
export async function askOptions(
  run: Run,
  open: OpenEndpoint,
  deadlineMs: number,
  followed = true,
  enough?: AbortSignal,
): Promise<Pick<EndpointEvidence, "options" | "notAsked">> {
  const permission = run.permissionForOptions(open.endpoint.address, followed);
  if (typeof permission === "string") return { notAsked: permission };
  const asked = await sendOptions(run, open, run.silence.left(deadlineMs), enough);
  // It had its time, and got no answer in it.
  const givenUp = asked.result === "cut-short" && enough?.aborted && !run.signal.aborted;
  const options = givenUp ? { ...asked, result: "silent" as const } : asked;
  permission.settle(failedLoginsOf([options], counterOf([options])));
  return { options };
}

async function sendOptions(
  run: Run,
  { agent }: OpenEndpoint,
  deadlineMs: number,
  enough: AbortSignal | undefined,
): Promise<ExchangeEvidence> {
  const signal = enough === undefined ? run.signal : AbortSignal.any([run.signal, enough]);
  const options = { deadlineMs, signal };
  if (run.target.username !== undefined) {
    return exchangeOf(await agent.options(options), "OPTIONS");
  }
  const request = agent.newRequest("OPTIONS", [["Accept", "application/sdp"]]);
  request.headers
    .set("From", `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=${newTag()}`)
    .set("To", `<${request.uri}>`);
  return exchangeOf(await agent.attempt(request, options), "OPTIONS");
}

/** What is known of an endpoint once it was asked. */
export function endpointEvidence(
  endpoint: Endpoint,
  opened: Opened,
  asked: Pick<EndpointEvidence, "options" | "notAsked" | "speaksTls">,
): EndpointEvidence {
  if (opened.kind === "shut") return { endpoint, reach: opened.reach };
  const { tls, ms, gaveUpAfter, withoutName, withName } = opened.open;
  return {
    endpoint,
    reach:
      endpoint.transport === "udp"
        ? udpReach(asked.options)
        : { kind: "open", ms, ...present({ gaveUpAfter }) },
    ...(tls ? { tls: { ...tls, ...present({ withoutName, withName }) } } : {}),
    ...asked,
  };
}

/** UDP has no connection: only what came back tells. */
export function udpReach(exchange: ExchangeEvidence | undefined): Reach {
  if (exchange === undefined) return { kind: "unproven" };
  const { result, ms, sends, problem = "" } = exchange;
  switch (result) {
    case "answered":
    case "trying":
    case "malformed":
    case "reflected":
    case "unfit":
      return { kind: "open", ms };
    case "silent":
      return { kind: "silent", ms, sends };
    case "refused":
      return { kind: "refused", ms, code: untrustedToken("ECONNREFUSED") };
    case "unreachable":
      return { kind: "unreachable", code: untrustedToken("EHOSTUNREACH"), message: problem };
    case "cut-short":
      return { kind: "cut-short" };
    default:
      return { kind: "failed", code: untrustedToken("UDP"), message: problem };
  }
}
