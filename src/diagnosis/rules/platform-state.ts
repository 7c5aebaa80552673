import type { Family } from "../../answers/families.js";
import type { Untrusted } from "../../redaction/untrusted.js";
import { statusKind } from "../../registration/states.js";
import { classifyAddress } from "../../sip/message/address.js";
import type { BindingSeen, Evidence, PlatformEvidence } from "../evidence.js";
import {
  always,
  lastStatus,
  overdue,
  platformRegistered,
  platformRule,
  sampleWords,
} from "./platform-views.js";
import type { Rule } from "./rule.js";
import { anythingAnswers, leftUnasked, list, oneOf, seconds } from "./words.js";

/** A PBX that answers does so sooner. OpenSIPS gives a REGISTER up after 30 s, and only then shows a timeout. */
const UNANSWERED_MS = 8_000;
/** After that, one sample is enough: a REGISTER has had its outcome long before. Clocks may differ by as much. */
const LONG_UNANSWERED_MS = 300_000;

/** Registrars that were seen to list every binding to a REGISTER without Contact. */
const LISTS_BINDINGS: ReadonlySet<Family> = new Set<Family>(["asterisk-pjsip", "kamailio"]);

/** Clocks differ, and a query takes its time: what is closer than this says nothing. In seconds. */
const MARGIN = 60;

/** Why a Contact is hardly the one that the platform registered, with the Contact; `undefined` where it may be. */
function notThePlatforms(
  { uri, expires }: BindingSeen,
  platform: PlatformEvidence,
  platformIsLocal: boolean,
): { words: string; sign: "newer" | "less time" | "local address" } | undefined {
  const { lastRegisterSent, registrationTimeoutSeconds } = lastStatus(platform);
  if (expires !== undefined && lastRegisterSent !== undefined && registrationTimeoutSeconds !== undefined) {
    const since = (platform.now.getTime() - lastRegisterSent.getTime()) / 1_000;
    // What was granted then has run down since.
    const left = Math.max(0, Math.round(registrationTimeoutSeconds - since));
    if (expires > left + MARGIN) {
      const platforms = left > 0 ? `would have ${seconds(left)}` : "would have run out";
      const words = `${uri} with ${seconds(expires)} left, where the platform's ${platforms}`;
      return { words, sign: "newer" };
    }
    if (expires < left - MARGIN) {
      const own = expires > 0 ? `with ${seconds(expires)} left only` : "that runs out now";
      const words = `${uri} ${own}, where the platform's would have ${seconds(left)}`;
      return { words, sign: "less time" };
    }
  }
  if (platformIsLocal || !hasLanHost(uri)) return undefined;
  return { words: `${uri}, an address of a local network`, sign: "local address" };
}

function hasLanHost(uri: Untrusted): boolean {
  const host = /^sips?:(?:[^@]*@)?(\[[^\]]*\]|[^:;?>]+)/i.exec(uri.unwrap())?.[1] ?? "";
  return classifyAddress(host.replace(/^\[|\]$/g, "")) === "private";
}

/** What the PBX lists in the extension, where the platform says REGISTERED and none of it is likely to be the platform's. */
export function bindingsOfOthers({ platform, credentials, platformIsLocal }: Evidence): string | undefined {
  if (platform === undefined || credentials?.outcome !== "accepted" || credentials.bindings.length === 0)
    return undefined;
  const others = credentials.bindings.map((binding) => notThePlatforms(binding, platform, platformIsLocal));
  const words = others.flatMap((other) => other?.words ?? []);
  return words.length < others.length ? undefined : list(words);
}

