import type { Family } from "../../answers/families.js";
import { present } from "../../base/present.js";
import { untrusted, untrustedToken } from "../../redaction/untrusted.js";
import {
  type Attempt,
  type Challenges,
  canonicalIp,
  FlowCode,
  failureWords,
  isClosing,
  isUnreachable,
  type Misfit,
  type Outcome,
  readChallenges,
  readContacts,
  type SipResponse,
} from "../../sip/index.js";
import type { ChallengeEvidence, ExchangeEvidence } from "../evidence.js";
import { TELLING_HEADERS } from "../evidence-registrar.js";

/** Contacts, and challenges: a message has room for thousands. */
const MAX_LISTED = 10;
const MALFORMED: ReadonlySet<string> = new Set([FlowCode.malformed, FlowCode.truncated, FlowCode.tooLarge]);

/** Nonces that tell who made them, also where the server hides its name (measured on Asterisk 16.28 and 22.10; FreeSWITCH's is a UUID). */
const NONCE_FORMS: readonly (readonly [form: RegExp, family: Family])[] = [
  [/^\d{1,12}\/[\da-f]{8,64}$/, "asterisk-pjsip"],
  [/^[\da-f]{8}$/, "asterisk-chan-sip"],
  [/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/, "freeswitch"],
];

/** How one request ended, as evidence. */
export function exchangeOf(attempt: Attempt, method: ExchangeEvidence["method"]): ExchangeEvidence {
  const { outcome, local } = attempt;
  const common = {
    method,
    withCredentials: attempt.credentialsFor.length > 0,
    ms: Math.round(outcome.waitedMs),
    sends: outcome.sends,
    local,
  };
  if (outcome.kind !== "response") {
    return { ...common, headers: {}, contacts: [], rewritten: [], ...failureOf(outcome) };
  }
  return { ...common, result: "answered", ...answerOf(outcome.response), ...pathOf(attempt) };
}

type Unanswered = Exclude<Outcome, { kind: "response" }>;

function failureOf(outcome: Unanswered): Pick<ExchangeEvidence, "result" | "problem" | "isPartial"> {
  if (outcome.kind === "aborted") return { result: "cut-short" };
  const [misfit] = outcome.misfits;
  if (outcome.misfits.some(({ kind }) => kind === "reflected")) return { result: "reflected" };
  const [bytes] = outcome.malformed;
  if (bytes) {
    const isPartial = bytes.error.code === "unfinished";
    return { result: "malformed", problem: bytes.error.sentence, ...(isPartial ? { isPartial } : {}) };
  }
  if (outcome.provisional)
    return { result: "trying", problem: `only ${outcome.provisional.status}, no final answer` };
  if (misfit?.kind === "unfit") return { result: "unfit", problem: unfitWords(misfit) };
  if (outcome.kind === "timeout") return { result: "silent" };
  const problem = failureWords(outcome);
  if (outcome.code === "ECONNREFUSED") return { result: "refused", problem };
  if (isUnreachable(outcome)) return { result: "unreachable", problem };
  if (MALFORMED.has(outcome.code)) return { result: "malformed", problem };
  if (isClosing(outcome)) return { result: "closed", problem };
  return { result: "failed", problem: `${problem} (${untrustedToken(outcome.code, 60)})` };
}

function unfitWords({ status, differs }: Extract<Misfit, { kind: "unfit" }>): string {
  return `a ${status} came that does not repeat what was sent (${differs.join(", ")})`;
}

function answerOf(response: SipResponse) {
  const { status, headers } = response;
  const redirects = status >= 300 && status < 400;
  const challenged = status === 401 || status === 407;
  return {
    status,
    reason: untrusted(response.reason, { max: 80 }),
    headers: Object.fromEntries(
      TELLING_HEADERS.flatMap((name) => {
        const value = headers.get(name);
        return value === undefined ? [] : [[name, untrustedToken(value, 160)]];
      }),
    ),
    contacts: redirects
      ? readContacts(headers)
          .list.slice(0, MAX_LISTED)
          .map(({ uri }) => untrustedToken(uri, 160))
      : [],
    ...(challenged ? { challenge: challengeOf(response) } : {}),
  };
}

function pathOf({ facts }: Attempt) {
  if (facts === undefined) return { rewritten: [] };
  const { server, retryAfter, received, rport, answeredFrom, rewritten } = facts;
  const canonical = received && canonicalIp(received.unwrap());
  const address = canonical === undefined ? undefined : untrustedToken(canonical);
  return {
    rewritten,
    ...present({ server, retryAfter }),
    ...(address === undefined ? {} : { seen: { address, ...present({ port: rport }) } }),
    ...present({ answeredFrom }),
  };
}

function challengeOf(response: SipResponse): ChallengeEvidence {
  const { usable, passedOver, firstPassedOver } = readChallenges(response);
  const [first] = usable;
  const firstIsNoDigest = firstPassedOver
    ? passedOverWords(firstPassedOver)
    : first && oddness(response, first);
  const nonceOf = first && NONCE_FORMS.find(([form]) => form.test(first.nonce))?.[1];
  return {
    ...present({ firstIsNoDigest, nonceOf }),
    ...(first ? { length: first.realm.length + first.nonce.length + (first.opaque?.length ?? 0) } : {}),
    status: response.status,
    offers: usable.slice(0, MAX_LISTED).map(({ realm, algorithm, qop, stale, proxy }) => ({
      realm: untrusted(realm, { max: 120 }),
      ...{ algorithm, qop, stale, proxy },
    })),
    unusable: passedOver.slice(0, MAX_LISTED).map(passedOverWords),
  };
}

/** What is odd about a first challenge that we can answer, in a way that OpenSIPS cannot: it looks for the header of the status. */
function oddness(
  { status }: SipResponse,
  { realm, proxy }: Challenges["usable"][number],
): string | undefined {
  if (realm === "") return "its realm is empty";
  const [wanted, other] = ["WWW-Authenticate", "Proxy-Authenticate"] as const;
  if (proxy && status === 401) return `a 401 with ${other} and no ${wanted}`;
  return !proxy && status === 407 ? `a 407 with ${wanted} and no ${other}` : undefined;
}

function passedOverWords({ reason, scheme, algorithm }: Challenges["passedOver"][number]): string {
  if (reason === "algorithm") return `algorithm ${untrustedToken(algorithm ?? "?", 40)} is not known`;
  if (reason === "scheme") return `the scheme is ${untrustedToken(scheme ?? "?", 40)}, not Digest`;
  if (reason === "qop") return "it offers no qop that is known";
  if (reason === "control") return "it holds control characters";
  return reason === "malformed" ? "it cannot be read" : `it has ${reason}`;
}
