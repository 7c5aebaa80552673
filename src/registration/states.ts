import { type Untrusted, untrustedToken } from "../redaction/untrusted.js";
import type { RegistrationState, RegistrationStatus, StoredRegistration } from "../telzino/types.js";

/**
 * What the platform's registration states mean. Names and codes: the API reference; how each arises:
 * OpenSIPS `uac_registrant`, whose states these are. The platform may run another version or wrap it, so
 * causes are worded as "usually".
 */
export type StateKind =
  /** Registered, as of the last cycle. */
  | "registered"
  /** On its way: no outcome yet. */
  | "progress"
  /** Ended without a registration; the platform tries again by itself. */
  | "failed"
  /** Nothing is registered and nothing is under way. */
  | "absent"
  /** Being taken away. */
  | "unregistering"
  /** A state that this program does not know. */
  | "unknown";

export interface StateFacts {
  state: RegistrationState | Untrusted;
  code?: number;
  kind: StateKind;
  /** One sentence for a person. */
  meaning: string;
  /** Usual causes, the likeliest first; empty where nothing is wrong. */
  causes: readonly string[];
  /** What to do, in this order. */
  remedies: readonly string[];
}

/** Facts on a state that the API documents. */
export type KnownState = StateFacts & { state: RegistrationState };

const STATES: readonly KnownState[] = [
  {
    state: "NOT_REGISTERED_STATE",
    code: 0,
    kind: "absent",
    meaning: "The platform has sent no REGISTER yet.",
    causes: ["The settings have just been stored, or the registration is disabled."],
    remedies: ["Wait some seconds and read the status again."],
  },
  {
    state: "REGISTERING_STATE",
    code: 1,
    kind: "progress",
    meaning: "A REGISTER without credentials is out; the PBX has not answered yet.",
    causes: ["Normal for a moment. If it stays: the PBX does not answer (name, port, transport, firewall)."],
    remedies: ["Read the status again in a few seconds."],
  },
  {
    state: "AUTHENTICATING_STATE",
    code: 2,
    kind: "progress",
    meaning: "The PBX asked for credentials, they were sent, and its answer is awaited.",
    causes: ["Normal for a moment. If it stays or comes back: the PBX drops the authenticated request."],
    remedies: ["Read the status again in a few seconds."],
  },
  {
    state: "REGISTERED_STATE",
    code: 3,
    kind: "registered",
    meaning:
      "The PBX has accepted the last REGISTER. Only a call shows that it still holds the registration and rings the agent.",
    causes: [],
    remedies: [],
  },
  {
    state: "REGISTER_TIMEOUT_STATE",
    code: 4,
    kind: "failed",
    meaning: "Nothing answered the REGISTER (or the PBX answered 408).",
    causes: [
      "Wrong port or transport, or that transport is not enabled on the PBX.",
      "A firewall drops the packets, or the PBX allows no registration from outside its LAN.",
      "After earlier refusals: the PBX has banned the platform's address (fail2ban, intrusion detection).",
    ],
    remedies: [
      "Check that sipDomain and proxy are reachable from the internet, and that port matches transport.",
      "Try another transport (tcp, or tls with port 5061).",
      "If it refused before: correct the credentials first, then lift the ban on the PBX, then try once.",
    ],
  },
  {
    state: "INTERNAL_ERROR_STATE",
    code: 5,
    kind: "failed",
    meaning: "The REGISTER could not be sent, or the answer could not be used.",
    causes: [
      "sipDomain or proxy does not resolve. This is seldom the platform's own fault.",
      "The PBX redirects (3xx), answers 200 without a Contact, or challenges with an algorithm or realm that is not usable.",
    ],
    remedies: [
      "Check the spelling of sipDomain and proxy and that they resolve in public DNS.",
      "If the address is right, look at what the PBX answers to REGISTER.",
    ],
  },
  {
    state: "WRONG_CREDENTIALS_STATE",
    code: 6,
    kind: "failed",
    meaning: "The PBX asked for credentials again after they were sent: it did not accept them.",
    causes: [
      "Wrong SIP password (the extension's SIP secret, not the web or voicemail login).",
      "The digest user is not the username: authUsername is missing or wrong.",
      "Unknown user, a sipDomain that the PBX does not serve, or an address rule. Asterisk PJSIP answers these in the same way.",
    ],
    remedies: [
      "Copy the SIP password again from the extension and configure once more.",
      "Check whether this PBX has a separate auth ID and put it into authUsername.",
      "Do not try password after password: PBXs ban the address after a few refusals.",
    ],
  },
  {
    state: "REGISTRAR_ERROR_STATE",
    code: 7,
    kind: "failed",
    meaning: "The PBX refused the REGISTER with another error (403, 404, 405, 423, 5xx …).",
    causes: [
      "403: wrong password on FreeSWITCH and Asterisk chan_sip; elsewhere an unknown user, a disabled account, too many contacts, or an address that is not allowed.",
      "404: the extension or the domain does not exist there. 405: that host is not a registrar.",
      "503: the PBX is overloaded, in maintenance, or the extension has no contact left.",
    ],
    remedies: [
      "Check username, sipDomain and the SIP password against the extension on the PBX.",
      "Check that the extension may register from outside and has a free contact.",
      "The status carries no SIP code: the PBX's own log shows which answer it gave.",
    ],
  },
  {
    state: "UNREGISTERING_STATE",
    code: 8,
    kind: "unregistering",
    meaning: "An un-REGISTER is out; the registration is being taken away.",
    causes: [],
    remedies: ["Read the status again in a few seconds."],
  },
  {
    state: "AUTHENTICATING_UNREGISTER_STATE",
    code: 9,
    kind: "unregistering",
    meaning: "The un-REGISTER was challenged and has been sent again with credentials.",
    causes: [],
    remedies: ["Read the status again in a few seconds."],
  },
  {
    state: "NOT_FOUND",
    code: 0,
    kind: "absent",
    meaning: "The platform's registrar service does not know this registration (yet).",
    causes: [
      "Stored a moment ago and not synced yet; if it stays, the agent or the sync is at fault, not the PBX.",
    ],
    remedies: [
      "Wait some seconds and read the status again.",
      "If it stays for a minute, save the settings once more, then ask Telzino's support.",
    ],
  },
];

