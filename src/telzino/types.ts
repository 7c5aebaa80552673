import type { Secret } from "../redaction/secret.js";
import type { Untrusted } from "../redaction/untrusted.js";

/** SIP transports that the API accepts, as it writes them. */
export const TRANSPORTS = ["udp", "tcp", "tls"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/**
 * What `PUT /v1/agents/{agentId}/sip/registration` takes, without the password.
 * Field names are the API's own.
 */
export interface RegistrationSettings {
  /** Host name or IP literal of the SIP domain; no scheme, no port. */
  sipDomain: string;
  username: string;
  /** Outbound proxy: host name or IP literal. */
  proxy?: string;
  /** 1–65535; the API's default is 5060. */
  port: number;
  transport: Transport;
  /** SIP SUBSCRIBE for presence / BLF. */
  subscribe: boolean;
  /** Digest user where it differs from `username`. */
  authUsername?: string;
  /** Number sent in the INVITE, E.164 with a leading `+`. */
  did?: string;
}

/** A registration as the API has stored it. Fields that it left out or that could not be read are absent. */
export interface StoredRegistration extends Partial<Omit<RegistrationSettings, "transport">> {
  /** Normally one of {@link TRANSPORTS}, but an odd value passes through. */
  transport?: Transport | Untrusted;
  enabled?: boolean;
  extension?: string;
  /** Present only where the API returns it; to be sent back to the API, never to be shown. */
  password?: Secret;
}

/** As the API documents them, for agents. */
export const AGENT_STATUSES = ["active", "inactive", "cancelled"] as const;
export const AGENT_TYPES = ["simple", "advanced", "custom"] as const;

/** The fields of an agent that this program uses; an agent carries many more, some of them secret. */
export interface Agent {
  id: string;
  name: Untrusted;
  organizationId?: Untrusted;
  /** An unknown one passes through. */
  status?: (typeof AGENT_STATUSES)[number] | Untrusted;
  /** An unknown one passes through. */
  type?: (typeof AGENT_TYPES)[number] | Untrusted;
  /** `null`: none is stored. `undefined`: the answer did not say (lists may leave it out). */
  registration: StoredRegistration | null | undefined;
}

export interface AgentPage {
  /** A hundred at most. */
  agents: Agent[];
  /** How many entries came, where those are more than were asked for. */
  sent?: number;
  page: number;
  limit: number;
  total?: number;
  totalPages?: number;
  hasNext: boolean;
  /** By the API's own clock (header `Date`), to the second. */
  answeredAt?: Date;
  /** There are more agents than could be looked through: an agent that is not in the list may still exist. */
  isPartial?: true;
}

/** Names of a registration's states, as OpenSIPS and the API write them. */
export const REGISTRATION_STATES = [
  "NOT_REGISTERED_STATE",
  "REGISTERING_STATE",
  "AUTHENTICATING_STATE",
  "REGISTERED_STATE",
  "REGISTER_TIMEOUT_STATE",
  "INTERNAL_ERROR_STATE",
  "WRONG_CREDENTIALS_STATE",
  "REGISTRAR_ERROR_STATE",
  "UNREGISTERING_STATE",
  "AUTHENTICATING_UNREGISTER_STATE",
  "NOT_FOUND",
] as const;
export type RegistrationState = (typeof REGISTRATION_STATES)[number];

/** `GET …/sip/registration/status`. An unknown `state` passes through by name. */
export interface RegistrationStatus {
  state: RegistrationState | Untrusted;
  /** Not unique: NOT_REGISTERED_STATE and NOT_FOUND are both 0. */
  stateCode?: number;
  enabled?: boolean;
  isRegistered?: boolean;
  /** When the granted registration runs out. */
  expires?: Date;
  lastRegisterSent?: Date;
  registrationTimeoutSeconds?: number;
  /** The API's own words. */
  message?: Untrusted;
}

/** Entries of a call's transcript by who spoke. `unknown`: speakers that the API does not document. */
export interface SpokenEntries {
  agent: number;
  caller: number;
  unknown: number;
}

export interface CallLog {
  id: string;
  /** `sipRoom-…` for a call that came over SIP. */
  roomName?: Untrusted;
  /** By the room's name; absent where there is none. */
  overSip?: boolean;
  startedAt?: Date;
  endedAt?: Date;
  durationSeconds?: number;
  /** All but the last two digits are masked. */
  maskedCaller?: string;
  /** Absent if the log does not say who spoke: that is not the same as no one. */
  entries?: SpokenEntries;
}

/** One page of `GET …/call-logs`. The order of a log is not documented. */
export interface CallLogPage {
  /** A hundred at most. */
  calls: CallLog[];
  page: number;
  totalPages?: number;
  hasNext: boolean;
  /** By the API's own clock (header `Date`), to the second. */
  answeredAt?: Date;
}

export interface CallOptions {
  /** Ends the call immediately, also while it waits to retry. */
  signal?: AbortSignal;
  /**
   * Told of every stored registration that an answer brings, its password with it, before the answer is looked at any
   * further, even if no one gets it in the end.
   */
  onStored?: OnStored;
}

export type OnStored = (stored: StoredRegistration) => void;

/** The part of the Telzino API that this program uses. Every method throws `TelzinoError`. */
export interface TelzinoApi {
  listAgents(
    query: { organizationId?: string; page?: number; limit?: number },
    options?: CallOptions,
  ): Promise<AgentPage>;
  getAgent(agentId: string, options?: CallOptions): Promise<Agent>;
  /** Stores the registration; saving means enabling. Resolves with what the API says is stored, never with a password. */
  putRegistration(
    agentId: string,
    settings: RegistrationSettings,
    password: Secret,
    options?: CallOptions,
  ): Promise<Omit<StoredRegistration, "password">>;
  deleteRegistration(agentId: string, options?: CallOptions): Promise<void>;
  getStatus(agentId: string, options?: CallOptions): Promise<RegistrationStatus>;
  listCallLogs(
    agentId: string,
    query: { page?: number; limit?: number },
    options?: CallOptions,
  ): Promise<CallLogPage>;
}
