import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * Asterisk with PJSIP, so also FreePBX, VitalPBX, Issabel and Yeastar. Texts: res_pjsip/pjsip_distributor.c,
 * res_pjsip_registrar.c, res_pjsip/pjsip_options.c, res_security_log.c, app_dial.c of Asterisk 13 to 22.
 */

const REASONS: readonly (readonly [RegExp, EventKind])[] = [
  [/^No matching endpoint found/, "unknown-user"],
  [/^Failed to authenticate/, "auth-failed"],
  [/^Not match Endpoint (?:Contact )?ACL/, "acl-denied"],
  [/^Error to authenticate/, "pbx-error"],
];

function failedRequest({ why = "" }: Groups): EventKind | undefined {
  return REASONS.find(([reason]) => reason.test(why))?.[1];
}

/** The names under which the registrar reports what it forbids as "FailedACL" (res_pjsip_registrar.c). */
const ACL_NAMES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>(
  Object.entries({
    registrar_attempt_without_configured_aors: "no-aor",
    registrar_attempt_exceeds_maximum_configured_contacts: "contacts-full",
    registrar_invalid_contacts_provided: "bad-request",
    registrar_invalid_uri_in_to_received: "bad-request",
    // chan_sip's own (sip/security_events.c).
    domain_must_match: "foreign-domain",
    peer_not_dynamic: "cannot-register",
  }),
);

function securityEvent({ name, detail, service }: Groups): EventKind | undefined {
  if (service !== "PJSIP" && service !== "SIP") return undefined;
  switch (name) {
    case "ChallengeSent":
      return "challenged";
    case "SuccessfulAuth":
      return "auth-ok";
    case "InvalidAccountID":
      return "unknown-user";
    case "ChallengeResponseFailed":
      return service === "SIP" ? "wrong-password" : "auth-failed";
    case "InvalidPassword":
      return "wrong-password";
    case "FailedACL":
      return ACL_NAMES.get(detail ?? "") ?? "acl-denied";
    case "RequestNotSupported":
      return detail === "registrar_requested_aor_not_found" ? "aor-not-found" : undefined;
    default:
      return undefined;
  }
}

const REMOVED: ReadonlyMap<string, EventKind> = new Map<string, EventKind>(
  Object.entries({
    request: "unregistered",
    expiration: "expired",
    remove_existing: "evicted",
    remove_unavailable: "evicted",
    shutdown: "transport-lost",
    "transport shutdown": "transport-lost",
    "system boot": "transport-lost",
  }),
);

