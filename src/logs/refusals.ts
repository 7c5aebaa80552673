import { CONTACTS_FULL_503 } from "../answers/failed.js";
import { CONTACTS_FULL, NO_AOR, NO_MAX_CONTACTS } from "../answers/forbidden.js";
import { meaningOfReading } from "../answers/meaning.js";
import { NOT_IN_ACCESS_LIST } from "../answers/not-accepted.js";
import type { Reading } from "../answers/types.js";
import type { Confidence, Severity } from "../diagnosis/grades.js";
import type { FindingId } from "../diagnosis/rules/index.js";
import type { PresetHint } from "../diagnosis/rules/rule.js";
import type { EventKind } from "./event.js";

/** What an event means for a registration. Texts that are left out are the rule's own. */
export interface Meaning {
  /** What happened, after the name of who it happened to: "1001: registered". */
  readonly says: string;
  /** The finding of the diagnosis that it leads to. */
  readonly finding?: FindingId;
  readonly confidence?: Confidence;
  readonly title?: string;
  readonly severity?: Severity;
  readonly cause?: string;
  readonly fix?: string;
  readonly hint?: PresetHint;
}

/** The words of the reading of an answer that the log confirms; how sure that is depends on the line, not on the code. */
function wordsOf(reading: Reading) {
  const { cause, fix } = meaningOfReading(reading);
  return { cause, fix };
}

