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
  {
    marker: "no RTP ",
    pattern:
      /^no RTP (?:packets? |media |data |audio )?(?:was |were |has been |have been )?(?:received|arrived|got) (?:for|in|within|after|since|during) (?:the last )?\d/i,
    kind: "call-media-timeout",
  },
  {
    marker: "No RTP ",
    pattern:
      /^No RTP (?:packets? |media |data |audio )?(?:was |were |has been |have been )?(?:received|arrived|got) (?:for|in|within|after|since|during) (?:the last )?\d/,
    kind: "call-media-timeout",
  },
  {
    marker: "RTP timeout",
    pattern:
      /^RTP timeout(?:,| -|:)? (?:.{0,40}(?:hang(?:ing)? ?up|terminat|disconnect|clos|end)ing?|after \d|expired|for call|detected|reached)/i,
    kind: "call-media-timeout",
  },
];

export const FORMAT: LogFormat = {
  dialect: "media of any program",
  writtenBy: "program with media",
  rank: 800,
  patterns: PATTERNS,
};
