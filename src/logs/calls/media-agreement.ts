import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import { isUnspecified } from "./addresses.js";
import { changes, finalOf, statusOf } from "./call-story.js";
import { type Agreement, agreementOf, type CallView, described, partyOfSender } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { partyWords } from "./parties.js";
import {
  type Encryption,
  encryptionOf,
  hasTelephoneEvents,
  type MediaDescription,
  mayHaveTelephoneEvents,
  voices,
} from "./sdp.js";

/** What the two sides agree on, and where they do not, what kind of disagreement it is. */

const DISAGREEMENTS: ReadonlySet<number> = new Set([488, 606, 415]);
const G711: ReadonlySet<string> = new Set(["pcmu", "pcma"]);
/** What the codes' own phrases say (RFC 3261 21), which is no more than the code. */
const PLAIN_REASON = /^(?:not acceptable(?: here)?|unsupported media type)?$/i;
const ENCRYPTIONS: Readonly<Record<Encryption, string>> = {
  none: "no encryption",
  sdes: "SRTP with keys in the description",
  dtls: "DTLS and ICE as browsers do (WebRTC)",
};

export function mediaAgreement(view: CallView): CallFact[] {
  const refused = refusedMedia(view);
  if (refused !== undefined) return [refused];
  const ended = endedForMedia(view);
  // Where the trace begins within the call its end still shows it.
  if (view.answer === undefined)
    return [ended, refusedInfo(view)].flatMap((each) => (view.begin === undefined ? (each ?? []) : []));
  const agreement = agreementOf(view.answer.exchange);
  const byInfo = view.story.exchanges.some(
    ({ method, request }) =>
      method === "INFO" && /dtmf/i.test(request?.message.headers.get("Content-Type") ?? ""),
  );
  const sides: Sides = {
    ...{ callee: view.callee, byInfo },
    nameOf: (byCaller) => partyWords(partyOfSender(view, byCaller)),
  };
  const facts = [encryptionDiffers(sides, agreement), noCommonCodec(sides, agreement), ended].flatMap(
    (each) => each ?? [],
  );
  if (facts.length > 0) return facts.slice(0, 1);
  return [
    turnedOff(sides, agreement) ?? heldWrongly(view) ?? notTakenBack(view),
    onHold(view),
    noEvents(sides, agreement) ?? refusedInfo(view),
  ].flatMap((each) => each ?? []);
}

/** What is known of the two who agree. */
interface Sides {
  readonly callee: string | undefined;
  readonly nameOf: (byCaller: boolean) => string;
  /** Keys are sent in INFO. */
  readonly byInfo: boolean;
}

/** Of an offer and an answer of which nothing else is known. */
export function agreementOfTwo(agreement: Agreement): CallFact[] {
  const sides: Sides = { callee: undefined, nameOf: () => "the other side", byInfo: false };
  return [encryptionDiffers, noCommonCodec, turnedOff, noEvents]
    .flatMap((look) => look(sides, agreement) ?? [])
    .slice(0, 1);
}

function codecNames(media: MediaDescription): string {
  const names = voices(media).map(({ name, type }) => (name === "" ? `type ${type}` : name));
  return names.length === 0 ? "none" : shown(names.slice(0, 10).join(", "), 120);
}

const BROWSER = {
  cause:
    "The caller is a browser phone (WebRTC), and the PBX does not take that on this account, or cannot: encryption by DTLS, ICE and AVPF are not switched on for it.",
  fix: "Switch WebRTC on for the account of the browser phone (Asterisk PJSIP: webrtc=yes, a wss transport, module res_srtp and a certificate), or have it call with a client other than a browser.",
} as const;

