import { present } from "../../base/present.js";
import type { MeasuredCall } from "../../calls/call-facts.js";
import { ECHO_SCRIPT, echoCodeRefusal, isSomeonesPhone, LONGEST_ECHO_MS } from "../../calls/echo-test.js";
import { measureCall } from "../../calls/measured-call.js";
import type { Secret } from "../../redaction/secret.js";
import { settingText } from "../../redaction/untrusted.js";
import { isLocalAddress } from "../../sip/index.js";
import type { CallPermission } from "../call-limits.js";
import type { NotChecked, PathEvidence, PresetEvidence } from "../evidence.js";
import type { MediaEvidence, Position } from "../evidence-media.js";
import type { Charge } from "../failed-logins.js";
import { certificateHolds } from "../handshakes.js";
import type { ProbeHistory } from "../history.js";
import { mediaRefusal } from "../rules/media-words.js";
import type { Endpoint } from "../target.js";
import { type OpenEndpoint, openEndpoint } from "./endpoint.js";
import type { Run } from "./run.js";
import { placeOf, type WireEvidence } from "./wire.js";

/** What to call, and from where. */
export interface MediaRequest {
  /** Of the echo test; the preset's by default. */
  readonly echoCode?: string;
  /** By default as the PBX's address tells. */
  readonly position?: Position;
}

export interface MediaCheck {
  readonly media?: MediaEvidence;
  readonly notChecked: readonly NotChecked[];
}

interface Asked {
  readonly request: MediaRequest;
  readonly password: Secret | undefined;
  readonly ignoreCertificate: boolean;
  readonly history: ProbeHistory;
  readonly preset: PresetEvidence | undefined;
  readonly path: PathEvidence | undefined;
}

/**
 * Calls the PBX's echo test in the account's own name; what rings instead is cancelled. Only after the registrar has accepted the same
 * password, so a refused one is never sent again.
 */
