import { present } from "../../base/present.js";
import type { Secret } from "../../redaction/secret.js";
import { untrusted, untrustedToken } from "../../redaction/untrusted.js";
import {
  type Attempt,
  type Contact,
  grantedTo,
  ha1Forms,
  parseUri,
  type RegisterResult,
  sameHost,
  tolerant,
} from "../../sip/index.js";
import type {
  BindingEvidence,
  BindingSeen,
  CredentialsEvidence,
  ExchangeEvidence,
  RegistrarEvidence,
} from "../evidence.js";
import type { OpenEndpoint } from "./endpoint.js";
import { exchangeOf } from "./exchange.js";
import type { Run } from "./run.js";

/** Seconds: longer than the platform's time between refreshes, short enough to be gone if the removal fails. */
const BINDING_EXPIRES = 120;
const MAX_BINDINGS = 10;

export interface RegistrarChecked {
  readonly registrar: RegistrarEvidence;
  readonly credentials?: CredentialsEvidence;
}

/**
 * REGISTER without Contact, a query (RFC 3261 10.2.3): it makes no binding, evicts no device, and lists who is
 * registered. Without a password it ends at the challenge. With one, credentials go out once; again only for
 * `stale=true`, and once for a second realm.
 */
export async function askRegistrar(
  run: Run,
  { agent, endpoint }: OpenEndpoint,
  password: Secret | undefined,
  limitMs = run.limits.register,
): Promise<RegistrarChecked | undefined> {
  const result = await agent.fetchBindings({
    deadlineMs: run.silence.leftOfAll(limitMs),
    signal: run.signal,
    ...present({ password }),
  });
  // It may have come over another connection than the first.
  if (result.attempts.some(({ outcome }) => outcome.kind === "response")) run.silence.break();
  const [first, ...rest] = result.attempts.map((attempt) => exchangeOf(attempt, "REGISTER"));
  if (first === undefined) return undefined;
  const registrar: RegistrarEvidence = { endpoint, exchanges: [first, ...rest] };
  const credentials = credentialsIn(run, result, password, rest.at(-1) ?? first);
  return { registrar, ...present({ credentials }) };
}

/** The outcome of the credentials, if any were sent. */
function credentialsIn(
  run: Run,
  result: RegisterResult,
  password: Secret | undefined,
  last: ExchangeEvidence,
): CredentialsEvidence | undefined {
  if (result.credentialedSends === 0) return undefined;
  // What the registrar may say instead of the password is as good as the password.
  for (const realm of result.attempts.at(-1)?.credentialsFor ?? []) holdHa1(run, realm, password);
  return credentialsOf(result, last);
}

function holdHa1({ hold, target }: Run, realm: string, password: Secret | undefined): void {
  const user = target.authUsername ?? target.username;
  if (hold === undefined || password === undefined || user === undefined) return;
  for (const form of ha1Forms(user, realm, password)) hold(form);
}

function credentialsOf(result: RegisterResult, last: ExchangeEvidence): CredentialsEvidence {
  const { outcome, attempts } = result;
  return {
    sends: result.credentialedSends,
    outcome: judge(result),
    last,
    staleRetried: attempts.some((attempt, index) => answersStale(attempt, attempts[index + 1])),
    realms: (attempts.at(-1)?.credentialsFor ?? []).map((realm) => untrusted(realm, { max: 120 })),
    bindings: outcome.kind === "ok" ? seen(outcome.bindings.all) : [],
  };
}

function judge({ outcome }: RegisterResult): CredentialsEvidence["outcome"] {
  switch (outcome.kind) {
    case "ok":
      return "accepted";
    case "refused":
    case "challenged":
    case "unanswerable":
      return "refused";
    case "rejected":
      return "rejected";
    case "redirected":
      return "redirected";
    default:
      return "no-answer";
  }
}

/** The request carried credentials, was challenged, and the same realms were answered again. */
function answersStale(attempt: Attempt, next: Attempt | undefined): boolean {
  if (attempt.credentialsFor.length === 0 || next === undefined) return false;
  if (attempt.outcome.kind !== "response" || attempt.outcome.response.status === 423) return false;
  return attempt.credentialsFor.length === next.credentialsFor.length;
}

function seen(contacts: readonly Contact[]): BindingSeen[] {
  return contacts.slice(0, MAX_BINDINGS).map(({ uri, expires }) => ({
    uri: untrustedToken(uri, 160),
    ...present({ expires }),
  }));
}

/** Behind NAT a PBX lists our Contact with the address that it sees us at. */
function ours(
  { bindings, response }: Extract<RegisterResult["outcome"], { kind: "ok" }>,
  { seen }: ExchangeEvidence,
): typeof bindings {
  if (bindings.own !== undefined || seen?.port === undefined) return bindings;
  const { address, port } = seen;
  const own = bindings.all.find(({ uri }) => {
    const parsed = tolerant(() => parseUri(uri));
    return parsed !== undefined && sameHost(parsed.host, address.unwrap()) && parsed.port === port;
  });
  if (own === undefined) return bindings;
  const others = bindings.all.filter((contact) => contact !== own);
  return { ...bindings, own, others, ...present({ grantedExpires: grantedTo(own, response.headers) }) };
}

export interface BindingTried {
  readonly binding: BindingEvidence;
  /** Present where the registrar asked for credentials. */
  readonly credentials?: CredentialsEvidence;
}

/**
 * Registers our own Contact for two minutes and removes it again, by that Contact and no other. Only
 * after the query was answered 2xx, and only on request: it may evict a phone.
 *
 * @param queryMs what the answers to the query took together.
 */
export async function tryBinding(
  run: Run,
  { agent }: OpenEndpoint,
  password: Secret,
  queryMs: number,
): Promise<BindingTried | undefined> {
  const { register } = run.limits;
  // One that has answered and goes mute now is given up as a dead one is; one that is slow is waited for.
  const options = () => ({
    deadlineMs: Math.max(run.silence.leftOfAll(register), Math.min(register, 3 * queryMs)),
    signal: run.signal,
    password,
  });
  const result = await agent.register({ ...options(), expires: BINDING_EXPIRES });
  const exchanges = result.attempts.map((attempt) => exchangeOf(attempt, "REGISTER"));
  const last = exchanges.at(-1);
  if (last === undefined) return undefined;
  const { outcome, askedExpires } = result;
  // A REGISTER without an answer may still have been carried out.
  const mayBeBound = outcome.kind === "ok" || outcome.kind === "timeout";
  const removal = mayBeBound ? await agent.unregister(options()) : undefined;
  const bound = outcome.kind === "ok" ? ours(outcome, last) : undefined;
  const credentials = credentialsIn(run, result, password, last);
  const binding: BindingEvidence = {
    outcome: bound
      ? "bound"
      : judge(result) === "redirected"
        ? "redirected"
        : last.status
          ? "rejected"
          : "no-answer",
    last,
    listed: bound?.own !== undefined,
    ...present({ grantedExpires: bound?.grantedExpires }),
    ...(askedExpires !== undefined && askedExpires > BINDING_EXPIRES ? { raisedTo: askedExpires } : {}),
    others: seen(bound?.others ?? []),
    askedExpires: askedExpires ?? BINDING_EXPIRES,
    removed: !mayBeBound || removal?.outcome.kind === "ok",
  };
  // Our own, which is gone again, does not count.
  return { binding, ...(credentials ? { credentials: { ...credentials, bindings: binding.others } } : {}) };
}
