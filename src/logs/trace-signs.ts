import { present } from "../base/present.js";
import type { TracedEvidence } from "../diagnosis/evidence.js";
import {
  canonicalIp,
  isLocalAddress,
  isOutsideAddress,
  parseUri,
  readChallenges,
  readContacts,
  readCredentials,
  readVias,
  type SipMessage,
  tolerant,
} from "../sip/index.js";
import { hostOf } from "./frames.js";
import { struck } from "./hide-secrets.js";
import { sourceOf, type TraceContext } from "./trace-context.js";
import { addressOfTo, cseqOf, type Exchange, isCut, type RegisterStory, takesAway } from "./trace-story.js";

/** What only an observer of both sides of a registration can see. Pure. */
export function tracedEvidence(
  story: RegisterStory,
  earlier: readonly RegisterStory[],
  context: TraceContext,
): TracedEvidence {
  const { exchanges } = story;
  const unanswered = unansweredChallenges(exchanges);
  const nonce = nonceOf(story, earlier, context);
  const last = exchanges.at(-1);
  const user = last === undefined ? undefined : tolerant(() => parseUri(last.request.uri))?.user;
  const contacts = deadContacts(story);
  // A client that continues has got the answer, even if after one more send that was under way.
  const lost = last?.sendsAfterAnswer ?? 0;
  return {
    ...(unanswered > 0 ? { unansweredChallenges: unanswered } : {}),
    ...present({ headerMissed: exchanges.findLast((each) => each.headerMissed !== undefined)?.headerMissed }),
    ...nonce,
    ...(user === undefined || last?.first.cut ? {} : { userInRequestUri: struck(user, 60) }),
    ...placeSigns(last, context),
    ...(lost > 0 ? { sentAfterAnswer: lost } : {}),
    ...present({
      unansweredSinceAccepted: unansweredSinceAccepted([...earlier, story].flatMap((each) => each.exchanges)),
    }),
    ...(contacts ? { deadContacts: contacts } : {}),
    ...(tooBriefAgain(exchanges) ? { tooBriefAgain: true } : {}),
    ...(exchanges.some(unreadable) ? { unreadable: true } : {}),
    ...(freshCalledStale(exchanges) ? { freshCalledStale: true } : {}),
  };
}

/** REGISTERs without credentials that were challenged, where none with credentials ever follows. */
function unansweredChallenges(exchanges: readonly Exchange[]): number {
  if (exchanges.some(({ withCredentials, cutHead }) => withCredentials || cutHead)) return 0;
  return exchanges.filter(
    ({ final, request, last }) =>
      (final?.status === 401 || final?.status === 407) && !takesAway(request) && !last.cutEnd,
  ).length;
}

/** Sends of the REGISTERs at the end that nothing answers, where an earlier one was accepted. */
function unansweredSinceAccepted(exchanges: readonly Exchange[]): number | undefined {
  const answered = exchanges.findLastIndex(({ final, provisional }) => final !== undefined || provisional);
  const accepted = exchanges.some(({ final }) => final !== undefined && final.status < 300);
  const sends = exchanges.slice(answered + 1).reduce((sum, each) => sum + each.sends, 0);
  // One that appears once may be answered after the trace's end.
  return accepted && sends > 1 ? sends : undefined;
}

/** 423 to each of the last two, of which the later asks for no longer expiry. */
function tooBriefAgain(exchanges: readonly Exchange[]): boolean {
  const [before, last] = exchanges.slice(-2);
  if (before?.final?.status !== 423 || last?.final?.status !== 423) return false;
  const [first, second] = [expiryOf(before), expiryOf(last)];
  return first !== undefined && second !== undefined && second <= first;
}

function expiryOf({ request: { headers } }: Exchange): number | undefined {
  const asked = readContacts(headers).list[0]?.expires ?? Number(headers.get("Expires") ?? Number.NaN);
  return Number.isNaN(asked) ? undefined : asked;
}

