import type { Untrusted } from "../redaction/untrusted.js";

/** Why a call to the Telzino API failed, one name per cause. */
export type TelzinoErrorCode =
  /** No credentials are configured. */
  | "not_configured"
  /** The token endpoint refused the client id and secret. */
  | "login_refused"
  /** 401 although the token is fresh (or cannot be renewed). */
  | "unauthorized"
  /** 403: the token may not do this. */
  | "forbidden"
  /** 404 (or the API's own words "Agent not found"). */
  | "agent_not_found"
  /** "Cannot update vida agents via this API": only LiveKit agents register over SIP. */
  | "not_livekit_agent"
  /** 400 or 422: the API rejected a value; `detail` has its words. */
  | "invalid_request"
  /** 429 that outlasted the retries. */
  | "rate_limited"
  /** 5xx that outlasted the retries. */
  | "server_error"
  /** Name, connection, TLS or proxy failure: nothing answered. */
  | "unreachable"
  /** Something answered too slowly. */
  | "timeout"
  /** A redirect; it is never followed with a token. */
  | "redirected"
  /** Too large, not JSON, or not of the documented shape. */
  | "unreadable_answer";

export interface TelzinoErrorDetails {
  /** HTTP status, where there was an answer. */
  status?: number | undefined;
  /** The API's own words. */
  detail?: Untrusted | undefined;
  /** Fields of the request that those words name. */
  fields?: readonly string[];
  /** Seconds that the API asked to wait. */
  retryAfterSeconds?: number | undefined;
  /** e.g. `PUT /v1/agents/…/sip/registration`. */
  operation?: string | undefined;
  /** Another attempt may help. */
  transient?: boolean;
  /** The API cannot have acted on the request: it was never sent. */
  unsent?: boolean;
  cause?: unknown;
}

/** The only error class of `telzino/`; `code` is the cause. */
export class TelzinoError extends Error {
  override readonly name = "TelzinoError";
  readonly code: TelzinoErrorCode;
  readonly status: number | undefined;
  readonly detail: Untrusted | undefined;
  readonly fields: readonly string[];
  readonly retryAfterSeconds: number | undefined;
  readonly operation: string | undefined;
  readonly transient: boolean;
  /** `false` for a write: it may still have taken effect, so only reading back shows. */
  readonly unsent: boolean;

  constructor(code: TelzinoErrorCode, message: string, details: TelzinoErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.detail = details.detail;
    this.fields = details.fields ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.operation = details.operation;
    this.transient = details.transient ?? false;
    this.unsent = details.unsent ?? false;
  }

  /** The same failure, of a call that had sent nothing yet. */
  beforeSending(): TelzinoError {
    const { code, message, status, detail, fields, retryAfterSeconds, operation, transient, cause } = this;
    const details = { status, detail, fields, retryAfterSeconds, operation, transient, cause };
    return new TelzinoError(code, message, { ...details, unsent: true });
  }
}
