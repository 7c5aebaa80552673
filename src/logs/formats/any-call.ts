import { callEvent } from "../call-codes.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";
import { hangupCause } from "./freeswitch-calls.js";

/**
 * Programs without their own reader, on calls: a line that a call failed, with the code of the answer, its phrase, or both. Code and phrase
 * together are SIP's own; a code without its phrase needs a word that says that something failed, and signs that make it a code: a number
 * may also be an extension, a port or a time.
 */

/** What makes a line one about a call. */
const OF_CALL =
  /(?<![a-z])call(?!back|able|er[- ]?id)|Call(?!back|able)|CALL|INVITE|\bAnruf|\b[Aa]ppel\b|\b[Ll]lamada|\b[Cc]hiamata|\b[Ii]nvite\b|\b[Dd]ial(?:ing|ed|l)?\b(?! (?:tcp|udp))|(?:\bSIP|\bsip:).{0,120}\b[Ss]ession\b|\b[Ss]ession\b.{0,120}(?:\bSIP|\bsip:)/;
/** Calls of programs, other requests than INVITE, and what may be about a call that continues. */
const OF_OTHERS =
  /\b(?:API|api|[Tt]ool|[Ff]unction|RPC|[Ss]ystem)[ _-]?[Cc]all|https?:|HTTP|\bREST\b|\b(?:GET|POST|PUT|DELETE|PATCH|HEAD) ["'/]|REGISTER|[Rr]egist(?:er|ration)|REFER|[Tt]ransfer|OPTIONS|SUBSCRIBE|PUBLISH|MESSAGE|NOTIFY|\bINFO\b.{0,20}\bsip|re-?INVITE|UPDATE|PRACK|\bBYE\b|CANCEL\b|\bACK (?:sip|\d)/;
/** Sentences on what might be, and pages that explain codes. */
const SUPPOSED =
  /\b(?:if|should|would|could|might|instead of|such as|like|e\.g\.|expect(?:ed)?|means|works?|worked|no longer|fixed|(?<![.@-])example(?![.-])|otherwise)\b/i;
const FAILS =
  /fail|reject|declin|refus|terminat|disconn|\bended|hung ?up|hang ?up|hangup|unsuccess|error|reason|cause|unable|not connect|repl(?:y|ied)|returning|fehlgeschlagen|échou|fallid|fallit|rechaz|time(?:d )?-?out|no (?:response|reply)/i;
const CODES = "(?:40[0-8]|41[0356]|42[0-3]|43[378]|47[0-9]|48[0-9]|49[134]|50[0-5]|513|580|60[0-8])";
/** What distinguishes a code without its phrase from another number. */
const CODE = new RegExp(
  String.raw`(?<=[(:=[,>]\s{0,2}["']?|\b(?:[Cc]ode|[Ss]tatus|with|[Rr]esponse|[Ee]rror|[Cc]ause|[Rr]eason|[Aa]nswer(?:ed)?|by|got|[Rr]eply(?:ing)?|[Rr]eplied|[Rr]eturning|[Ss]ending|[Rr]eceived|[Ff]ailed|FAILED|[Rr]ejected|SIP\/2\.0|SIP),?\s{1,2})(?<!sips?:)(?<status>${CODES})\b(?![@.'"-]\w|:\d| ?(?:m?s|sec|seconds?|min|minutes?|packets?|bytes?|frames?)\b)`,
);

/** RFC 3261 21, and what programs make of it. */
const PHRASES: readonly (readonly [phrase: RegExp, status: number])[] = [
  [/^(?:user )?not found/i, 404],
  [/^forbidden/i, 403],
  [/^request time(?:out|d out)/i, 408],
  [/^temporar(?:il)?y (?:un|not )available/i, 480],
  [/^address incomplete/i, 484],
  [/^(?:user )?busy(?: here)?/i, 486],
  [/^request (?:terminated|cancell?ed)/i, 487],
  [/^not acceptable(?: here)?|^incompatible sdp/i, 488],
  [/^service unavailable/i, 503],
  [/^busy everywhere/i, 600],
  [/^decline|^(?:call )?rejected/i, 603],
  [/^does not exist anywhere/i, 604],
];
const PAIR = new RegExp(
  String.raw`(?<![\d@.:])(?<status>${CODES})[\s:)("'/,|-]{1,4}(?<phrase>[A-Za-z][A-Za-z ]{3,40})`,
);
export const MADE_OF_CODES: readonly RegExp[] = [CODE, PAIR];
/** A phrase without its code, behind the word that says what failed. */
const WORDS =
  /(?:failed|ended|rejected|terminated|disconnected|hung ?up|hangup|error|reason|cause|status)["']?(?:[:=,(-]\s{0,2}|\s(?:with|due to|because of|by|as)\s){1,2}["'[]?(?<phrase>[A-Z][A-Za-z ]{3,40})/i;

const UNREACHED = /\bno (?:response|reply)\b|\bgot no answer from\b|\bnot respond/i;

/** A line without the sentences behind the one that says what failed. */
const SENTENCE = /(?<=[a-z)\d"'])[.!?] (?=[A-Z])/;

/** What names the code as SIP's own: portals and records, without a word on a call. Those that a REGISTER gets as well are left out. */
const OF_SIP =
  /(?:\bCause \(SIP\)\s{0,8}|\b(?:sip|SIP|Sip)[ _-]?(?:response|result|status|hangup|final|error|reason|cause|code|Response|Status|Code)s?(?:[ _-]?(?:code|status|Code|Status|cause|response|result))?["']?\s{0,3})[:|]\s{0,3}["']?(?<status>40[48]|48[0-8]|50[0-5]|60[0346])\b/;
/** A start line by itself, of an answer that only an INVITE gets. */
const START_LINE = /\bSIP\/2\.0 (?<status>48[0468]|60[0346]) [A-Z][a-z]/;
/** FreeSWITCH's names of causes, in the lines of programs that are built on it. */
const CAUSE_NAME =
  /\b(?:hang[ _]?up(?:[ _]cause)?|hung ?up|cause|disposition)["']?[\s:=>[(]{1,4}["']?(?<cause>[A-Z]{2,20}_[A-Z_]{2,30})\b/i;

/** The same told by a program, without code or phrase. */
const REJECTED =
  /\b[Cc]all (?:was |is |has been )?(?:[Rr]ejected|REJECTED|[Dd]eclined|DECLINED)(?:\s{0,2}[:(]|\s{0,3}$|, reason)/;

/** 481 to a change within a call; other answers to one may leave the call as it is. */
const GONE = /\b(?:re-?INVITE|UPDATE)\b.{0,120}\b481\b.{1,3}\bCall(?:\/| leg| does)/i;

function failedCall(line: string): EventKind | false {
  if (GONE.test(line)) return "call-change-refused";
  const status = OF_OTHERS.test(line) ? undefined : OF_SIP.exec(line)?.groups?.status;
  if (status !== undefined) return callEvent(Number(status), "pbx");
  const answered =
    OF_OTHERS.test(line) || SUPPOSED.test(line) ? undefined : START_LINE.exec(line)?.groups?.status;
  if (answered !== undefined) return callEvent(Number(answered), "pbx");
  const cause = hangupCause(CAUSE_NAME.exec(line)?.groups?.cause ?? "");
  if (cause !== undefined) return cause;
  if (!OF_CALL.test(line) || OF_OTHERS.test(line)) return false;
  const sentences = line.split(SENTENCE, 8);
  for (let index = 0; index < sentences.length; index += 1) {
    // "Call failed. Not acceptable here (code: 488)": what failed is in the sentence before.
    const part = sentences.slice(Math.max(0, index - 1), index + 1).join(". ");
    const kind = OF_CALL.test(part) && !SUPPOSED.test(part) ? ofPart(part) : false;
    if (kind !== false) return kind;
  }
  return REJECTED.test(line) && !SUPPOSED.test(line) ? "call-declined" : false;
}

function ofPart(line: string): EventKind | false {
  const fails = FAILS.test(line);
  const found = PAIR.exec(line);
  const pair = found?.groups;
  // The other way round it is a list of what codes mean.
  const [before, behind] = [line.slice(0, found?.index), line.slice(found?.index)];
  const about = OF_CALL.test(before) || before.endsWith("SIP/2.0 ") || /^.{3,60}\bINVITE\b/.test(behind);
  if (about && pair !== undefined && isPhraseOf(Number(pair.status), pair.phrase ?? "")) {
    return kindOf(Number(pair.status), fails);
  }
  if (!fails) return false;
  const code = CODE.exec(line)?.groups?.status;
  if (code !== undefined) return kindOf(Number(code), true);
  const phrase = WORDS.exec(line)?.groups?.phrase ?? "";
  if (UNREACHED.test(line)) return "call-unreached";
  if (/^no answer|^timed? ?out/i.test(phrase)) return "call-not-answered";
  const status = PHRASES.find(([words]) => words.test(phrase))?.[1];
  return status === undefined ? false : kindOf(status, true);
}

/** A phrase of another code makes the number something else; one that is not in the list may be any program's own. */
function isPhraseOf(status: number, phrase: string): boolean {
  const known = PHRASES.filter(([words]) => words.test(phrase.trim()));
  if (known.length > 0) return known.some(([, code]) => code === status || (code === 486 && status === 600));
  return /^(?:unauthorized|proxy auth|payment req|bad (?:req|ext)|gone|unsupp|method not|call(?:\/| leg| ?does)|loop det|too many|ambig|bad event|server (?:int|time)|internal|not impl|bad gate|version|message too|precond|session int|interval)/i.test(
    phrase,
  );
}

/** A challenge belongs to every call; only where it is the end it is a failure. */
function kindOf(status: number, fails: boolean): EventKind | false {
  if ((status === 401 || status === 407) && !fails) return false;
  return callEvent(status, "pbx");
}

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "",
    pattern: /^(?<said>.{6,400})$/,
    kind: ({ said = "" }: Groups) => failedCall(said),
  },
];

export const FORMAT: LogFormat = {
  dialect: "any-call",
  writtenBy: "a SIP client",
  ownConnections: true,
  rank: 920,
  patterns: PATTERNS,
};