interface NonceSigns {
  readonly acceptedBefore?: true;
  readonly nonceOfOldChallenge?: true;
  readonly nonceFromBefore?: true;
  readonly nonceMayHaveRunOut?: true;
}

/** Servers that say stale=true where a nonce has run out and the password fits. */
const SAYS_STALE = /Asterisk|FPBX|IPBX|Issabel|VitalPBX/i;

/** Whether an answer to the challenge just before it was called stale. */
function freshCalledStale(exchanges: readonly Exchange[]): boolean {
  return exchanges.some((exchange, index) => {
    const before = exchanges[index - 1]?.final;
    const nonce = credentialsOf(exchange)?.nonce;
    if (nonce === undefined || before === undefined || !isCalledStale(exchange)) return false;
    return nonces(before).includes(nonce) && !usedBefore(exchanges.slice(0, index), nonce);
  });
}

/** Its credentials are for a nonce that has run out, says the registrar: nothing against the password. */
export function isCalledStale({ final, withCredentials }: Exchange): boolean {
  return withCredentials && final !== undefined && readChallenges(final).usable.some(({ stale }) => stale);
}

/** Whether the credentials that were refused last were for the challenge just before them. */
function nonceOf(
  story: RegisterStory,
  earlier: readonly RegisterStory[],
  { offered }: TraceContext,
): NonceSigns {
  const all = [...earlier, story].flatMap(({ exchanges }) => exchanges);
  const refused = story.exchanges.findLast(({ withCredentials }) => withCredentials);
  const status = refused?.final?.status;
  const sent = refused && credentialsOf(refused);
  if (refused === undefined || sent === undefined || (status !== 401 && status !== 407)) return {};
  const before = all.slice(0, all.indexOf(refused));
  const challenges = before.flatMap(({ final }) => (final ? nonces(final) : []));
  const now = refused.final === undefined ? [] : nonces(refused.final);
  const accepted = before.some((exchange) => {
    const other = credentialsOf(exchange);
    const good = exchange.final !== undefined && exchange.final.status < 300;
    return good && other?.username === sent.username && other.realm === sent.realm;
  });
  // The challenge may be in the trace without the request that it answers.
  const alone = (offered.get(sent.nonce) ?? Number.POSITIVE_INFINITY) < refused.first.line;
  const asked = challenges.at(-1) ?? (alone ? sent.nonce : undefined);
  const renewed = now.length > 0 && !now.includes(sent.nonce);
  // Credentials are for the last challenge, or else for one that ran out.
  const reused = asked === undefined || asked !== sent.nonce || usedBefore(before, sent.nonce);
  if (!renewed || !reused) return {};
  if (accepted) return { acceptedBefore: true, nonceOfOldChallenge: true };
  return challenges.length > 0 && !challenges.includes(sent.nonce)
    ? { nonceOfOldChallenge: true }
    : asked === undefined
      ? { nonceFromBefore: true, ...(saysStale(refused) ? {} : { nonceMayHaveRunOut: true }) }
      : {};
}

function saysStale({ final }: Exchange): boolean {
  return SAYS_STALE.test(final?.headers.get("Server") ?? final?.headers.get("User-Agent") ?? "");
}

function usedBefore(exchanges: readonly Exchange[], nonce: string): boolean {
  return exchanges.some((exchange) => credentialsOf(exchange)?.nonce === nonce);
}

function credentialsOf({ request: { headers } }: Exchange) {
  const header = headers.get("Authorization") ?? headers.get("Proxy-Authorization");
  const read = header === undefined ? undefined : readCredentials(header);
  return typeof read === "object" ? read : undefined;
}

function nonces(response: NonNullable<Exchange["final"]>): string[] {
  return readChallenges(response).usable.map(({ nonce }) => nonce);
}

