import { isIP } from "node:net";
import { knownHost } from "../presets/known-host.js";
import { settingText } from "../redaction/untrusted.js";
import { classifyAddress } from "../sip/message/address.js";
import type { RegistrationSettings, StoredRegistration } from "../telzino/types.js";
import { bareHost } from "./host.js";
import { accountOf, type Field, sameAccount, sameHost } from "./settings.js";

export type AdviceId =
  | "proxy-lan-only"
  | "domain-lan-only"
  | "tls-with-5060"
  | "plain-with-5061"
  | "auth-username-redundant"
  | "auth-username-needed"
  | "preset-does-not-register"
  | "host-without-registrar"
  | "username-with-domain"
  | "tls-given-up"
  | "account-changes"
  | "kept-from-another-account"
  | "extension-occupied";

/** Something about settings that will probably not work, or is not wise. It never forbids and changes nothing. */
export interface Advice {
  id: AdviceId;
  field: Field;
  severity: "warning" | "info";
  /** What is odd, and what is right. */
  message: string;
}

/** What advice needs to know of a PBX. */
export interface AdvicePreset {
  name: string;
  /** Whether the digest user differs from the extension on this system. */
  needsAuthUsername?: boolean;
  /** The vendor's own port for TLS. */
  tlsPort?: number;
  registers?: "yes" | "no" | "conditional";
  /** Under which condition it registers, or the way that works instead. */
  registersNote?: string;
}

export interface AdviceContext {
  preset?: AdvicePreset | undefined;
  stored?: StoredRegistration | null | undefined;
  /** Fields that keep their stored value, since none was given. */
  kept?: readonly Field[];
  /** The platform runs on this machine (the sandbox), so local addresses are in its reach. */
  platformIsLocal?: boolean;
}

type Rule = (settings: RegistrationSettings, context: AdviceContext) => Advice | undefined;

/** Names that only a LAN resolves: mDNS (RFC 6762), home.arpa (RFC 8375), and what routers and offices use. */
const LAN_NAME =
  /\.(local|localdomain|lan|home|internal|intranet|corp|home\.arpa)$|^fritz\.box$|\.fritz\.box$/i;

/**
 * Why a host can't be reached from the platform's network, as a sentence, or `undefined` when nothing speaks against it.
 * Judged only by its form; nothing is resolved.
 */
export function lanOnly(host: string): string | undefined {
  const bare = bareHost(host).replace(/\.$/, "");
  const told = settingText(bare);
  if (isIP(bare) !== 0) {
    const kind = classifyAddress(bare);
    return kind === "public" ? undefined : `${told} is a ${kind} address`;
  }
  if (bare.toLowerCase() === "localhost") return "localhost is only this machine";
  if (LAN_NAME.test(bare)) return `${told} is a name that only a local network knows`;
  if (!bare.includes(".")) return `${told} has no domain, so only a local network may know it`;
  return undefined;
}

function unreachableHost(field: "sipDomain" | "proxy"): Rule {
  return (settings, { platformIsLocal }) => {
    const host = settings[field];
    if (platformIsLocal) return undefined;
    // With a proxy it is the proxy that is dialled; the domain is then but a name.
    if (host === undefined || (field === "sipDomain" && settings.proxy !== undefined)) return undefined;
    const why = lanOnly(host);
    return why === undefined
      ? undefined
      : {
          id: `${field === "proxy" ? "proxy" : "domain"}-lan-only`,
          field,
          severity: "warning",
          message: `${why}: the platform registers over the internet and cannot reach it. Give the PBX's public host name or address.`,
        };
  };
}

const tlsPort: Rule = ({ transport, port }, { preset }) => {
  if (transport !== "tls" || port !== 5060) return undefined;
  const right = preset?.tlsPort ?? 5061;
  return {
    id: "tls-with-5060",
    field: "port",
    severity: "warning",
    message: `tls with port 5060: PBXs usually take TLS on ${right}${preset ? ` (${preset.name})` : ""}, and 5060 speaks plain SIP. Use port ${right}.`,
  };
};