/** res_pjsip_authenticator_digest.c. */
const VERIFIED: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["NOAUTH", "challenged"],
  ["SUCCESS", "auth-ok"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Request ",
    pattern:
      /^Request (?:'(?<method>[A-Z]{1,16})' )?from '(?<from>.{0,600}?)' failed for '(?<address>[^']{1,80})' \(callid: [^)]{0,600}\) - (?<why>.{1,80})/,
    kind: failedRequest,
  },
  {
    marker: 'SecurityEvent="',
    pattern:
      /^SecurityEvent="(?<name>[A-Za-z]{1,40})",EventTV="[^"]{0,60}",Severity="[^"]{0,20}",Service="(?<service>[^"]{0,20})",EventVersion="[^"]{0,5}",AccountID="(?:<unknown>|(?<user>[^"]{0,200}))"(?:,(?!RemoteAddress)[A-Za-z]{1,30}="[^"]{0,400}"){0,4},RemoteAddress="IPV[46]\/[A-Z]{2,4}\/(?<address>[^"]{1,60})"(?:,(?:ACLName|RequestType)="(?<detail>[^"]{0,80})")?/,
    kind: securityEvent,
  },
  {
    marker: "Endpoint '",
    pattern: /^Endpoint '(?<user>[^']{1,128})'(?: \((?<address>[^)]{1,80})\))? has no configured AORs/,
    kind: "no-aor",
  },
  {
    marker: "Endpoint '",
    pattern:
      /^Endpoint '(?<user>[^']{1,128})'(?: \([^)]{1,80}\))? attempted to register to an AOR with a non-SIP URI/,
    kind: "bad-request",
  },
  // At debug level; a failure gets a separate line as well.
  {
    marker: "verify: Realm: ",
    pattern:
      /^verify: Realm: \S{0,80} {1,4}Username: (?<user>\S{1,128}) {1,4}Result: (?<detail>NOAUTH|SUCCESS|FAIL|STALE)\b/,
    kind: ({ detail = "" }) => VERIFIED.get(detail),
  },
  {
    marker: "AOR '",
    pattern:
      /^AOR '(?<detail>[^']{0,128})' not found for endpoint '(?<user>[^']{1,128})'(?: \((?<address>[^)]{1,80})\))?/,
    kind: "aor-not-found",
  },
  {
    marker: "AOR '",
    pattern: /^AOR '(?<user>[^']{1,128})' has no configured max_contacts/,
    kind: "no-max-contacts",
  },
  {
    marker: "Registration attempt from endpoint '",
    pattern:
      /^Registration attempt from endpoint '(?<user>[^']{1,128})'(?: \((?<address>[^)]{1,80})\))? to AOR '[^']{1,128}' will exceed max contacts of (?<detail>\d{1,6})/,
    kind: "contacts-full",
  },
  {
    marker: "Failed to validate contacts in REGISTER request from '",
    pattern: /^Failed to validate contacts in REGISTER request from '(?<user>[^']{1,128})'/,
    kind: "bad-request",
  },
  // A Path header that the AOR does not support (support_path) is answered 420.
  {
    marker: "Invalid modifications made to REGISTER request from '",
    pattern: /^Invalid modifications made to REGISTER request from '(?<user>[^']{1,128})'/,
    kind: "client-extension",
  },
  {
    marker: "Unable to bind contact '",
    pattern: /^Unable to bind contact '[^']{1,400}' to AOR '(?<user>[^']{1,128})'/,
    kind: "pbx-error",
  },
  // At debug, of any request, by user, digest user or address.
  {
    marker: "Identified by ",
    pattern: /^Identified by (?:From|Authorization) username '(?<user>[^']{1,128})'/,
    kind: "identified",
  },
  {
    marker: "Identify '",
    pattern: /^Identify '[^']{1,128}' SIP message matched to endpoint (?<detail>\S{1,128})/,
    kind: "identified",
  },
  { marker: "Retrieved endpoint ", pattern: /^Retrieved endpoint (?<detail>\S{1,128})/, kind: "identified" },
  // At debug, of any request. Another way of identification may follow.
  {
    marker: "Endpoint not found for From username '",
    pattern: /^Endpoint not found for From username '(?<user>[^']{1,128})'/,
    kind: "not-identified",
  },
  {
    marker: "Could not identify endpoint by username '",
    pattern: /^Could not identify endpoint by username '(?<user>[^']{1,128})'/,
    kind: "not-identified",
  },
  {
    marker: "Endpoint found for '",
    pattern:
      /^Endpoint found for '(?<user>[^']{1,128})' but '(?<detail>(?:auth_)?username)' method not supported/,
    kind: "identified-otherwise",
  },
  {
    marker: "Couldn't find auth '",
    pattern: /^Couldn't find auth '(?<detail>[^']{1,128})'\. Cannot authenticate/,
    kind: "auth-missing",
  },
  {
    marker: "Added contact '",
    pattern:
      /^Added contact '(?:sips?:[^@']{0,128}@)?(?<address>[^';?]{1,128})[^']{0,300}' to AOR '(?<user>[^']{1,128})' with expiration of (?<detail>\d{1,9} seconds)/,
    kind: "registered",
  },
  {
    marker: "Refreshed contact '",
    pattern:
      /^Refreshed contact '(?:sips?:[^@']{0,128}@)?(?<address>[^';?]{1,128})[^']{0,300}' on AOR '(?<user>[^']{1,128})' with new expiration of (?<detail>\d{1,9} seconds)/,
    kind: "registered",
  },
  {
    marker: "Removed contact '",
    pattern:
      /^Removed contact '(?:sips?:[^@']{0,128}@)?(?<address>[^';?]{1,128})[^']{0,300}' from AOR '(?<user>[^']{1,128})' due to (?<why>[a-z_ ]{1,40})/,
    kind: ({ why = "" }) => REMOVED.get(why.trim()),
  },
  {
    marker: "Contact ",
    pattern:
      /^Contact (?<user>[^/\s]{1,128})\/\S{1,400} is now (?<why>Reachable|Unreachable|Unqualified|Unknown)/,
    kind: ({ why }) =>
      why === "Reachable" ? "reachable" : why === "Unreachable" ? "unreachable" : undefined,
  },
  // Before Asterisk 16, and without a word on what has ended it.
  {
    marker: "Contact ",
    pattern:
      /^Contact (?<user>[^/\s]{1,128})\/sips?:(?:[^@\s]{0,128}@)?(?<address>[^;?\s]{1,128})\S{0,300} has been (?<why>created|deleted)/,
    kind: ({ why }) => (why === "created" ? "binding-made" : "binding-removed"),
  },
  {
    marker: "Endpoint ",
    pattern: /^Endpoint (?<user>\S{1,128}) is now (?<why>Reachable|Unreachable)/,
    kind: ({ why }) => (why === "Reachable" ? "reachable" : "unreachable"),
  },
  {
    marker: "anonymous: Call (",
    pattern:
      /^anonymous: Call \((?:[A-Z]{2,4}:)?(?<address>[^)]{1,80})\) to extension '(?<detail>[^']{1,80})' rejected because extension not found/,
    kind: "call-from-unknown",
  },
  {
    marker: "Incoming SIP message from ",
    pattern: /^Incoming SIP message from (?<address>\S{1,80}) did not pass ACL test/,
    kind: "acl-dropped",
  },
  {
    marker: "ACL: Rejecting '",
    pattern: /^ACL: Rejecting '(?<address>[^']{1,60})' due to a failure to pass ACL '(?<detail>[^']{0,60})'/,
    kind: "acl-rejects",
  },
  {
    marker: "handle_registration_response: '",
    pattern:
      /^handle_registration_response: '(?:405|501)' fatal response received from '[^']{1,200}' on registration attempt to '(?<detail>[^']{1,200})'/,
    kind: "provider-no-registrar",
  },
  {
    marker: "on registration attempt to '",
    pattern: /^on registration attempt to '(?<detail>[^']{1,200})'/,
    kind: "provider-refused",
  },
  {
    marker: "Maximum retries reached when attempting outbound registration to '",
    pattern:
      /^Maximum retries reached when attempting outbound registration to '[^']{1,200}' with client '(?<detail>[^']{1,200})'/,
    kind: "provider-refused",
  },
  {
    marker: "Fatal registration attempt to '",
    pattern: /^Fatal registration attempt to '(?<detail>[^']{1,200})'/,
    kind: "provider-refused",
  },
  {
    marker: "Failed to create authenticated REGISTER request to server '",
    pattern:
      /^Failed to create authenticated REGISTER request to server '[^']{1,200}' from client '(?<detail>[^']{1,200})'/,
    kind: "provider-refused",
  },
  // At debug: the outcome; a challenge belongs to a good one.
  {
    marker: "Processing REGISTER response ",
    pattern:
      /^Processing REGISTER response (?<why>\d{3}) from server '[^']{1,200}' for client '(?<detail>[^']{1,200})/,
    kind: ({ why = "" }) => {
      if (why === "401" || why === "407") return undefined;
      return why.startsWith("2") ? "provider-registered" : "provider-refused";
    },
  },
  {
    marker: "Outbound registration to '",
    pattern: /^Outbound registration to '(?<detail>[^']{1,200})' with client '[^']{1,200}' successful/,
    kind: "provider-registered",
  },
];

export const FORMAT: LogFormat = {
  dialect: "asterisk",
  writtenBy: "Asterisk",
  rank: 20,
  patterns: PATTERNS,
};
