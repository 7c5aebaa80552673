/** What a line of a log says, in any program's log. */
export const EVENT_KINDS = [
  // The way of a good registration.
  "identified",
  "challenged",
  "auth-ok",
  "registered",
  "unregistered",
  // Refusals.
  "wrong-password",
  "auth-failed",
  "auth-failed-403",
  "credentials-mismatch",
  "unknown-user",
  "unknown-user-403",
  "not-identified",
  "identified-otherwise",
  "auth-user-mismatch",
  "auth-missing",
  "challenge-unmet",
  "password-missing",
  "digest-not-allowed",
  "acl-denied",
  "acl-denied-before",
  "acl-dropped",
  "acl-rejects",
  "foreign-domain",
  "cannot-register",
  "user-agent-refused",
  "no-aor",
  "aor-not-found",
  "no-max-contacts",
  "contacts-full",
  "contacts-full-told",
  "contacts-full-503",
  "contacts-full-403",
  "nonce-stale",
  "bad-request",
  "wants-contact",
  "pbx-error",
  // As a registrar tells it whose log has no reader.
  "told-credentials",
  "told-unknown",
  "told-not-let-in",
  "told-disabled",
  "told-full",
  "told-banned",
  // As a client's own log tells it.
  "client-refused",
  "client-forbidden",
  "client-unknown",
  "client-redirected",
  "client-other-service",
  "client-unresolved",
  "client-not-served",
  "client-interval",
  "client-extension",
  "client-malformed",
  "client-looped",
  "client-rejected",
  "client-unavailable",
  "client-server-error",
  "client-no-digest",
  "client-no-challenge",
  "client-silent",
  "client-upstream-silent",
  "client-drops-answers",
  "client-no-registrar",
  "client-port-refused",
  "client-no-route",
  "client-no-name",
  "client-web-server",
  "client-no-websocket",
  "client-websocket-failed",
  "client-connection-failed",
  "client-not-tls",
  "client-not-listed",
  "sip-not-loaded",
  "registration-broken-off",
  // The network between.
  "banned",
  "flooded",
  "ban-elsewhere",
  "unbanned",
  "ban-counted",
  "tls-not-tls",
  "tls-no-common-terms",
  "tls-distrusted",
  "tls-distrusted-expired",
  "tls-wrong-name",
  "tls-self-signed",
  "tls-client-certificate",
  "tls-failed",
  // What happens to a registration.
  "expired",
  "expired-last",
  "binding-made",
  "binding-removed",
  "binding-removed-last",
  "binding-older",
  "evicted",
  "transport-lost",
  "transport-lost-last",
  "not-registered",
  "reachable",
  "unreachable",
  "unanswered",
  // Calls.
  "call-started",
  "call-progress",
  "call-ended",
  "call-failed",
  "call-not-registered",
  "call-no-route",
  "call-ended-by-dialplan",
  "call-unavailable",
  "call-busy",
  "call-declined",
  "call-not-answered",
  "call-microphone-denied",
  "call-cancelled",
  "call-congested",
  "call-unreached",
  "call-ack-lost",
  "call-session-expired",
  "call-codec-mismatch",
  "call-srtp-mismatch",
  "call-media-refused",
  "call-webrtc-mismatch",
  "call-dtls-failed",
  "call-srtp-unreadable",
  "call-change-refused",
  "call-auth-failed",
  "call-challenged",
  "call-media-timeout",
  "call-private-media",
  "call-direct-media",
  "call-too-large",
  "call-looped",
  "call-transfer-refused",
  "call-transfer-unknown",
  "call-forwarded",
  "call-media",
  "call-media-answered",
  "call-media-dropped",
  "call-packets-lost",
  "call-number-unknown",
  "call-from-unknown",
  "call-abandoned",
  "call-of-stranger",
  "call-unproven",
  "call-no-credentials",
  "call-media-unsent",
  "call-media-stopped",
  "call-ice-failed",
  "call-ack-unsent",
  "call-ack-malformed",
  "call-unresolved",
  "call-unsent",
  "call-perhaps-unsent",
  "call-no-reply",
  "call-no-media-proxy",
  "call-no-ports",
  "ports-not-forwarded",
  "path-rewritten",
  // Not about the agent.
  "provider",
  "provider-registered",
  "provider-refused",
  "provider-refused-before",
  "provider-no-registrar",
  // The platform's side.
  "agent-number-unknown",
  "agent-not-authorized",
  // A SIP message of a trace.
  "sip",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Outside text in it is as it came, but in the detail of a `sip` event: it is struck where it is shown. */
export interface LogEvent {
  /** Id of the format that the line is in (`formats/`); `sip` is a trace of messages, of whatever make. */
  readonly dialect: string;
  readonly kind: EventKind;
  /** From 1. */
  readonly line: number;
  /** The time as written in the log. */
  readonly at?: string;
  readonly user?: string;
  /** Address, with the port where the log gives it. */
  readonly address?: string;
  /** The address is where it went to. */
  readonly towards?: true;
  /** SIP method, where the log names it. */
  readonly method?: string;
  /** What else the line says: a cause, an expiry, a start line. */
  readonly detail?: string;
}

/** Named groups of a pattern that mean something: `user`, `from` (holds the user), `address`, `method`, `detail`, `why`. */
export type Groups = Readonly<Record<string, string | undefined>>;

/**
 * One kind of line. `marker` is looked for first, at its first few places; `pattern` is then applied to the rest of the
 * line from the marker on, is anchored there, and has no nested repetition, so reading is linear. A kind of `undefined`
 * is a line that is known and says nothing by itself; a function that gives `false` has not read it.
 */
export interface LinePattern {
  readonly marker: string;
  readonly pattern: RegExp;
  readonly kind: EventKind | undefined | ((groups: Groups) => EventKind | undefined | false);
  /** What the line is about, where it does not name it. */
  readonly method?: string;
}