const PASSWORD: PresetHint = { fields: ["password", "authUsername"] };
/** What the log says about the reason, which the answer on the wire does not. */
export const REFUSALS = {
  "wrong-password": {
    says: "refused, wrong password",
    finding: "credentials-refused",
    confidence: "high",
    cause:
      "The password is not the extension's. Asterisk's chan_sip writes the same about a user that does not exist (alwaysauthreject).",
    hint: PASSWORD,
  },
  "auth-failed": {
    says: "refused, the credentials did not fit",
    finding: "credentials-refused",
    confidence: "high",
    cause:
      "The user is known, so it is the password, or the digest user (authUsername) is not the one that the PBX has for it.",
    hint: PASSWORD,
  },
  "auth-failed-403": {
    says: "refused after the credentials (403)",
    finding: "credentials-refused",
    confidence: "high",
    cause:
      "One of these: (1) wrong password; (2) the digest user is not this user; (3) a rule of the user (auth-acl, sip-forbid-register). An unknown user has a different line.",
    hint: PASSWORD,
  },
  "credentials-mismatch": {
    says: "refused, extension, authentication ID and password do not belong together",
    finding: "credentials-refused",
    confidence: "high",
    cause:
      "One of these: (1) authUsername is not the extension's authentication ID; (2) wrong authentication password (it is not the web login); (3) wrong extension number.",
    fix: "Copy extension, authentication ID and authentication password of that user once more, each into its own field.",
    hint: PASSWORD,
  },
  "unknown-user": {
    says: "refused, the PBX has no such user",
    finding: "unknown-before-credentials",
    confidence: "high",
    cause:
      "No endpoint or subscriber has this name on the PBX (or not in this domain). The password does not matter yet.",
    fix: "Check username, and that the extension exists and is of this driver or domain. Each try for an unknown user counts as several failed attempts towards a ban.",
    hint: { fields: ["username", "sipDomain"] },
  },
  "unknown-user-403": {
    says: "refused, the PBX has no such user in that domain",
    finding: "unknown-after-credentials",
    confidence: "high",
    cause:
      "The user does not exist, or sipDomain is not the domain that the PBX keeps it under (an IP address where it wants its name).",
    fix: "Check username, and make sipDomain exactly the PBX's domain.",
    hint: { fields: ["username", "sipDomain"] },
  },
  "not-identified": {
    says: "no endpoint has this name, as far as the PBX has looked",
    finding: "unknown-before-credentials",
    confidence: "medium",
    cause:
      "Asterisk looks for an endpoint that is named like the user in From, and finds none. Where it identifies by address or by Authorization as well, a later line may show that it has found one.",
    fix: "Compare username with the names in pjsip show endpoints. If the endpoint is in pjsip.conf and not in that list, its section has an error: reload, and look at what the log says.",
    hint: { fields: ["username", "sipDomain"] },
  },
  "identified-otherwise": {
    says: "the endpoint is not to be found by its user name",
    finding: "unknown-before-credentials",
    title: "The PBX does not look for this endpoint by its user name",
    confidence: "medium",
    cause:
      "An endpoint of this name exists, and its identify_by does not have this way of finding it (ip in place of username): a trunk's section, mostly.",
    fix: "Set identify_by=username on that endpoint, or give the agent its own extension.",
  },
  "auth-user-mismatch": {
    says: "refused, the digest user is not the one of this extension",
    finding: "credentials-refused",
    confidence: "high",
    cause: "authUsername and username do not belong together on this PBX.",
    fix: "Set authUsername to the name that the PBX has for this extension, or leave it out.",
    hint: { fields: ["authUsername"] },
  },
  "auth-missing": {
    says: "the endpoint's auth section does not exist",
    finding: "credentials-refused",
    confidence: "medium",
    cause: "auth= of the endpoint names a section that does not exist, so no password can match.",
    fix: "In pjsip.conf write that auth section, or correct its name, and reload.",
  },
  "password-missing": {
    says: "refused, the user has no password on the PBX",
    finding: "credentials-refused",
    confidence: "high",
    cause: "The user exists without a password, and the PBX denies empty ones: no password can match.",
    fix: "Set a password for that user on the PBX, reload, and give the agent the same one.",
    hint: PASSWORD,
  },
  "digest-not-allowed": {
    says: "refused, the PBX does not allow this digest algorithm",
    finding: "challenge-unusable",
    title: "The PBX does not allow the digest algorithm that the client answers with",
    confidence: "medium",
    cause:
      "The PBX is limited to certain digest algorithms (SHA-256), and the answer is made with another one.",
    fix: "Allow MD5 as well on the PBX, or use a client that has the algorithm.",
  },
  "acl-denied": {
    says: "refused, this source address is not allowed",
    finding: "forbidden-before-credentials",
    title: "The PBX does not let this address register",
    confidence: "high",
    cause:
      "An access list of this user does not hold the address. To the client that looks like a wrong password.",
    fix: NOT_IN_ACCESS_LIST.fix,
    hint: { remote: true },
  },
  "acl-denied-before": {
    says: "refused before any credentials, this source address is not allowed",
    finding: "forbidden-before-credentials",
    confidence: "high",
    cause: "An access list of the PBX keeps this address from registering.",
    fix: "Allow the platform's addresses in that list.",
    hint: { remote: true },
  },
  "acl-dropped": {
    says: "dropped without an answer, this source address is not allowed",
    finding: "register-silent",
    confidence: "high",
    cause: "A global access list keeps this address away, and the PBX does not answer it at all.",
    fix: "Allow the platform's addresses in the acl section.",
    hint: { remote: true },
  },
  "foreign-domain": {
    says: "refused, the PBX does not serve this domain",
    finding: "unknown-before-credentials",
    confidence: "high",
    cause: "sipDomain is not among the PBX's own domains.",
    hint: { fields: ["sipDomain"] },
  },
  "cannot-register": {
    says: "refused, this account is not one that registers",
    finding: "forbidden-after-credentials",
    confidence: "high",
    cause: "The account has a fixed address, is not for this transport, or is only an alias of another one.",
    fix: "Give the agent its own ordinary extension (on Asterisk's chan_sip host=dynamic) and check its transports.",
  },
  "user-agent-refused": {
    says: "refused, this kind of device is not allowed",
    finding: "forbidden-after-credentials",
    confidence: "high",
    cause: "The PBX lets only certain User-Agent headers register (user-agent-filter).",
    fix: "Take the filter off this extension, or add the platform's User-Agent to it.",
  },
  "no-aor": {
    says: "credentials good, but the endpoint has no address of record",
    finding: "extension-not-bindable",
    confidence: "high",
    ...wordsOf(NO_AOR),
  },
  "aor-not-found": {
    says: "let in, but the address of record does not exist",
    finding: "unknown-after-credentials",
    confidence: "high",
    cause: "No AOR is named like the user in the To header, or the endpoint's aors= does not list it.",
    fix: "Name the AOR exactly as username, and list it in aors= of the endpoint.",
  },
  "no-max-contacts": {
    says: "credentials good, but the address of record takes no registrations",
    finding: "extension-not-bindable",
    confidence: "high",
    ...wordsOf(NO_MAX_CONTACTS),
  },
  "contacts-full": {
    says: "credentials good, but all places of the extension are taken",
    finding: "extension-not-bindable",
    confidence: "high",
    ...wordsOf(CONTACTS_FULL),
  },
  "contacts-full-told": {
    says: "refused, all places of the extension are taken, says the answer",
    finding: "extension-not-bindable",
    confidence: "high",
    ...wordsOf(CONTACTS_FULL),
    title: "The extension takes no further registration",
    cause:
      "The answer says that the extension has as many registrations as it may have: another device, or an old registration, holds them. Whether the credentials were checked before is not seen.",
  },
  "contacts-full-503": {
    says: "credentials good, but all places of the extension are taken (503)",
    finding: "rejected-after-credentials",
    confidence: "high",
    ...wordsOf(CONTACTS_FULL_503),
  },
  "contacts-full-403": {
    says: "refused, the extension has its maximum of registrations",
    finding: "binding-refused",
    confidence: "high",
    cause: "max-registrations-per-extension is reached: other devices are registered on it.",
    fix: "Give the agent its own extension, or raise the maximum.",
  },
  "nonce-stale": {
    says: "asked again, the nonce was too old or used before",
    finding: "nonce-stale-once",
    confidence: "medium",
  },
  "bad-request": {
    says: "refused, the request is malformed to the PBX",
    finding: "bad-request",
    confidence: "medium",
  },
  "wants-contact": {
    says: "a REGISTER without Contact was refused",
    finding: "query-refused",
    confidence: "high",
  },
  "pbx-error": {
    says: "the PBX failed at the request",
    finding: "server-error",
    confidence: "low",
    cause:
      "A fault of the PBX, or a limit that is reached (Kamailio answers so when all contacts are taken, at low log levels).",
  },
} as const satisfies Partial<Record<EventKind, Meaning>>;