const plainPort: Rule = ({ transport, port }) =>
  transport !== "tls" && port === 5061
    ? {
        id: "plain-with-5061",
        field: "port",
        severity: "warning",
        message: `${transport} with port 5061: 5061 is the port for TLS. Use transport tls, or port 5060.`,
      }
    : undefined;

const sameAuthUser: Rule = ({ username, authUsername }) =>
  authUsername !== undefined && authUsername === username
    ? {
        id: "auth-username-redundant",
        field: "authUsername",
        severity: "info",
        message: "authUsername equals username: it can be left out.",
      }
    : undefined;

const missingAuthUser: Rule = ({ authUsername, username }, { preset }) =>
  preset?.needsAuthUsername && (authUsername === undefined || authUsername === username)
    ? {
        id: "auth-username-needed",
        field: "authUsername",
        severity: "warning",
        message: `${preset.name} has a separate auth ID, which differs from the extension: put it into authUsername.`,
      }
    : undefined;

const cannotRegister: Rule = (_settings, { preset }) =>
  preset?.registers === "no"
    ? {
        id: "preset-does-not-register",
        field: "sipDomain",
        severity: "warning",
        message: `${preset.name} takes no registration of this kind.${preset.registersNote ? ` ${preset.registersNote}` : ""}`,
      }
    : undefined;

/** The host that is dialled counts first; behind a proxy of another name the domain is still who is asked to register. */
const noRegistrar: Rule = ({ sipDomain, proxy }) => {
  for (const field of ["proxy", "sipDomain"] as const) {
    const host = field === "proxy" ? proxy : sipDomain;
    const known = knownHost(host);
    if (host === undefined || known?.without === undefined) continue;
    const { reason, instead } = known.without;
    return {
      ...{ id: "host-without-registrar", field, severity: "warning" },
      message: `${settingText(host)} has no registrar (${known.preset.name}): ${reason} ${instead}`,
    };
  }
  return undefined;
};

const userWithDomain: Rule = ({ username }) =>
  username.includes("@")
    ? {
        id: "username-with-domain",
        field: "username",
        severity: "warning",
        message:
          "username contains @: most PBXs want only the user; a few want user@domain, and then as authUsername.",
      }
    : undefined;

const lessSecure: Rule = ({ transport }, { stored }) =>
  stored?.transport === "tls" && transport !== "tls"
    ? {
        id: "tls-given-up",
        field: "transport",
        severity: "warning",
        message: `tls is stored now; over ${transport} signalling can be read on the way, and a weak password guessed from it.`,
      }
    : undefined;

const otherAccount: Rule = (settings, { stored }) =>
  stored?.sipDomain !== undefined && stored.username !== undefined && !sameAccount(stored, settings)
    ? {
        id: "account-changes",
        field: "username",
        severity: "info",
        message: "The agent moves to another account: the extension that it has now will ring it no more.",
      }
    : undefined;

/** What belongs to an account rather than to the agent. */
function keptFromOther(field: "proxy" | "authUsername"): Rule {
  return (settings, { stored, kept = [] }) => {
    if (!stored || !kept.includes(field)) return undefined;
    const isOther =
      field === "proxy" ? !sameHost(stored.sipDomain, settings.sipDomain) : !sameAccount(stored, settings);
    return isOther
      ? {
          id: "kept-from-another-account",
          field,
          severity: "warning",
          message: `${field} ${settingText(settings[field] ?? "")} is kept from ${accountOf(stored)}. If it does not belong to the new one, give the new one's, or take it away (clear).`,
        }
      : undefined;
  };
}

const RULES: readonly Rule[] = [
  keptFromOther("proxy"),
  keptFromOther("authUsername"),
  noRegistrar,
  cannotRegister,
  unreachableHost("proxy"),
  unreachableHost("sipDomain"),
  tlsPort,
  plainPort,
  missingAuthUser,
  sameAuthUser,
  userWithDomain,
  lessSecure,
  otherAccount,
];

/** Looks settings over. Pure: nothing is resolved, contacted or changed. Warnings first. */
export function adviseSettings(settings: RegistrationSettings, context: AdviceContext = {}): Advice[] {
  return RULES.flatMap((rule) => rule(settings, context) ?? []).sort(
    (left, right) => Number(left.severity === "info") - Number(right.severity === "info"),
  );
}