function refusedMedia(view: CallView): CallFact | undefined {
  const { status, final, begin, parties, callee } = view;
  if (status === undefined || !DISAGREEMENTS.has(status) || final === undefined) return undefined;
  const offer = described(begin?.request, true);
  const warning = final.message.headers.get("Warning");
  const who = partyWords(parties.callee, "the one who was called");
  const reason = final.message.kind === "response" ? final.message.reason : "";
  const said = [
    PLAIN_REASON.test(reason) ? "" : shown(reason, 60),
    warning === undefined ? "" : `Warning: ${shown(warning, 100)}`,
  ].filter((each) => each !== "");
  const more = said.length === 0 ? "" : ` (${said.join("; ")})`;
  const common = { line: final.line, users: [callee], hint: { code: status } } as const;
  const audio = offer?.audio;
  const lines = offer?.session.media.filter(({ kind }) => kind === "audio") ?? [];
  if (new Set(lines.map(encryptionOf)).size > 1) {
    return {
      ...common,
      id: "media-refused",
      seen: `${status} of ${who}${more} to an offer of ${lines.length} audio lines (${shown(lines.map(({ profile }) => profile).join(", "), 80)})`,
      confidence: "medium",
      cause:
        "The offer has the same voice twice, encrypted and plain, for the other side to choose. Some take only one audio line and refuse both.",
      fix: "Have the offer made with one kind: plain RTP, or SRTP with tls (Asterisk PJSIP: media_encryption_optimistic=no).",
    };
  }
  if (audio === undefined) {
    const kind = begin?.request?.message.headers.get("Content-Type");
    return {
      ...common,
      id: "media-refused",
      seen: `${status} of ${who}${more}; ${begin?.request === undefined ? "the offer is not in the trace" : kind === undefined ? "the INVITE has no session description that is seen" : `the INVITE has ${shown(kind, 60)}`}`,
      confidence: "medium",
    };
  }
  const encryption = encryptionOf(audio);
  const offered = `${shown(audio.profile, 40)}, ${ENCRYPTIONS[encryption]}, codecs ${codecNames(audio)}`;
  const seen = `${status} of ${who}${more} to an offer of ${offered}`;
  if (encryption === "dtls") {
    return {
      ...common,
      id: "webrtc-refused",
      seen,
      confidence: "medium",
      ...(parties.callee.kind === "pbx" ? BROWSER : {}),
    };
  }
  if (encryption === "sdes") {
    return {
      ...common,
      id: "srtp-refused",
      seen,
      confidence: "medium",
      cause: `The offer insists on SRTP (${audio.crypto ? "a=crypto" : "profile SAVP"}), and ${parties.callee.kind === "pbx" ? "the PBX does not take it on this extension" : "the one who was called does not take it"}.`,
    };
  }
  if (!voices(audio).some(({ name }) => G711.has(name))) {
    return {
      ...common,
      id: "codec-mismatch",
      seen,
      confidence: "medium",
      cause: `The offer has no G.711 (PCMU, PCMA), only ${codecNames(audio)}, and the called side supports none of these.`,
      hint: { code: status, codecs: true },
    };
  }
  if (/encrypt|srtp|secure|crypto/i.test(`${reason} ${warning ?? ""}`)) {
    return {
      ...common,
      id: "srtp-refused",
      seen,
      confidence: "medium",
      cause: "Plain RTP is offered, and the one who refuses wants SRTP, as its words say.",
    };
  }
  const avpf = /AVPF/.test(audio.profile);
  const causes = avpf
    ? "The offer has profile AVPF, which belongs to WebRTC and video; many refuse it. Otherwise: codecs, or SRTP that the other side wants."
    : `Plain RTP with ${codecNames(audio)} is offered and refused. One of these: (1) the side that refuses allows none of these codecs; (2) it wants SRTP; (3) it has a rule against it.`;
  return {
    ...common,
    id: /codec|format/i.test(warning ?? "") ? "codec-mismatch" : "media-refused",
    seen,
    confidence: "medium",
    cause: causes,
    hint: { code: status, codecs: true },
  };
}

function noCommonCodec({ callee }: Sides, { offer, answer }: Agreement): CallFact | undefined {
  const [offered, answered] = [offer?.audio, answer?.audio];
  if (offered === undefined || answered === undefined || answered.port === 0) return undefined;
  const left = voices(offered);
  const right = voices(answered);
  if (left.length === 0 || right.length === 0 || [...left, ...right].some(({ name }) => name === ""))
    return undefined;
  const shared = right.some(({ name }) => left.some((each) => each.name === name));
  if (shared) return undefined;
  return {
    id: "codec-mismatch",
    line: answer?.traced.line ?? 1,
    users: [callee],
    seen: `the offer has ${codecNames(offered)}, the answer ${codecNames(answered)}`,
    confidence: "medium",
    hint: { codecs: true },
  };
}

