import { present } from "../base/present.js";
import { identifyAnswerer, recognisedPreset } from "../diagnosis/answerer.js";
import type {
  CredentialsEvidence,
  Endpoint,
  EndpointEvidence,
  Evidence,
  ExchangeEvidence,
  TracedEvidence,
} from "../diagnosis/evidence.js";
import { TELLING_HEADERS } from "../diagnosis/evidence-registrar.js";
import { MAX_NAME } from "../diagnosis/target.js";
import type { Preset } from "../presets/index.js";
import { type Untrusted, untrustedToken } from "../redaction/untrusted.js";
import {
  canonicalIp,
  classifyAddress,
  type DigestChallenge,
  parseUri,
  readChallenges,
  readContacts,
  readResponseFacts,
  readVias,
  type SipResponse,
  tolerant,
} from "../sip/index.js";
import { hostOf } from "./frames.js";
import { hideSecrets, struck } from "./hide-secrets.js";
import { sourceOf } from "./trace-context.js";
import { type Exchange, isCut, type RegisterStory } from "./trace-story.js";

/**
 * A traced registration as evidence, so the diagnosis's own rules judge it. What a trace cannot show (names,
 * certificates, the platform's state) is left as if nothing were wrong with it. Pure.
 */
export function evidenceOf(
  story: RegisterStory,
  preset: Preset | undefined,
  traced: TracedEvidence = {},
): Evidence {
  const endpoint = endpointOf(story);
  const exchanges = story.exchanges.map(exchangeEvidence);
  const plain = exchanges.filter(({ withCredentials }) => !withCredentials);
  const [first, ...rest] = plain;
  const credentials = credentialsOf(story, exchanges, traced.freshCalledStale === true);
  const answered = exchanges.some(({ result }) => result === "answered" || result === "trying");
  const last = exchanges.at(-1);
  const others = onlyOthers(story);
  return {
    target: {
      sipDomain: story.domain,
      transport: story.transport,
      ...present({ username: story.user }),
    },
    dialled: story.domain,
    platformIsLocal: false,
    settings: { advice: [] },
    name: {
      host: endpoint.host,
      kind: "name",
      outcome: "found",
      servers: [endpoint],
      steps: [],
      advertised: [],
      classes: new Map(),
      brokenTargets: [],
      onlyHere: false,
      hostsDiffer: false,
      cuts: [],
    },
    endpoints: [endpointEvidence(endpoint, answered, last, traced)],
    otherEndpoints: [],
    ...(first ? { registrar: { endpoint, exchanges: [first, ...rest] as const } } : {}),
    ...(credentials ? { credentials } : {}),
    ...(last && (listsNothing(story) || others.length > 0) ? { binding: bindingOf(last, others) } : {}),
    traced,
    history: { refusals: 0 },
    answerer: identifyAnswerer(exchanges),
    ...(preset ? { preset: { preset, from: "given" as const } } : {}),
    notChecked: [],
  };
}

/** A registration that was answered 200 without any Contact (RFC 3261 10.3, step 8). */
function listsNothing({ exchanges }: RegisterStory): boolean {
  const last = exchanges.at(-1);
  if (last?.final === undefined || isCut(last)) return false;
  if (last.final.status < 200 || last.final.status > 299) return false;
  const asked = readContacts(last.request.headers).list.some(({ expires }) => expires !== 0);
  const { list, unreadable } = readContacts(last.final.headers);
  return asked && list.length === 0 && unreadable === 0;
}

/**
 * Contacts of a 200 that has none of ours, whether as it was sent or with the address that the registrar sees: only another
 * device's. Names and private addresses may stand for ours.
 */
