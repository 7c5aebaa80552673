import { STRUCK } from "../redaction/secret.js";
import { fromCaller, type Untrusted, untrusted } from "../redaction/untrusted.js";

/** Takes out of a log what must not come back: secrets, digests and phone numbers. Pure, linear. */

const NUMBER = "[number]";

/** Values of digest headers and of Asterisk's security events; an unclosed quote hides to the end. */
const DIGEST =
  /\b(response|nonce|cnonce|nextnonce|rspauth|opaque|challenge|receivedchallenge|receivedhash|receivedresponse|expectedresponse)(\s{0,5}=\s{0,5})(?:\\"[^"]{0,2000}"?|"[^"]{0,2000}"?|[^\s",;]{1,2000})/gi;
/** `password=…`, `secret: …`, `a1-hash="…"` and their like. */
const NAMED_SECRET =
  /(?<![A-Za-z0-9])((?:sip[_-]?|auth[_-]?|registration[_ -]?)?(?:password|passwd|passwort|pass|pwd|(?:md5|remote|default)?secret(?:key)?|passphrase|a1-hash|ha1b?|md5_cred|token|api[_-]?key))(\s{0,5}\\?["']?\s{0,5}(?:=>?|:|>|%3D|value=|\s(?=["']))\s{0,5})(?:\\"[^"]{0,500}"?|"[^"]{0,500}"?|'[^']{0,500}'?|[^\s,;"']{1,500})/gi;
/** The scheme and what follows it, in Authorization headers that are not Digest. */
const SCHEME = /\b(bearer|basic|negotiate|ntlm)(\s{1,5})[A-Za-z0-9+/=._~-]{6,4000}/gi;
/** Up to the last @: a password may hold one. */
const URI_PASSWORD = /(\bsips?:[^\s:@;<>?]{0,200}):[^\s<>"]{0,200}@/gi;
/** The same where the program leaves the scheme out: `[1001:…@pbx.example.com]`. */
const USERINFO_PASSWORD =
  /(?<![\w.+%-])((?!(?:sips?|tel|from|to|contact|aor|uri|user):)[\w.+%-]{1,64}):(?!\/\/)[^\s<>"'[\]]{1,200}@/gi;
/** Where Asterisk's security events name only the account. */
const ACCOUNT_PASSWORD = /(\bAccountID="[^":]{1,200}):[^"]{1,500}/gi;
/** `token Ab3…` in a sentence: letters with digits are not a word. */
const WORD_AND_SECRET =
  /\b(password|passwort|passwd|pwd|pw|secret|token|api[_-]?key)(\s{1,3})(?=[^\s,;"'<>]{0,80}\d)(?=[^\s,;"'<>]{0,80}[A-Za-z])[^\s,;"'<>]{6,500}/gi;
const SDP_KEY = /\b(inline:|k=(?:base64|clear|prompt):?)\S{1,500}/gi;
/** Hashes and the like: no reader needs them, and some are keys. */
const HEX = /\b[0-9a-f]{24,}\b/gi;
/** Times, dates and addresses are kept; of what looks like digits besides, seven and more are a phone number. */
const DIGITS =
  /(\b\d{4}[-/]\d{2}[-/]\d{2}\b|\b\d{1,2}\/\d{1,2}\/\d{4}\b|\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?|\b\d{1,3}(?:\.\d{1,3}){3}\b)|(\+\d(?:[ ().-]{0,2}\d){5,16}|\(\d{2,5}\)[ -]?\d{2,4}[ -]?\d{2,6}|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b|\d{7,})/g;

/** The text without secrets, digests and phone numbers; still outside text. */
export function hideSecrets(text: string): string {
  return text
    .replace(DIGEST, `$1$2${STRUCK}`)
    .replace(NAMED_SECRET, `$1$2${STRUCK}`)
    .replace(SCHEME, `$1$2${STRUCK}`)
    .replace(URI_PASSWORD, `$1:${STRUCK}@`)
    .replace(USERINFO_PASSWORD, `$1:${STRUCK}@`)
    .replace(ACCOUNT_PASSWORD, `$1:${STRUCK}`)
    .replace(WORD_AND_SECRET, `$1$2${STRUCK}`)
    .replace(SDP_KEY, `$1${STRUCK}`)
    .replace(HEX, STRUCK)
    .replace(DIGITS, (_whole, kept: string | undefined) => kept ?? NUMBER);
}

/** Text from a log, struck before any cut and after any joining. It is what the caller pasted. */
export function struck(text: string, max = 160, token = true): Untrusted {
  const wide = fromCaller(hideSecrets(text.slice(0, 4_000)), 2_000).unwrap();
  return untrusted(hideSecrets(wide), { max, from: "caller", token });
}

/** The same for a sentence; empty where nothing of it can be seen. */
export function shown(text: string, max?: number): string {
  const words = struck(text, max);
  return words.isEmpty ? "" : String(words);
}