function encryptionDiffers({ callee }: Sides, { offer, answer }: Agreement): CallFact | undefined {
  const [offered, answered] = [offer?.audio, answer?.audio];
  if (offered === undefined || answered === undefined || answered.port === 0) return undefined;
  const [left, right] = [encryptionOf(offered), encryptionOf(answered)];
  // RTP/AVP with a key offers either one; the answer may leave the key out.
  const isOptional = left === "sdes" && !offered.profile.includes("SAVP");
  if (left === right || isOptional) return undefined;
  return {
    id: "srtp-refused",
    line: answer?.traced.line ?? 1,
    users: [callee],
    seen: `the offer has ${shown(offered.profile, 40)} (${ENCRYPTIONS[left]}), the answer ${shown(answered.profile, 40)} (${ENCRYPTIONS[right]})`,
    confidence: "medium",
  };
}

/** A BYE that says that the answer's media was not acceptable. */
function endedForMedia({ bye, callee, parties, story }: CallView): CallFact | undefined {
  // Where a change within the call was refused before, that is the finding.
  if (changes(story).some((change) => (statusOf(finalOf(change)) ?? 0) >= 300)) return undefined;
  const headers = bye?.request?.message.headers;
  // Asterisk may give the cause in its own headers.
  const own = headers?.get("X-Asterisk-HangupCauseCode");
  const words = headers?.get("X-Asterisk-HangupCause") ?? "";
  const reason = headers?.get("Reason") ?? (own === undefined ? "" : `Q.850;cause=${own} ${words}`);
  if (
    bye?.request === undefined ||
    !/cause\s{0,2}=\s{0,2}(?:488|606|58|88)\b|incompatible|not acceptable/i.test(reason)
  )
    return undefined;
  return {
    id: "media-refused",
    line: bye.request.line,
    users: [callee],
    seen: `${partyWords(bye.byCaller ? parties.caller : parties.callee)} hangs up with Reason: ${shown(reason, 100)}`,
    confidence: "medium",
    hint: { code: 488, codecs: true },
  };
}

function isOff({ port, connection, direction }: MediaDescription): string | undefined {
  if (port === 0) return "port 0";
  if (isUnspecified(connection)) return `c= ${shown(connection ?? "", 40)}`;
  return direction === "inactive" ? "inactive" : undefined;
}

function turnedOff({ callee, nameOf }: Sides, { offer, answer }: Agreement): CallFact | undefined {
  const [offered, answered] = [offer?.audio, answer?.audio];
  if (answer === undefined || answered === undefined) return undefined;
  const asked = offered === undefined ? undefined : isOff(offered);
  // With ICE the address and port are in the candidates.
  const off = answered.ice ? undefined : isOff(answered);
  const sender = nameOf(answer.byCaller);
  const common = { id: "media-off", line: answer.traced.line, users: [callee] } as const;
  if (off !== undefined && asked === undefined) {
    return { ...common, seen: `the answer of ${sender} has ${off} for audio`, confidence: "medium" };
  }
  const oneWay = answered.direction === "sendonly" || answered.direction === "recvonly";
  if (off === undefined && oneWay && offered?.direction === "sendrecv") {
    return {
      ...common,
      seen: `the answer of ${sender} has ${answered.direction} where the offer has sendrecv`,
      severity: "warning",
      confidence: "medium",
      cause: `Voice goes one way by agreement: ${answered.direction === "sendonly" ? "the one who answers does not want to hear" : "the one who answers sends nothing"}. One of these: (1) hold, music or an announcement; (2) a recorder; (3) a fault of the one who answers.`,
    };
  }
  return undefined;
}

/** Whether the last change that was taken is a hold. */
function onHold(view: CallView): CallFact | undefined {
  const taken = changes(view.story).filter(
    (change) => (statusOf(finalOf(change)) ?? 999) < 300 && agreementOf(change).offer?.audio !== undefined,
  );
  const last = taken.at(-1);
  const offer = last && agreementOf(last).offer;
  const audio = offer?.audio;
  if (last === undefined || offer === undefined || audio === undefined) return undefined;
  const off = isOff(audio) ?? (audio.direction === "sendonly" ? "sendonly" : undefined);
  if (off === undefined) return undefined;
  return {
    id: "call-on-hold",
    line: offer.traced.line,
    users: [view.callee],
    seen: `the last change of ${partyWords(partyOfSender(view, last.byCaller))} has ${off}, and nothing takes it back`,
    confidence: "medium",
  };
}