export async function checkMedia(run: Run, wire: WireEvidence, asked: Asked): Promise<MediaCheck> {
  const { registrar, credentials } = wire;
  const { password } = asked;
  if (password === undefined || registrar === undefined || credentials?.outcome !== "accepted") {
    return left("no call was placed: that takes credentials that the registrar has just accepted");
  }
  const echoCode = echoCodeFor(asked, run.target.username);
  if (typeof echoCode !== "string") return left(echoCode.why);
  if (run.signal.aborted) return left("the time was up");
  const { endpoint } = registrar;
  const { calls } = asked.history;
  const callee = { domain: run.target.sipDomain, address: endpoint.address, extension: echoCode };
  // Digits may be a person's extension, which is not to be rung again and again.
  const tooOften = /[*#]/.test(echoCode) ? undefined : calls.refusal(callee);
  if (tooOften !== undefined) return left(`no call was placed: ${tooOften}`);
  const charge = asked.history.failedLogins.takeRegister(placeOf(run, endpoint.address), true);
  if (typeof charge === "string") return left(`no call was placed: ${charge}`);
  const opened = await openEndpoint(run, endpoint);
  if (opened.kind === "shut") {
    charge.settle(0);
    return left("no call was placed: there was no second connection");
  }
  const { open } = opened;
  try {
    if (open.tls && !certificateHolds(open.tls) && !asked.ignoreCertificate) {
      charge.settle(0);
      return left("no call was placed: the certificate did not hold");
    }
    run.progress(`Calling the PBX's echo test ${settingText(echoCode, 10)}`);
    const check = await callEcho(run, open, { ...asked, password, echoCode, charge });
    if (hasRung(check.media)) endOf(calls.start(callee));
    return check;
  } finally {
    await open.agent.close();
  }
}

function hasRung(media: MediaEvidence | undefined): boolean {
  return media?.call.setup.ringing.some(({ status }) => isSomeonesPhone(status)) === true;
}

/** It counts as a test call that is over. */
function endOf(made: CallPermission | string): void {
  if (typeof made !== "string") made.end();
}

function left(why: string): MediaCheck {
  return { notChecked: [{ check: "media", why }] };
}

/** On a PBX that was merely recognized, the digits may be a person's extension: they are called only on request. */
function echoCodeFor(
  { request, preset }: Asked,
  user: string | undefined,
): string | { readonly why: string } {
  const { echoCode } = request;
  if (echoCode !== undefined) {
    const refusal = echoCodeRefusal(echoCode, user === undefined ? [] : [user]);
    return refusal === undefined
      ? echoCode
      : { why: `${settingText(echoCode, 10)} is not called: ${refusal}` };
  }
  const known = preset?.preset.echoTest?.code;
  if (known === undefined) {
    return {
      why: "no call was placed: the code of this PBX's echo test is not known, so it has to be given",
    };
  }
  if (preset?.from === "given" || /[*#]/.test(known)) return known;
  return {
    why: `no call was placed: on a PBX of this kind the echo test is ${known} by default, but on this one that may be a person's extension, so you have to give it`,
  };
}

interface EchoCall extends Asked {
  readonly password: Secret;
  readonly echoCode: string;
  readonly charge: Charge;
}

async function callEcho(run: Run, { endpoint, agent }: OpenEndpoint, asked: EchoCall): Promise<MediaCheck> {
  const { request, path, echoCode, password, charge } = asked;
  const place = (encrypted: boolean) =>
    measureCall({
      flow: agent.flow,
      remote: agent.remote,
      account: agent.account,
      callee: echoCode,
      password,
      ...(agent.proxy === undefined ? {} : { proxy: agent.proxy }),
      mayHear: run.policy,
      script: ECHO_SCRIPT,
      encrypted,
      answerMs: run.limits.register,
      longestMs: LONGEST_ECHO_MS,
      ...(run.timers ? { timers: run.timers } : {}),
      signal: run.signal,
      mayRing: false,
      onDigest: run.hold,
    });
  const call = await place(false);
  charge.settle(isLoginRefused(call) ? 1 : 0);
  const encrypted = mediaRefusal(call) === undefined || run.signal.aborted ? undefined : await place(true);
  const media: MediaEvidence = {
    ...positionOf(request, endpoint, path),
    ...{ echoCode, endpoint, call },
    ...present({ encrypted }),
  };
  const why = whyUnheard(media);
  return { media, notChecked: why === undefined ? [] : [{ check: "media", why }] };
}

function isLoginRefused({ setup }: MeasuredCall): boolean {
  return setup.credentialsSent && [401, 403, 407].includes(setup.status ?? 0);
}

function positionOf(
  { position }: MediaRequest,
  { address }: Endpoint,
  path: PathEvidence | undefined,
): Pick<MediaEvidence, "position" | "positionFrom"> {
  if (position !== undefined) return { position, positionFrom: "given" };
  if (isLocalAddress(address)) return { position: "inside", positionFrom: "private-address" };
  if (path?.seenAtDialled) return { position: "inside", positionFrom: "own-address" };
  return { position: "outside", positionFrom: "public-address" };
}

/** Why nothing can be said of the voice, where there was no call to hear. */
function whyUnheard({ call, echoCode }: MediaEvidence): string | undefined {
  const { setup } = call;
  const code = settingText(echoCode, 10);
  if (setup.outcome === "answered" || mediaRefusal(call) !== undefined) return undefined;
  if (setup.ringing.some(({ status }) => isSomeonesPhone(status))) {
    return `the call to ${code} rang, so it is not an echo test; the call was cancelled immediately`;
  }
  switch (setup.outcome) {
    case "refused":
      return `the call to ${code} was answered ${setup.status} ${setup.reason}`;
    case "unfinished":
    case "silent":
      return `the call to ${code} got no answer in ${Math.round(setup.tookMs / 1_000)} s`;
    case "no-port":
      return "this machine has no free ports for voice";
    case "failed":
      return `the call to ${code} failed: ${setup.problem}`;
    default:
      return "the time was up";
  }
}