/** States other than a plain failure. */
export const PLATFORM_STATE_RULES = [
  platformRule(
    {
      id: "platform-expired",
      severity: "warning",
      title: "REGISTERED, but not refreshed when it was due",
      seen: "The time in `expires` is more than five minutes past, and no REGISTER has been sent since.",
      cause:
        "One of these: (1) the refresh was not sent, and the state stays until the next cycle; (2) the field means something else here. In OpenSIPS it is the mark for the refresh, up to 100 s and more before it is sent, not the end of the binding.",
      fix: "Read the status again in some minutes. If no REGISTER is sent, save the settings again to force an attempt, and ask Telzino's support if it comes back.",
    },
    (platform) => {
      const late = always(platform, "REGISTERED_STATE") ? overdue(platform) : undefined;
      return late === undefined
        ? undefined
        : { evidence: `${sampleWords(platform)}; expires ${seconds(late)} ago`, confidence: "low" };
    },
  ),
  platformRule(
    {
      id: "platform-binding-gone",
      severity: "critical",
      title: "The platform says REGISTERED, and the PBX lists no registration",
      seen: "REGISTERED in every sample, and an accepted query of the extension that lists no Contact.",
      cause: oneOf([
        "another device has registered and taken the only place (Max Contacts 1, remove_existing), and has gone since",
        "the PBX has restarted or dropped the binding, which the platform notices at its next refresh only",
        "the PBX lists none to such a query although it has one",
      ]),
      fix: "Save the settings again, which registers again, and look at the extension's contacts on the PBX. Give the agent its own extension.",
      explains: ["platform-registered-no-calls"],
    },
    (platform, { credentials, answerer }) => {
      if (credentials?.outcome !== "accepted" || credentials.last.status !== 200) return undefined;
      if (!always(platform, "REGISTERED_STATE") || credentials.bindings.length > 0) return undefined;
      return {
        evidence: `${sampleWords(platform)}; the query was answered 200 without a Contact`,
        confidence: LISTS_BINDINGS.has(answerer.family) ? "medium" : "low",
      };
    },
  ),
  platformRule(
    {
      id: "platform-evicted",
      severity: "critical",
      title: "The platform says REGISTERED, and the PBX lists another device in the agent's place",
      seen: "REGISTERED in every sample, and an accepted query of the extension that lists none but Contacts that are not the platform's: registered after its last REGISTER, or with an address of a local network.",
      cause: oneOf([
        "another device uses this extension and has registered since, and the PBX keeps only the newest (Max Contacts 1, remove_existing), so calls ring that device. The platform notices only at its next refresh, and then takes the place away from the device in turn",
        "the Contact is the platform's, and a gateway or the PBX shows it differently",
      ]),
      fix: "Give the agent its own extension, or have the PBX keep several contacts for this one (Max Contacts 2 or more); then save the settings again, which registers again.",
      explains: ["platform-registered-no-calls"],
    },
    (platform, { credentials, platformIsLocal }) => {
      if (credentials?.outcome !== "accepted" || credentials.last.status !== 200) return undefined;
      if (!always(platform, "REGISTERED_STATE") || credentials.bindings.length === 0) return undefined;
      const others = credentials.bindings.map((binding) =>
        notThePlatforms(binding, platform, platformIsLocal),
      );
      // A PBX may grant less than the platform says.
      const words = others.flatMap((other) => (other && other.sign !== "less time" ? other.words : []));
      if (words.length < others.length) return undefined;
      const evidence = `${sampleWords(platform)}; the PBX lists ${list(words)}`;
      // An address may be that of a gateway before the PBX.
      return others.every((other) => other?.sign === "newer")
        ? { evidence, confidence: "medium" }
        : { evidence, confidence: "low", severity: "warning" };
    },
  ),
  platformRule(
    {
      id: "platform-stuck",
      severity: "warning",
      title: "The PBX has not answered the platform yet",
      seen: "REGISTERING or AUTHENTICATING in every sample, seconds after the REGISTER was sent, or once more than five minutes after it. A silent or unreachable PBX shows as a timeout after 30 s only.",
      cause:
        "REGISTERING: the PBX does not answer, or refuses the connection. AUTHENTICATING: it drops the request with the credentials, or a gateway on the way does.",
      fix: "Read the status again after half a minute. If it is a timeout then: try tcp or tls, look at the PBX's ban list and at what was found on the way to it.",
    },
    (platform) => {
      const status = lastStatus(platform);
      const same = always(platform, "REGISTERING_STATE") || always(platform, "AUTHENTICATING_STATE");
      const sent = status.lastRegisterSent;
      if (!same || sent === undefined) return undefined;
      const least = platform.samples.length < 2 ? LONG_UNANSWERED_MS : UNANSWERED_MS;
      if (platform.now.getTime() - sent.getTime() < least) return undefined;
      return { evidence: sampleWords(platform), confidence: "medium" };
    },
  ),
  platformRule(
    {
      id: "platform-not-synced",
      severity: "warning",
      title: "By its own status the platform has sent no REGISTER",
      seen: "NOT_FOUND or NOT_REGISTERED in every sample.",
      cause:
        "Stored a moment ago and not passed on yet; if it stays, the fault is on the platform's side, not the PBX's.",
      fix: "Wait a minute and look again; then save the settings once more, and ask Telzino's support if it stays.",
    },
    (platform) =>
      platform.stored !== null && platform.samples.every(({ status }) => statusKind(status) === "absent")
        ? { evidence: sampleWords(platform), confidence: "medium" }
        : undefined,
  ),
  platformRule(
    {
      id: "platform-flapping",
      severity: "warning",
      title: "The platform's state changes between samples",
      seen: "Registered and not registered within a few seconds.",
      cause:
        "One of these: (1) an attempt was under way while it was sampled; (2) the registration comes and goes: two devices on one extension, or NAT that forgets the connection.",
      fix: "Read the status again; if this continues, give the agent its own extension and use tcp or tls.",
    },
    (platform) => {
      const kinds = new Set(platform.samples.map(({ status }) => statusKind(status)));
      return kinds.has("registered") && kinds.size > 1
        ? { evidence: sampleWords(platform), confidence: "low" }
        : undefined;
    },
  ),
  platformRule(
    {
      id: "platform-registered-no-calls",
      severity: "info",
      title: "Registered, and no call in the agent's log",
      seen: "REGISTERED, and the call log is empty.",
      cause:
        "If calls should have come, the PBX routes none to this extension: registration is not the fault.",
      fix: "On the PBX route something to the extension (inbound route, ring group, queue), then call it.",
    },
    (platform) =>
      always(platform, "REGISTERED_STATE") && platform.calls?.count === 0
        ? { evidence: "the call log holds no call", confidence: "medium" }
        : undefined,
  ),
  platformRule(
    {
      id: "platform-registered-not-here",
      severity: "info",
      title: "The platform is registered, although this machine gets no answer",
      seen: "REGISTERED on the platform; nothing is answered from here.",
      cause: "The PBX lets the platform's network in and not this one, or this machine's network blocks SIP.",
      fix: "Nothing: the platform's registration is what counts.",
    },
    (platform, evidence) =>
      platformRegistered(evidence) && !anythingAnswers(evidence) && !leftUnasked(evidence)
        ? { evidence: sampleWords(platform), confidence: "high" }
        : undefined,
  ),
] as const satisfies readonly Rule[];