function placeSigns(last: Exchange | undefined, { answering, refused }: TraceContext) {
  // What the registrar itself has logged has arrived: its endpoint is open.
  if (last?.first.direction === "received") return { arrived: true as const };
  const place = last?.first.direction === "sent" ? last.first.peer : last?.first.to;
  return {
    ...(place !== undefined && answering.has(place) ? { othersAnswered: true as const } : {}),
    ...(place !== undefined && refused.has(hostOf(place)) ? { refusedBelow: true as const } : {}),
  };
}

/** FreeSWITCH sends back the Contact as it came, and keeps the address that it saw beside it (fs_nat, fs_path). */
const KEEPS_SOURCE = /FreeSWITCH/i;

/** Contacts that the registrar keeps although they cannot be reached from outside their own network. */
function deadContacts(story: RegisterStory): TracedEvidence["deadContacts"] {
  const last = story.exchanges.at(-1);
  const source = sourceOf(story);
  if (last?.final === undefined || last.final.status >= 300 || source === undefined) return undefined;
  if (KEEPS_SOURCE.test(last.final.headers.get("Server") ?? last.final.headers.get("User-Agent") ?? ""))
    return undefined;
  const ours = new Set(readContacts(last.request.headers).list.map(({ uri }) => hostIn(uri)));
  const dead = readContacts(last.final.headers).list.filter(({ uri, expires, params }) => {
    const host = hostIn(uri) ?? "";
    // Some registrars keep the address that they saw beside the Contact, and use that.
    const kept = params.has("received") || /[;?](?:received|fs_nat|alias)=/.test(uri);
    return isLocalAddress(host) && !kept && expires !== 0 && !same(host, source);
  });
  const own = dead.find(({ uri }) => ours.has(hostIn(uri)));
  if (own === undefined) return hiddenSource(last, source);
  return { uris: dead.map(({ uri }) => struck(uri, 80)), own: struck(own.uri, 80), seen: struck(source, 60) };
}

/**
 * The client is at a public address, by its Via and its Contact, and the registrar sees and keeps a private one: a
 * container's proxy or a NAT in front of the registrar puts its own address in the place of the source.
 */
function hiddenSource({ request, final }: Exchange, source: string): TracedEvidence["deadContacts"] {
  const vias = tolerant(() => readVias(request.headers)) ?? [];
  const [via] = vias;
  const asked = readContacts(request.headers).list;
  const kept =
    final === undefined
      ? undefined
      : readContacts(final.headers).list.find(({ uri }) => same(hostIn(uri) ?? "", source));
  const isHidden = isLocalAddress(source) && kept !== undefined && vias.length === 1;
  if (!isHidden || via === undefined || asked.length === 0) return undefined;
  const outside = [via.host, ...asked.map(({ uri }) => hostIn(uri) ?? "")].every(isOutsideAddress);
  if (!outside) return undefined;
  const own = struck(kept.uri, 80);
  return { uris: [own], own, seen: struck(via.host, 60), hidden: true };
}

function hostIn(uri: string): string | undefined {
  return tolerant(() => parseUri(uri))?.host;
}

function same(one: string, other: string): boolean {
  const [a, b] = [canonicalIp(one), canonicalIp(other)];
  return a !== undefined && a === b;
}

/** A header that matters and could not be read: people put signs in place of names and numbers. */
function unreadable(exchange: Exchange): boolean {
  const { request, final, first } = exchange;
  if (first.listed || isCut(exchange)) return true;
  const messages: SipMessage[] = final === undefined ? [request] : [request, final];
  return messages.some((message) => {
    const { headers } = message;
    const header = headers.get("Authorization") ?? headers.get("Proxy-Authorization");
    return (
      addressOfTo(message) === undefined ||
      cseqOf(message) === undefined ||
      readContacts(headers).unreadable > 0 ||
      (header !== undefined && readCredentials(header) === "malformed") ||
      (message.kind === "response" &&
        readChallenges(message).passedOver.some(({ reason }) => reason === "malformed"))
    );
  });
}
