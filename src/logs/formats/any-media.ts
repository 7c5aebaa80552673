import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** What programs of any make say in their logs of voice that does not arrive or cannot be opened. */

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "SRTP",
    pattern:
      /^SRTP (?:audio |video )?(?:unprotect(?:ion)?|decrypt(?:ion)?) (?:of )?(?:S?RTP )?(?:packet )?(?:has )?(?:failed|error)/i,
    kind: "call-srtp-unreadable",
  },
  {
    marker: "SRTP authentication fail",
    pattern: /^SRTP authentication fail(?:ed|ure)/,
    kind: "call-srtp-unreadable",
  },
  {
    marker: "srtp_unprotect",
    pattern: /^srtp_unprotect(?:\(\))?:? (?:packet )?(?:failed|error|returned error)/,
    kind: "call-srtp-unreadable",
  },
  {
    marker: "nprotect",
    pattern: /^nprotect(?:ing)? S?RTP(?: packet)? (?:failed|error)|^nprotect S?RTP error/,
    kind: "call-srtp-unreadable",
  },
  {
    marker: "ICE negotiation fail",
    pattern: /^ICE negotiation fail(?:ed|ure)/,
    kind: "call-ice-failed",
  },
  {
    marker: "because the media has been lost",
    pattern: /^because the media has been lost/,
    kind: "call-media-timeout",
  },
  ...["o RTP ", "o audio RTP ", "o media RTP "].map((marker) => ({
    marker,
    pattern:
      /^o (?:audio |media )?RTP (?:packets? |media |data |audio )?(?:was |were |has been |have been )?(?:received|arrived|got) (?:for|in|within|after|since|during) (?:the last )?\d/,
    kind: "call-media-stopped" as const,
  })),
  {
    marker: "RTP timeout",
    pattern:
      /^RTP timeout(?:,| -|:| on| for) ?(?:[^=?]{0,120}?\b(?:hanging up|terminating|disconnecting|closing|(?:hung up|terminated|disconnected|closed)\s*$))/,
    kind: "call-media-stopped",
  },
  // Warnings of Twilio's SDKs; each is cleared by name, too.
  {
    marker: "warning",
    pattern: /^warning(?: name)?['":,]{0,3} {1,3}['"]?(?<detail>high-packet(?:-loss|s-lost-fraction))\b/,
    kind: "call-packets-lost",
  },
  {
    marker: "warning",
    pattern: /^warning(?: name)?['":,]{0,3} {1,3}['"]?(?<detail>low-bytes-received)\b/,
    kind: "call-media-stopped",
  },
  {
    marker: "sked for mandatory SRTP but",
    pattern: /^sked for mandatory SRTP but/,
    kind: "call-srtp-mismatch",
  },
];

export const FORMAT: LogFormat = {
  dialect: "voice of any program",
  writtenBy: "a program with voice",
  rank: 800,
  patterns: PATTERNS,
};