function onlyOthers(story: RegisterStory): string[] {
  const last = story.exchanges.at(-1);
  if (last?.final === undefined || isCut(last) || last.final.status > 299) return [];
  const asked = readContacts(last.request.headers).list.filter(({ expires }) => expires !== 0);
  const { list, unreadable } = readContacts(last.final.headers);
  if (asked.length === 0 || list.length === 0 || unreadable > 0) return [];
  const via = tolerant(() => readVias(last.request.headers))?.[0]?.host;
  const packet = [last.first.peer, last.first.to].flatMap((place) =>
    place === undefined ? [] : [hostOf(place)],
  );
  const ours = new Set([...asked.map(({ uri }) => hostIn(uri)), via, sourceOf(story), ...packet]);
  const strange = list.every(({ uri, params }) => {
    const host = hostIn(uri) ?? "";
    const kind = classifyAddress(host);
    const isPublic = kind === "public" || kind === "documentation";
    return (
      isPublic && !ours.has(host) && !params.has("received") && !/[;?](?:received|fs_nat|alias)=/.test(uri)
    );
  });
  return strange ? list.map(({ uri }) => uri) : [];
}

function hostIn(uri: string): string | undefined {
  return tolerant(() => parseUri(uri))?.host;
}

function bindingOf(last: ExchangeEvidence, others: readonly string[]): NonNullable<Evidence["binding"]> {
  return {
    ...{ outcome: "bound", last, listed: false, removed: true },
    others: others.map((uri) => ({ uri: struck(uri) })),
  };
}

/** The preset that the registrar's own answers give away, by its id. */
export function presetIdOf(story: RegisterStory): string | undefined {
  return recognisedPreset(identifyAnswerer(story.exchanges.map(exchangeEvidence)));
}

function endpointOf({ transport, domain, exchanges }: RegisterStory): Endpoint {
  const [, address = domain, port = ""] = /^\[?(.*?)\]?:(\d{1,5})$/.exec(exchanges[0]?.first.to ?? "") ?? [];
  return {
    transport,
    host: struck(domain, MAX_NAME),
    address: hideSecrets(address),
    family: address.includes(":") ? 6 : 4,
    port: Number(port) || (transport === "tls" ? 5061 : 5060),
    from: "address",
  };
}

const ANSWERED_TO_OTHERS: ExchangeEvidence = {
  method: "OPTIONS",
  withCredentials: false,
  result: "answered",
  ...{ ms: 0, sends: 1, headers: {}, contacts: [], rewritten: [] },
};

/** A REGISTER that was sent again and never answered is a silent endpoint; one that appears once proves nothing. */
function endpointEvidence(
  endpoint: Endpoint,
  answered: boolean,
  last: ExchangeEvidence | undefined,
  { othersAnswered, arrived, refusedBelow }: TracedEvidence,
): EndpointEvidence {
  if (answered || refusedBelow || last?.result !== "silent")
    return { endpoint, reach: { kind: "open", ms: 0 } };
  if (othersAnswered || arrived)
    return { endpoint, reach: { kind: "open", ms: 0 }, options: ANSWERED_TO_OTHERS };
  return { endpoint, reach: { kind: "silent", ms: last.ms, sends: last.sends } };
}

function exchangeEvidence(exchange: Exchange): ExchangeEvidence {
  const { request, withCredentials, final, provisional, first, last, answer } = exchange;
  // What is sent again after the answer says nothing about how long that took.
  const sends = exchange.sends - exchange.sendsAfterAnswer;
  const common = {
    method: "REGISTER" as const,
    withCredentials,
    ms: elapsed(first.at, (answer ?? last).at),
    sends,
    headers: {},
    contacts: [],
    rewritten: [],
  };
  if (final === undefined) {
    const result = provisional ? "trying" : sends > 1 ? "silent" : "cut-short";
    return { ...common, result };
  }
  const here = { address: "0.0.0.0", port: 0 };
  const facts = readResponseFacts(request, final, here, here);
  const seen = facts.received && canonicalIp(facts.received.unwrap());
  return {
    ...common,
    result: "answered",
    ...answerOf(final, first.listed === true || isCut(exchange)),
    rewritten: facts.rewritten.map(({ what, sent, came }) => ({
      what,
      sent: struck(sent.unwrap()),
      came: struck(came.unwrap()),
    })),
    ...(facts.server === undefined ? {} : { server: struck(facts.server.unwrap(), 120, false) }),
    ...present({ retryAfter: facts.retryAfter }),
    ...(seen === undefined ? {} : { seen: { address: untrustedToken(seen) } }),
  };
}