/** The last change asks for voice both ways again, and is answered with less. */
function notTakenBack(view: CallView): CallFact | undefined {
  const taken = changes(view.story).filter(
    (change) => (statusOf(finalOf(change)) ?? 999) < 300 && agreementOf(change).answer?.audio !== undefined,
  );
  const last = taken.at(-1);
  const { offer, answer } = last === undefined ? { offer: undefined, answer: undefined } : agreementOf(last);
  const [offered, answered] = [offer?.audio, answer?.audio];
  if (answer === undefined || offered === undefined || answered === undefined) return undefined;
  if (isOff(offered) !== undefined || offered.direction !== "sendrecv") return undefined;
  const off = (answered.ice ? undefined : isOff(answered)) ?? answered.direction;
  if (off === "sendrecv") return undefined;
  return {
    id: "media-off",
    line: answer.traced.line,
    users: [view.callee],
    title: "A change within the call leaves the voice off",
    seen: `the last change wants voice both ways, and the answer of ${partyWords(partyOfSender(view, answer.byCaller))} has ${off}`,
    severity: "warning",
    confidence: "medium",
    cause:
      "The call is taken back from hold (or transferred), and the one who answers still treats it as held: voice goes one way or not at all. One of these: (1) its other leg is on hold itself; (2) it repeats an old answer; (3) a proxy or relay between has kept the old state.",
    fix: "Look at the other leg of the call at that time; if it is not on hold, update the program that answers, or have it put on hold and take back without re-INVITEs (music of the PBX).",
  };
}

/** Seconds in which a hold that was answered wrongly ends the call. */
const SOON = 3;

/** A hold is answered as if it were none (RFC 3264 6.1), and the one who holds hangs up. */
function heldWrongly({ story, bye, callee, parties }: CallView): CallFact | undefined {
  for (const change of changes(story)) {
    const { offer, answer } = agreementOf(change);
    const [offered, answered] = [offer?.audio, answer?.audio];
    if (answer === undefined || offered === undefined || answered === undefined || answered.port === 0)
      continue;
    const held = offered.direction === "sendonly" || offered.direction === "inactive";
    if (!held || answered.direction !== "sendrecv" || bye?.byCaller !== change.byCaller) continue;
    const after = secondsBetween(answer.traced.at, bye.request?.at);
    if (after === undefined || after > SOON) continue;
    const [who, other] = change.byCaller
      ? [parties.caller, parties.callee]
      : [parties.callee, parties.caller];
    return {
      id: "change-refused",
      line: answer.traced.line,
      users: [callee],
      title: "A hold is answered as if it were none",
      seen: `${partyWords(who)} offers ${offered.direction}, ${partyWords(other)} answers sendrecv, and ${after.toFixed(1)} s later the one who holds hangs up`,
      confidence: "medium",
      cause:
        "To sendonly the answer has to be recvonly or inactive (RFC 3264 6.1). The one who answers repeats its first session description, and the other side takes that for a fault and ends the call: pressing hold hangs up.",
      fix: "Update the program that answers; until then have the PBX hold without a re-INVITE (it plays its music itself), or answer such changes for it.",
    };
  }
  return undefined;
}

/** Keys in INFO that the other side does not take. */
function refusedInfo(view: CallView): CallFact | undefined {
  const refused = view.story.exchanges.find(
    ({ method, request, finals }) =>
      method === "INFO" &&
      /dtmf|telephone-event/i.test(request?.message.headers.get("Content-Type") ?? "") &&
      [405, 415, 501].includes(statusOf(finals.at(-1)) ?? 0),
  );
  if (refused?.request === undefined) return undefined;
  return {
    id: "dtmf-not-agreed",
    line: refused.request.line,
    users: [view.callee],
    seen: `keys are sent in INFO, and ${partyWords(partyOfSender(view, !refused.byCaller))} answers ${statusOf(refused.finals.at(-1))}`,
    confidence: "medium",
  };
}

function noEvents({ callee, nameOf, byInfo }: Sides, { offer, answer }: Agreement): CallFact | undefined {
  const [offered, answered] = [offer?.audio, answer?.audio];
  if (offered === undefined || answered === undefined || answered.port === 0) return undefined;
  const left = hasTelephoneEvents(offered);
  const right = mayHaveTelephoneEvents(answered);
  if (left && right) return undefined;
  if (!left && !byInfo) return undefined;
  const lacks = nameOf((left ? answer : offer)?.byCaller ?? false);
  return {
    id: "dtmf-not-agreed",
    line: answer?.traced.line ?? 1,
    users: [callee],
    seen: `${left ? "telephone-event is offered, and the answer of" : "keys are sent in INFO, and the offer of"} ${lacks} has none`,
    confidence: "medium",
  };
}
