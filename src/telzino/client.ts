import { setMaxListeners } from "node:events";
import type { LogLevel } from "../base/log.js";
import { isLoopback } from "../base/loopback.js";
import { present } from "../base/present.js";
import { asOneStep } from "../base/steps.js";
import type { Secret } from "../redaction/secret.js";
import type { Untrusted } from "../redaction/untrusted.js";
import { readCallLogs } from "./call-logs.js";
import { DEFAULT_TIMEOUTS, type ProxySettings, type Timeouts } from "./dispatcher.js";
import { readPageTitle } from "./error-body.js";
import { TelzinoError } from "./errors.js";
import { failureOfAnswer } from "./failure.js";
import { Http, type HttpAnswer, type HttpRequest, LONG_BYTES, type LogSink, scrubOf } from "./http.js";
import { hasMoreParts } from "./json-size.js";
import { type Limit, startLimit } from "./limit.js";
import { DEFAULT_RETRY, type RetryPolicy } from "./retry.js";
import {
  audienceOf,
  ClientCredentialsTokens,
  type GrantedToken,
  isTokenText,
  noToken,
  type OnToken,
  staticToken,
  type TokenSource,
  tokenRequestBody,
} from "./token.js";
import type {
  Agent,
  AgentPage,
  CallLogPage,
  CallOptions,
  RegistrationSettings,
  RegistrationStatus,
  StoredRegistration,
  TelzinoApi,
} from "./types.js";
import {
  readAgent,
  readAgentPage,
  readSavedRegistration,
  readStatus,
  readToken,
  saysFailure,
  unwrap,
  writeRegistration,
} from "./wire.js";
import { parseJson } from "./wire-values.js";

const REGISTRATION = "/sip/registration";
/** Objects, lists and properties of an answer: some hundred for each entry of the largest page. */
const MAX_PARTS = 40_000;

/** How the client proves who it is. With `none` every call fails with `not_configured`. */
export type TelzinoAuth =
  | { kind: "token"; accessToken: Secret }
  | { kind: "clientCredentials"; clientId: string; clientSecret: Secret }
  | { kind: "none" };

export interface TelzinoClientOptions {
  /** https, or http on this machine. Paths are appended to its own. */
  apiUrl: URL;
  auth: TelzinoAuth;
  /** The environment is never read: what is not given here is not used. */
  proxy?: ProxySettings;
  userAgent: string;
  timeouts?: Partial<Timeouts>;
  retry?: Partial<RetryPolicy>;
  /** `audience` of the token request; the documented one by default. */
  audience?: string;
  log?: LogSink;
  /** For who looks for secrets in what is shown: a token that is granted is none that was configured. */
  onToken: OnToken;
  /** Epoch milliseconds; for token lives and dates in `Retry-After`. */
  clock?: () => number;
}

/** Makes the client of the Telzino API. Nothing is sent, and undici is not loaded, before the first call. */
export function createTelzinoClient(options: TelzinoClientOptions): TelzinoClient {
  return new TelzinoClient(options);
}

/**
 * The Telzino API over HTTP. Every method throws {@link TelzinoError}, and the reason of the caller's signal
 * when that ended the call. `close()` must be called when the client is no longer needed.
 */
export class TelzinoClient implements TelzinoApi {
  readonly #http: Http;
  readonly #tokens: TokenSource;
  readonly #retry: RetryPolicy;
  readonly #closing = new AbortController();