function credentialsOf(
  { exchanges }: RegisterStory,
  evidence: readonly ExchangeEvidence[],
  freshCalledStale = true,
): CredentialsEvidence | undefined {
  const sent = evidence.filter(({ withCredentials }) => withCredentials);
  const last = sent.at(-1);
  if (last === undefined || last.result === "cut-short") return undefined;
  const stale = sent.some(
    (exchange) => exchange !== last && exchange.challenge?.offers.some((offer) => offer.stale),
  );
  // One that could not be read names none.
  const realms = evidence
    .flatMap(({ challenge }) => challenge?.offers[0]?.realm || [])
    .filter((realm) => !realm.isEmpty);
  const ours = new Set(
    exchanges.flatMap(({ request }) => readContacts(request.headers).list.map(({ uri }) => uri)),
  );
  const answer = exchanges.at(-1)?.final;
  const listed = answer === undefined ? [] : readContacts(answer.headers).list;
  const known = listed.some(({ uri }) => ours.has(uri));
  const others = listed.filter(({ uri, expires }) => !ours.has(uri) && expires !== 0);
  return {
    sends: sent.reduce((sum, { sends }) => sum + sends, 0),
    outcome: outcomeOf(last),
    last,
    // That an older nonce has run out is nothing to speak of.
    staleRetried: stale && freshCalledStale,
    realms: distinct(realms),
    // Where the registrar writes the address that it sees, our own contact looks like another's.
    bindings: known ? others.map(({ uri }) => ({ uri: struck(uri) })) : [],
  };
}

function distinct(texts: readonly Untrusted[]): Untrusted[] {
  return [...new Map(texts.map((text) => [text.unwrap(), text])).values()];
}

function outcomeOf({ result, status = 0 }: ExchangeEvidence): CredentialsEvidence["outcome"] {
  if (result !== "answered") return "no-answer";
  if (status < 300) return "accepted";
  if (status < 400) return "redirected";
  return status === 401 || status === 407 ? "refused" : "rejected";
}

/** Milliseconds between two times of day; 0 where they cannot be read. */
function elapsed(from: string | undefined, to: string | undefined): number {
  const [start, end] = [clock(from), clock(to)];
  return start === undefined || end === undefined ? 0 : Math.max(0, end - start);
}

function clock(at: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /(\d{1,2}):(\d{2}):(\d{2}(?:[.,]\d{1,9})?)/.exec(at ?? "") ?? [];
  if (seconds === undefined) return undefined;
  return Math.round(
    (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds.replace(",", "."))) * 1_000,
  );
}

/** What an answer says, for the rules. */
function answerOf(response: SipResponse, listed: boolean) {
  const { status, headers } = response;
  const { passedOver } = readChallenges(response);
  const told = TELLING_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === undefined ? [] : [[name, struck(value)] as const];
  });
  const redirects = status >= 300 && status < 400;
  return {
    status,
    reason: struck(response.reason, 80, false),
    headers: Object.fromEntries(told),
    contacts: redirects ? readContacts(headers).list.map(({ uri }) => struck(uri)) : [],
    ...(status === 401 || status === 407
      ? {
          challenge: {
            status,
            offers: offersOf(response, listed).map(({ realm, algorithm, qop, stale, proxy }) => ({
              realm: struck(realm, 120, false),
              ...{ algorithm, qop, stale, proxy },
            })),
            unusable: passedOver.map(({ reason }) => `it has ${reason}`),
          },
        }
      : {}),
  };
}

/** A challenge that the reader cannot read is not the registrar's fault: what can be made out of it counts. */
function offersOf(
  response: SipResponse,
  listed: boolean,
): Omit<DigestChallenge, "nonce" | "algorithmGiven">[] {
  const { usable, passedOver } = readChallenges(response);
  const unread = listed || passedOver.some(({ reason }) => reason === "malformed");
  if (usable.length > 0 || !unread) return [...usable];
  const text = response.headers.get("WWW-Authenticate") ?? response.headers.get("Proxy-Authenticate") ?? "";
  const realm = /\brealm=["']?([^"',]{0,120})/i.exec(text)?.[1] ?? "";
  const stale = /\bstale=["']?true/i.test(text);
  return [
    {
      realm,
      algorithm: "MD5",
      qop: /\bqop=/i.test(text) ? ["auth"] : [],
      stale,
      proxy: response.status === 407,
    },
  ];
}
