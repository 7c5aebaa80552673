import { present } from "../base/present.js";
import type { Secret } from "../redaction/secret.js";
import { settingText } from "../redaction/untrusted.js";
import { bracketed, type Flow, type Timers, Trace } from "../sip/index.js";
import { handshakeSeen } from "./checks/certificate.js";
import { connect } from "./checks/endpoint.js";
import { checkName } from "./checks/name.js";
import type { Run } from "./checks/run.js";
import { Silence } from "./checks/silence.js";
import { certificateHolds } from "./handshakes.js";
import { CAPS, DEFAULT_LIMITS } from "./limits.js";
import {
  allowEveryAddress,
  type DiagnosisTarget,
  dialledHost,
  endpointAddress,
  MAX_NAME,
  type TargetPolicy,
} from "./target.js";

export interface CallPlaceOptions {
  readonly policy: TargetPolicy | undefined;
  readonly signal: AbortSignal;
  readonly hold: (value: Secret) => void;
  readonly timers?: Timers;
}

/** A way to a PBX by which a call may be placed. */
export interface CallPlaceFound {
  /** Its own: the caller closes it. */
  readonly flow: Flow;
  readonly address: string;
  readonly port: number;
  /** Of the outbound proxy, for the Route. */
  readonly proxy?: string;
  readonly trace: Trace;
}

/**
 * Finds the PBX and connects to it, as a diagnosis does: by the same look-ups, limits, port rule and policy. Over TLS the
 * certificate has to hold, since a password is to be sent.
 *
 * @returns the reason where there is no way.
 */
export async function openCallPlace(
  target: DiagnosisTarget,
  { policy, signal, hold, timers }: CallPlaceOptions,
): Promise<CallPlaceFound | string> {
  const trace = new Trace();
  const run: Run = {
    ...{ target, signal, hold, trace },
    dialled: dialledHost(target),
    policy: policy ?? allowEveryAddress,
    limits: DEFAULT_LIMITS,
    silence: new Silence(DEFAULT_LIMITS.dead),
    progress: () => {},
    permissionForOptions: () => "no OPTIONS is sent for a call",
    ...present({ timers }),
    // The file reveals the network that this machine is in, which a policy guards.
    ...(policy === undefined ? {} : { hostsFile: false as const }),
  };
  const { servers, problem } = await checkName(run);
  if (servers.length === 0) {
    return `no address was found for ${settingText(run.dialled, MAX_NAME)}${problem === undefined ? "" : ` (${problem})`}`;
  }
  const failures: string[] = [];
  for (const endpoint of servers.slice(0, CAPS.tried)) {
    const outcome = await connect(run, endpoint, run.limits);
    signal.throwIfAborted();
    if (outcome.kind === "blocked") failures.push(outcome.reason);
    else if (outcome.kind !== "connected") {
      failures.push(`${endpointAddress(endpoint)} cannot be connected to (${outcome.kind})`);
    } else {
      const { flow } = outcome;
      const tls = flow.tls && handshakeSeen(flow.tls, run.dialled);
      if (tls === undefined || certificateHolds(tls)) {
        const { address, port } = endpoint;
        return { flow, address, port, trace, ...present({ proxy: routeOf(target, endpoint.transport) }) };
      }
      await flow.close();
      failures.push(
        `the certificate of ${endpointAddress(endpoint)} does not hold, so no password is sent there`,
      );
    }
  }
  return failures.join("; ");
}

function routeOf(target: DiagnosisTarget, transport: string): string | undefined {
  if (target.proxy === undefined) return undefined;
  const port = target.port === undefined ? "" : `:${target.port}`;
  return `sip:${bracketed(dialledHost(target))}${port};transport=${transport}`;
}
