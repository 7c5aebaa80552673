/**
 * Which lines of Asterisk's log count as a failed attempt: the same ones as for fail2ban's filter for Asterisk
 * (`filter.d/asterisk.conf` of fail2ban 1.0.2, Debian 12), whose jail bans an address after ten of them in ten minutes.
 * Written again and compared with `fail2ban-regex` on real logs of both Asterisks and on the lines of the test.
 */
const FAILED_REGISTRATION = new Set([
  "Wrong password",
  "Username/auth name mismatch",
  "No matching peer found",
  "Not a local domain",
  "Device does not match ACL",
  "Peer is not supposed to register",
  "ACL error (permit/deny)",
]);

const FAILED_REQUEST = new Set([
  "No matching endpoint found",
  "Not match Endpoint ACL",
  "Not match Endpoint Contact ACL",
  "Failed to authenticate",
  "Error to authenticate",
]);

const FAILED_EVENT = new Set(["FailedACL", "InvalidAccountID", "ChallengeResponseFailed", "InvalidPassword"]);

/** `[2026-11-23 04:48:58] NOTICE[10519][C-0000000a] chan_sip.c: `, then what is told. */
const ENTRY =
  /^(?:\[[^\]]*\]\s*)?(?:NOTICE|SECURITY|WARNING)\[\d+\]:?(?:\[C-[\da-f]+\])?:? [^:]+:\d*(?: in [^:]+:)? (?<told>.+)$/;

const ADDRESS = /[\da-fA-F.:]+/.source;

interface Kind {
  readonly pattern: RegExp;
  /** What the first group must be one of. */
  readonly reasons?: ReadonlySet<string>;
}

const KINDS: readonly Kind[] = [
  // chan_sip
  {
    pattern: new RegExp(`^Registration from '.*' failed for '${ADDRESS}' - (.+)$`),
    reasons: FAILED_REGISTRATION,
  },
  {
    pattern: new RegExp(
      `^Call from '.*' \\(.*${ADDRESS}\\) to extension '.*' rejected because extension not found`,
    ),
  },
  // PJSIP
  {
    pattern: new RegExp(`^Request .*from '.*' failed for '${ADDRESS}' \\(callid: .*\\) - (.+?)\\s*$`),
    reasons: FAILED_REQUEST,
  },
  // the security log, of either
  {
    pattern: new RegExp(`^SecurityEvent="(\\w+)".*,RemoteAddress="IPV[46]/\\w+/${ADDRESS}/\\d+"`),
    reasons: FAILED_EVENT,
  },
  // IAX2, the manager interface, dialplans
  { pattern: new RegExp(`^(?:Host )?${ADDRESS} failed (?:to authenticate|MD5 authentication)\\b`) },
  { pattern: new RegExp(`^${ADDRESS} tried to authenticate with nonexistent user\\b`) },
  { pattern: new RegExp(`^No registration for peer '.*' \\(from ${ADDRESS}\\)$`) },
  { pattern: new RegExp(`^hacking attempt detected '${ADDRESS}'$`) },
  { pattern: new RegExp(`^"Rejecting unknown SIP connection from ${ADDRESS}"$`) },
];

function isStrike(line: string): boolean {
  const told = ENTRY.exec(line)?.groups?.told;
  if (told === undefined) return false;
  return KINDS.some(({ pattern, reasons }) => {
    const match = pattern.exec(told);
    return match !== null && (reasons === undefined || reasons.has(match[1] ?? ""));
  });
}

/**
 * Attempts that fail2ban would count. Give it one log of a site, not two of the same events: notices and security
 * events tell the same attempts, and a site that has both in one file counts them twice.
 */
export function strikes(log: string): number {
  return log.split("\n").filter(isStrike).length;
}
