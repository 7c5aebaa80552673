import type { RegistrationStatus, StoredRegistration } from "../telzino/types.js";
import { type AdvicePreset, adviseSettings } from "./advice.js";
import { completeSettings } from "./settings.js";
import { stateFacts, statusKind } from "./states.js";

/** What a status means, said for a person: pure words, no decision is taken on them. */
export interface Explanation {
  meaning: string;
  /** Usual causes, the likeliest first; what these very settings give away stands before the general ones. */
  causes: readonly string[];
  /** What to do, in this order. */
  remedies: readonly string[];
}

export interface ExplainContext {
  stored?: StoredRegistration | null | undefined;
  preset?: AdvicePreset | undefined;
  /** See `AdviceContext`. */
  platformIsLocal?: boolean;
  now?: Date;
}

/** The documented troubleshooting rows for an agent that is registered and yet not well. */
const REGISTERED_HINTS = [
  "No calls although registered: on the PBX, route something to the extension (inbound route, ring group, queue), and give the agent an extension of its own.",
  "One-way or no audio: NAT or a firewall. Use tcp or tls, check the proxy, and on the PBX the external address and the RTP port range.",
] as const;

/** Explains a status with what is stored and what is known of the PBX. */
export function explainStatus(status: RegistrationStatus, context: ExplainContext = {}): Explanation {
  const facts = stateFacts(status.state);
  const kind = statusKind(status);
  if (context.stored?.enabled === false && kind !== "registered") {
    return {
      meaning: `${facts.meaning} The stored registration is disabled.`,
      causes: [],
      remedies: ["Saving the settings again with configure_sip_registration enables it."],
    };
  }
  if (kind === "registered") {
    return {
      meaning: registeredMeaning(status, facts.meaning, context.now ?? new Date()),
      causes: [],
      remedies: REGISTERED_HINTS,
    };
  }
  if (context.stored === null && kind === "absent") {
    return { meaning: "No SIP registration is stored for this agent.", causes: [], remedies: [] };
  }
  const fromPreset = kind === "failed" ? presetFailures(status.state, context.preset) : [];
  return {
    meaning: facts.meaning,
    causes: [
      ...(kind === "failed" ? settingsCauses(context) : []),
      ...fromPreset.map(({ cause, name }) => `${name}: ${cause}`),
      ...facts.causes,
    ],
    remedies: [...fromPreset.map(({ fix, name }) => `${name}: ${fix}`), ...facts.remedies],
  };
}

function registeredMeaning(status: RegistrationStatus, meaning: string, now: Date): string {
  const overdue = status.expires && now.getTime() - status.expires.getTime() > 60_000;
  return overdue
    ? "The platform reports REGISTERED, but that registration has run out since: it was not refreshed. Read the status again; if it stays, calls will not arrive."
    : meaning;
}

/** Warnings that the stored settings themselves give rise to. */
function settingsCauses({ stored, preset, platformIsLocal = false }: ExplainContext): string[] {
  if (!stored?.sipDomain || !stored.username) return [];
  const transport = stored.transport;
  const settings = completeSettings({
    sipDomain: stored.sipDomain,
    username: stored.username,
    proxy: stored.proxy,
    port: stored.port,
    transport: transport === "udp" || transport === "tcp" || transport === "tls" ? transport : undefined,
    authUsername: stored.authUsername,
    did: stored.did,
  });
  return adviseSettings(settings, { preset, platformIsLocal })
    .filter((advice) => advice.severity === "warning")
    .map((advice) => advice.message);
}

function presetFailures(state: string, preset: AdvicePreset | undefined) {
  if (preset === undefined) return [];
  return preset.failures
    .filter((failure) => failure.states?.includes(state))
    .map(({ cause, fix }) => ({ cause, fix, name: preset.name }));
}