  /** @throws TypeError for an `apiUrl` over which a token must not travel. */
  constructor(options: TelzinoClientOptions) {
    const { apiUrl, userAgent, proxy = {}, clock = Date.now } = options;
    refuseUnsafe(apiUrl);
    // Every running call listens: that is not a leak.
    setMaxListeners(0, this.#closing.signal);
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
    this.#http = new Http({
      apiUrl,
      proxy,
      userAgent,
      timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      retry: this.#retry,
      log: options.log ?? ((_level: LogLevel) => {}),
      now: clock,
    });
    this.#tokens = this.#tokenSource(options, clock);
  }

  /**
   * Logs in, for a check of the credentials. Resolves with when the token expires, where that is known: an
   * access token that was given is not tried by this.
   */
  async login(options: CallOptions = {}): Promise<{ expiresAt?: Date }> {
    const expiresAt = await this.#limited("POST /oauth/token", options, ({ signal }) =>
      this.#tokens.login(signal),
    );
    return present({ expiresAt });
  }

  listAgents(
    query: { organizationId?: string; page?: number; limit?: number },
    options?: CallOptions,
  ): Promise<AgentPage> {
    const { organizationId, page, limit } = query;
    return this.#call(options, {
      method: "GET",
      path: "/v1/agents",
      operation: "GET /v1/agents",
      subject: "list",
      repeat: "always",
      query: { page, limit, organization_id: organizationId },
      chosen: organizationId === undefined ? [] : [organizationId],
      read: (answer, { date }) => {
        const read = readAgentPage(answer, query, options?.onStored);
        return read && { ...read, ...present({ answeredAt: date }) };
      },
    });
  }

  async getAgent(agentId: string, options?: CallOptions): Promise<Agent> {
    return this.#call(options, {
      ...onAgent("GET", agentId, ""),
      read: (answer) => readAgent(unwrap(answer), options?.onStored),
    });
  }

  async putRegistration(
    agentId: string,
    settings: RegistrationSettings,
    password: Secret,
    options?: CallOptions,
  ): Promise<Omit<StoredRegistration, "password">> {
    return this.#call(options, {
      ...onAgent("PUT", agentId, REGISTRATION),
      body: writeRegistration(settings, password),
      secrets: [password],
      chosen: [agentId, ...Object.values(settings).map(String)],
      read: (answer) => readSavedRegistration(answer, options?.onStored),
      mayBeEmpty: true,
    });
  }

  async deleteRegistration(agentId: string, options?: CallOptions): Promise<void> {
    await this.#call(options, {
      ...onAgent("DELETE", agentId, REGISTRATION),
      read: () => true,
      mayBeEmpty: true,
    });
  }

  async getStatus(agentId: string, options?: CallOptions): Promise<RegistrationStatus> {
    return this.#call(options, { ...onAgent("GET", agentId, `${REGISTRATION}/status`), read: readStatus });
  }

  async listCallLogs(
    agentId: string,
    query: { page?: number; limit?: number },
    options?: CallOptions,
  ): Promise<CallLogPage> {
    const { page, limit } = query;
    return this.#call(options, {
      ...onAgent("GET", agentId, "/call-logs"),
      query: { page, limit },
      read: (answer, { date }) => {
        const read = readCallLogs(answer, query);
        return read && { ...read, ...present({ answeredAt: date }) };
      },
    });
  }

  /** Ends what is under way and every connection. */
  async close(): Promise<void> {
    this.#closing.abort(new TelzinoError("unreachable", "The client of the Telzino API is closed"));
    await this.#http.close();
  }

  async #call<T>(options: CallOptions | undefined, call: ApiCall<T>): Promise<T> {
    return this.#limited(call.operation, options, async (limit) => {
      const token = await this.#token(limit.signal);
      const first = await this.#http.send({ ...call, token }, limit);
      if (first.status !== 401) return inTurn(first, { ...call, token });
      const renewed = await this.#tokens.renew(token, limit.signal);
      if (renewed === undefined) return inTurn(first, { ...call, token });
      const second = await this.#http.send({ ...call, token: renewed }, limit);
      // A page may be a megabyte.
      return inTurn(second, { ...call, token: renewed });
    });
  }

  /** @throws TelzinoError that says that nothing was sent. */
  async #token(signal: AbortSignal): Promise<Secret> {
    try {
      return await this.#tokens.get(signal);
    } catch (error) {
      throw error instanceof TelzinoError ? error.beforeSending() : error;
    }
  }

  /** Runs `work` within the policy's total time, the caller's signal and the life of this client. */
  async #limited<T>(
    operation: string,
    { signal }: CallOptions = {},
    work: (limit: Limit) => Promise<T>,
  ): Promise<T> {
    const limit = startLimit({
      signals: [signal, this.#closing.signal],
      ms: this.#retry.totalMs,
      onExpiry: () => new TelzinoError("timeout", `No answer to ${operation} in time`, { operation }),
    });
    try {
      limit.signal.throwIfAborted();
      return await work(limit);
    } finally {
      limit.end();
    }
  }

  #tokenSource({ auth, audience, onToken }: TelzinoClientOptions, clock: () => number): TokenSource {
    if (auth.kind === "none") return noToken;
    if (auth.kind === "token") return staticToken(auth.accessToken);
    const body = () => tokenRequestBody(auth.clientId, auth.clientSecret, audienceOf(audience));
    return new ClientCredentialsTokens(() => this.#grant(body(), auth.clientSecret), clock, onToken);
  }

  /** One login, shared by all who wait for it: it has its own limit and no caller's signal. */
  #grant(body: string, clientSecret: Secret): Promise<GrantedToken> {
    const call: ApiCall<GrantedToken> = {
      method: "POST",
      path: "/oauth/token",
      operation: "POST /oauth/token",
      subject: "login",
      body,
      secrets: [clientSecret],
      // A second token does no harm.
      repeat: "always",
      read: (answer) => {
        const granted = readToken(answer);
        return granted !== undefined && isTokenText(granted.token.reveal()) ? granted : undefined;
      },
    };
    return this.#limited(call.operation, {}, async (limit) =>
      readAnswer(await this.#http.send(call, limit), call),
    );
  }
}

