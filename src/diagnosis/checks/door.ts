import { present } from "../../base/present.js";
import { VERSION } from "../../base/version.js";
import { untrusted, untrustedToken } from "../../redaction/untrusted.js";
import {
  bracketed,
  type ConnectOutcome,
  type Flow,
  failureWords,
  newTag,
  openFlow,
  UserAgent,
} from "../../sip/index.js";
import { identifyAnswerer } from "../answerer.js";
import type { Door, DoorEvidence, ExchangeEvidence, Reach, TlsEvidence } from "../evidence.js";
import { failedLoginsOf } from "../failed-logins.js";
import { portRefusal } from "../target.js";
import { handshakeSeen } from "./certificate.js";
import { exchangeOf } from "./exchange.js";
import type { Run } from "./run.js";

/** Time that a connection may take; the run's limits by default. */
export interface DoorTimes {
  readonly connect: number;
  readonly handshake: number;
  /** Both together. */
  readonly total?: number;
  /** Gives the connection up while it is not there. */
  readonly signal?: AbortSignal;
}

/** An open door, and what may be sent through it. Close it. */
export interface OpenDoor {
  readonly door: Door;
  readonly agent: UserAgent;
  readonly tls?: TlsEvidence;
  readonly ms: number;
  /** A try before this one was given up after so long. */
  readonly gaveUpAfter?: number;
}

/** `kind` tells an open door from a reason why it is not. */
export type Opened =
  | { readonly kind: "open"; readonly open: OpenDoor }
  | { readonly kind: "shut"; readonly reach: Reach };

/** Connects to a door. */
export async function openDoor(run: Run, door: Door, times: DoorTimes = run.limits): Promise<Opened> {
  const outcome = await connect(run, door, times);
  if (outcome.kind === "blocked") return { kind: "shut", reach: outcome };
  if (outcome.kind !== "connected") return { kind: "shut", reach: shut(outcome) };
  const { flow, tookMs } = outcome;
  try {
    const agent = agentAt(run, door, flow, () => reopen(run, door, flow));
    const tls = flow.tls && handshakeSeen(flow.tls, run.dialled);
    return { kind: "open", open: { door, agent, ms: Math.round(tookMs), ...present({ tls }) } };
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
async function connect(run: Run, door: Door, times: DoorTimes): Promise<ConnectOutcome | Blocked> {
  const reason = portRefusal(door.port) ?? run.policy(door.address);
  if (reason !== undefined) return { kind: "blocked", reason };
  const { transport, address, port } = door;
  const { silence } = run;
  return openFlow(
    { transport, address, port, serverName: run.dialled },
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
async function reopen(run: Run, door: Door, before: Flow): Promise<Flow | undefined> {
  const outcome = await connect(run, door, run.limits);
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
  const unreachable = ["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "EADDRNOTAVAIL"].includes(
    outcome.code,
  );
  return { kind: unreachable ? "unreachable" : "failed", code, message };
}

function agentAt(run: Run, door: Door, flow: Flow, reopen: () => Promise<Flow | undefined>): UserAgent {
  const { sipDomain, username = "anonymous", authUsername, proxy, port } = run.target;
  const route = `sip:${bracketed(run.dialled)}${port === undefined ? "" : `:${port}`};transport=${door.transport};lr`;
  return new UserAgent({
    flow,
    reopen,
    remote: { address: door.address, port: door.port },
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
 * challenge is not answered. Without a user it goes out anonymously (RFC 3261 8.1.1.3). Left out where it might
 * cost too much.
 */
export async function askOptions(
  run: Run,
  open: OpenDoor,
  deadlineMs: number,
  followed = true,
): Promise<Pick<DoorEvidence, "options" | "notAsked">> {
  const leave = run.leaveForOptions(open.door.address, followed);
  if (typeof leave === "string") return { notAsked: leave };
  const options = await sendOptions(run, open, run.silence.left(deadlineMs));
  leave.settle(failedLoginsOf(options, identifyAnswerer([options]).family));
  return { options };
}

async function sendOptions(run: Run, { agent }: OpenDoor, deadlineMs: number): Promise<ExchangeEvidence> {
  const options = { deadlineMs, signal: run.signal };
  if (run.target.username !== undefined) {
    return exchangeOf(await agent.options(options), "OPTIONS");
  }
  const request = agent.newRequest("OPTIONS", [["Accept", "application/sdp"]]);
  request.headers
    .set("From", `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=${newTag()}`)
    .set("To", `<${request.uri}>`);
  return exchangeOf(await agent.attempt(request, options), "OPTIONS");
}

/** What is known of a door once it was asked. */
export function doorEvidence(
  door: Door,
  opened: Opened,
  asked: Pick<DoorEvidence, "options" | "notAsked" | "speaksTls">,
): DoorEvidence {
  if (opened.kind === "shut") return { door, reach: opened.reach };
  const { tls, ms, gaveUpAfter } = opened.open;
  return {
    door,
    reach:
      door.transport === "udp" ? udpReach(asked.options) : { kind: "open", ms, ...present({ gaveUpAfter }) },
    ...(tls ? { tls } : {}),
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
