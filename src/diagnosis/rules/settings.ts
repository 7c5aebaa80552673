import type { Advice, AdviceId } from "../../registration/advice.js";
import { recognisedPreset } from "../answerer.js";
import type { Evidence } from "../evidence.js";
import type { Severity } from "../grades.js";
import { refusesPlatform, unheardByPlatform } from "./platform-views.js";
import type { Rule } from "./rule.js";
import { anythingAnswers, wireUnseen } from "./words.js";

/** Advice that `configure_sip_registration` gives too, under the same id. */
function fromAdvice<const More extends Omit<Rule<AdviceId, string>, "topic" | "find">>(
  rule: More,
  judge?: (evidence: Evidence) => Severity | undefined,
): More & Pick<Rule, "topic" | "find"> {
  return {
    ...rule,
    topic: "settings",
    find: (evidence) => {
      const advice: Advice | undefined = evidence.settings.advice.find(({ id }) => id === rule.id);
      const severity = advice && judge?.(evidence);
      return advice && { evidence: advice.message, confidence: "medium", ...(severity ? { severity } : {}) };
    },
  };
}

/** An odd setting that works anyway is not a fault; if only silence is known, it is the likeliest one. */
const ofThePort = (evidence: Evidence): Severity | undefined => {
  if (anythingAnswers(evidence) || refusesPlatform(evidence)) return "info";
  return wireUnseen(evidence) && unheardByPlatform(evidence) ? "critical" : undefined;
};

const ofTheLogin = (evidence: Evidence): Severity | undefined => {
  if (evidence.credentials?.outcome === "accepted") return "info";
  return wireUnseen(evidence) && refusesPlatform(evidence) ? "critical" : undefined;
};

/** A login that was accepted there proves the preset wrong. */
const ofTheHost = ({ credentials, binding }: Evidence): Severity | undefined =>
  credentials?.outcome === "accepted" || binding?.outcome === "bound" ? "info" : undefined;

const LAN_ONLY = {
  severity: "critical",
  title: "The platform cannot reach this host",
  cause:
    "It is an address or a name of a local network, and the platform registers over the internet. Judged by its look; nothing was looked up.",
  explains: ["platform-timeout", "platform-internal-error"],
} as const;

export const SETTINGS_RULES = [
  fromAdvice({
    ...LAN_ONLY,
    id: "proxy-lan-only",
    seen: "proxy is a private address, or a name such as pbx.local. Only where nothing was looked up.",
    fix: "Put the host name or address into proxy under which the PBX is reached from the internet.",
  }),
  fromAdvice({
    ...LAN_ONLY,
    id: "domain-lan-only",
    seen: "sipDomain is a private address, or a name such as pbx.local. Only where nothing was looked up.",
    fix: "Put the host name or address into sipDomain (or proxy) under which the PBX is reached from the internet.",
  }),
  fromAdvice(
    {
      id: "host-without-registrar",
      severity: "critical",
      title: "This host has no registrar",
      seen: "sipDomain or proxy is a host of which a preset knows that. A login that is accepted there counts more.",
      cause:
        "The name belongs to another product of that provider (a trunk), at which nothing can register with user and password, however it answers.",
      fix: "Use the host, or the way to connect, that the preset names instead.",
      explains: [
        "preset-does-not-register",
        "not-a-registrar",
        "platform-timeout",
        "platform-registrar-error",
        "platform-internal-error",
      ],
    },
    ofTheHost,
  ),
  fromAdvice({
    id: "preset-does-not-register",
    severity: "critical",
    title: "This system takes no registration of this kind",
    seen: "The preset says so.",
    cause: "It is a trunk or a service to which no extension can register with user and password.",
    fix: "Use the way that the preset names instead.",
  }),
  fromAdvice(
    {
      id: "tls-with-5060",
      severity: "warning",
      title: "Transport tls with port 5060",
      seen: "The settings pair tls with the port for plain SIP.",
      cause: "PBXs usually accept TLS on another port, mostly 5061.",
      fix: "Use the PBX's TLS port.",
    },
    ofThePort,
  ),
  fromAdvice(
    {
      id: "plain-with-5061",
      severity: "warning",
      title: "A plain transport with port 5061",
      seen: "The settings pair udp or tcp with the port for TLS.",
      cause: "5061 is the port for SIP over TLS.",
      fix: "Use transport tls, or port 5060.",
    },
    ofThePort,
  ),
  fromAdvice(
    {
      id: "auth-username-needed",
      severity: "warning",
      title: "The auth ID is missing",
      seen: "The preset's PBX tells the digest user from the extension, and authUsername is not given.",
      cause: "The PBX checks the password against another user than the extension.",
      fix: "Put the extension's auth ID into authUsername.",
    },
    ofTheLogin,
  ),
  fromAdvice(
    {
      id: "username-with-domain",
      severity: "warning",
      title: "username contains a domain",
      seen: "There is an @ in username.",
      cause: "Most PBXs want just the user.",
      fix: "Leave the domain out of username; if the PBX wants user@domain as its login, give it in authUsername.",
    },
    ofTheLogin,
  ),
  fromAdvice({
    id: "auth-username-redundant",
    severity: "info",
    title: "authUsername equals username",
    seen: "Both fields hold the same value.",
    cause: "It changes nothing.",
    fix: "It can be left out.",
  }),
  {
    id: "preset-mismatch",
    topic: "settings",
    severity: "warning",
    title: "Another PBX answers than the preset's",
    seen: "The Server header names a system that the given preset is not for.",
    cause: "The wrong preset was chosen, or there is a proxy of another make in front.",
    fix: "Ask the user which PBX it is, and use its preset.",
    find: ({ preset, answerer }) => {
      const recognised = recognisedPreset(answerer);
      if (preset?.from !== "given" || recognised === undefined || answerer.header === undefined)
        return undefined;
      if (preset.preset.wire.length === 0 || answerer.presets.some(({ id }) => id === preset.preset.id))
        return undefined;
      // An edge proxy says nothing about the servers behind it.
      if (recognised === "kamailio-opensips") return undefined;
      return {
        evidence: `preset ${preset.preset.id}, but the answer says ${answerer.header} (preset ${recognised})`,
        confidence: "medium",
      };
    },
  },
] as const satisfies readonly Rule[];