const BY_NAME: ReadonlyMap<string, StateFacts> = new Map(STATES.map((facts) => [facts.state, facts]));

/** Every state that is known, in the order of the API reference. */
export function knownStates(): readonly KnownState[] {
  return STATES;
}

/** Facts on a state, by name (codes are not unique). An unknown name passes through as kind `unknown`. */
export function stateFacts(name: string | Untrusted): StateFacts {
  const state = untrustedToken(name, 64);
  return (
    BY_NAME.get(state.unwrap().toUpperCase()) ?? {
      state,
      kind: "unknown",
      meaning: `The platform reports a state that this program does not know: ${state}.`,
      causes: [],
      remedies: ["Read the status again; if it persists, look the state up in the Telzino API reference."],
    }
  );
}

/** The kind of a status; `isRegistered` decides where the name is unknown. */
export function statusKind(status: RegistrationStatus): StateKind {
  const { kind } = stateFacts(status.state);
  return kind === "unknown" && status.isRegistered === true ? "registered" : kind;
}

/**
 * What a status says, in one sentence for a person. Why it is so, and what to do, is for the rules of the
 * diagnosis to say (`judgeStatus`).
 */
export function statusMeaning(
  status: RegistrationStatus,
  stored: StoredRegistration | null | undefined,
): string {
  if (stored === null && statusKind(status) === "absent")
    return "No SIP registration is stored for this agent.";
  return stateFacts(status.state).meaning;
}

/** The documented troubleshooting rows for an agent that is registered and yet not well. */
export const REGISTERED_HINTS: readonly string[] = [
  "No calls although registered: on the PBX, route something to the extension (inbound route, ring group, queue), and give the agent its own extension; at a provider, assign the number to this account.",
  "One-way or no audio: on the PBX, check the external address, the local networks and the RTP port range first. The platform's documentation also suggests tcp or tls: that corrects no wrong media address, and can break a call that a router's SIP ALG keeps alive.",
];
