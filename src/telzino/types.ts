import type { Secret } from "../secret.js";

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
  /** As stored, lower case; normally one of {@link TRANSPORTS}, but an odd value passes through. */
  transport?: string;
  enabled?: boolean;
  extension?: string;
  /** Present only where the API returns it; to be sent back to the API, never to be shown. */
  password?: Secret;
}

/** The fields of an agent that this program uses; an agent carries many more, some of them secret. */
export interface Agent {
  id: string;
  name: string;
  organizationId?: string;
  description?: string;
  /** `active`, `inactive` or `cancelled`; an unknown one passes through. */
  status?: string;
  /** `simple`, `advanced` or `custom`; an unknown one passes through. */
  type?: string;
  /** `null`: none is stored. `undefined`: the answer did not say (lists may leave it out). */
  registration: StoredRegistration | null | undefined;
}

export interface AgentPage {
  agents: Agent[];
  page: number;
  limit: number;
  total?: number;
  totalPages?: number;
  hasNext: boolean;
}

/** `GET …/sip/registration/status`. An unknown `state` passes through by name. */
export interface RegistrationStatus {
  /** Upper case, as OpenSIPS and the API write it, e.g. `REGISTERED_STATE`. */
  state: string;
  /** Not unique: NOT_REGISTERED_STATE and NOT_FOUND are both 0. */
  stateCode?: number;
  enabled?: boolean;
  isRegistered?: boolean;
  /** When the granted registration runs out. */
  expires?: Date;
  lastRegisterSent?: Date;
  registrationTimeoutSeconds?: number;
  /** The API's own words, cleaned. */
  message?: string;
}

export interface CallLog {
  id: string;
  /** `sipRoom-…` for a call that came over SIP. */
  roomName?: string;
  startedAt?: Date;
  endedAt?: Date;
  durationSeconds?: number;
  /** All but the last two digits are masked. */
  maskedCaller?: string;
}

export interface CallOptions {
  /** Ends the call at once, also while it waits to try again. */
  signal?: AbortSignal;
}

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
  ): Promise<CallLog[]>;
}