/** A request below one agent. @throws TelzinoError `invalid_request` for anything but an id. */
function onAgent<M extends HttpRequest["method"]>(method: M, agentId: string, path: string) {
  return {
    method,
    path: `/v1/agents/${agentSegment(agentId)}${path}`,
    chosen: [agentId],
    operation: `${method} /v1/agents/…${path}`,
    subject: "agent" as const,
    repeat: method === "GET" ? ("always" as const) : ("unsent" as const),
  };
}

/** An id as a path segment. UUIDs are documented; what could mean another path, or more of it, is refused. */
function agentSegment(agentId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(agentId)) {
    throw new TelzinoError("invalid_request", "agentId is not a UUID", { unsent: true });
  }
  return encodeURIComponent(agentId);
}

/** @throws TypeError for an address of the API over which a token must not travel. */
function refuseUnsafe(apiUrl: URL): void {
  const safe = apiUrl.protocol === "https:" || (apiUrl.protocol === "http:" && isLoopback(apiUrl.hostname));
  if (!safe) throw new TypeError("The API's address must begin with https:// (http:// on this machine only)");
  if (apiUrl.username !== "" || apiUrl.password !== "") {
    throw new TypeError("The API's address must carry no user or password");
  }
}

/** A request to the API, and how its answer is read: `undefined` means that it is not of the documented shape. */
interface ApiCall<T> extends HttpRequest {
  read: (answer: unknown, from: HttpAnswer) => T | undefined;
  /** An answer without a body will do. */
  mayBeEmpty?: boolean;
}

/** A long answer gets its own turn of the event loop. */
async function inTurn<T>(answer: HttpAnswer, call: ApiCall<T>): Promise<T> {
  const read = () => readAnswer(answer, call);
  return answer.text.length < LONG_BYTES ? read() : asOneStep(read);
}

/**
 * What an answer says.
 *
 * @throws TelzinoError for an error status, an answer that says of itself that it failed, and one that can't be read.
 */
function readAnswer<T>(answer: HttpAnswer, call: ApiCall<T>): T {
  const context = { operation: call.operation, subject: call.subject, scrub: scrubOf(call) };
  if (answer.status >= 300) throw failureOfAnswer(answer, context);
  const unreadable = (why: string, detail?: Untrusted) =>
    new TelzinoError("unreadable_answer", `The answer to ${call.operation} ${why}`, {
      status: answer.status,
      operation: call.operation,
      ...present({ detail }),
    });
  if (answer.tooLarge || hasMoreParts(answer.text, MAX_PARTS)) throw unreadable("is too large");
  const empty = answer.text.trim() === "";
  const content = empty && call.mayBeEmpty ? {} : parseJson(answer.text.replace(/^\uFEFF/, ""));
  // Of a broken answer only a page's title is shown: anything else may be a piece of a stored secret.
  if (content === undefined) throw unreadable("is not JSON", readPageTitle(answer.text, context.scrub));
  if (saysFailure(content)) throw failureOfAnswer(answer, context, call.method === "PUT" ? 400 : 500);
  const read = call.read(content, answer);
  if (read === undefined) throw unreadable("is not of the documented shape");
  return read;
}
