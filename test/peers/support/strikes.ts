/**
 * The lines of Asterisk's log that count as one failed attempt each, in the shape that fail2ban's own filter
 * gives them: `filter.d/asterisk.conf` of fail2ban 1.0.2 (Debian 12; `prefregex` and `failregex`). It was checked
 * line by line against `fail2ban-regex` of that version. <HOST> is an address here: peers log no names.
 */
const HOST = String.raw`\[?[0-9a-fA-F.:]+?\]?`;

const PREFIX = String.raw`^(?:\[[^\]]*\]\s*)?(?:NOTICE|SECURITY|WARNING)\s*\[\d+\]:?(?:\[C-[\da-f]*\])?:? [^:]+:\d*(?:(?: in)? [^:]+:)? `;

const REASONS = [
  "Wrong password",
  "Username/auth name mismatch",
  "No matching peer found",
  "Not a local domain",
  "Device does not match ACL",
  "Peer is not supposed to register",
  String.raw`ACL error \(permit/deny\)`,
].join("|");

const EVENTS = "FailedACL|InvalidAccountID|ChallengeResponseFailed|InvalidPassword";

const LINES = [
  // chan_sip
  String.raw`Registration from '[^']*' failed for '${HOST}(?::\d+)?' - (?:${REASONS})$`,
  String.raw`Call from '[^']*' \((?:(?:TCP|UDP):)?${HOST}:\d+\) to extension '[^']*' rejected because extension not found in context`,
  String.raw`(?:Host )?${HOST} (?:failed (?:to authenticate\b|MD5 authentication\b)|tried to authenticate with nonexistent user\b)`,
  String.raw`No registration for peer '[^']*' \(from ${HOST}\)$`,
  `hacking attempt detected '${HOST}'$`,
  String.raw`"Rejecting unknown SIP connection from ${HOST}(?::\d+)?"$`,
  // security events
  String.raw`SecurityEvent="(?:${EVENTS})".*?,RemoteAddress="IPV[46]/[^/"]+/${HOST}/\d+"(?:,(?!RemoteAddress=)\w+="[^"]*")*$`,
  // PJSIP
  String.raw`Request (?:'[^']*' )?from '.*?' failed for '${HOST}(?::\d+)?'\s\(callid: [^)]*\) - (?:No matching endpoint found|Not match Endpoint(?: Contact)? ACL|(?:Failed|Error) to authenticate)\s*$`,
].map((line) => new RegExp(PREFIX + line));

/**
 * Attempts that fail2ban would count. Give it one log of a site, not two of the same events: notices and security
 * events tell the same attempts, and a site that has both in one file counts them twice.
 */
export function strikes(log: string): number {
  return log.split("\n").filter((line) => LINES.some((pattern) => pattern.test(line))).length;
}
