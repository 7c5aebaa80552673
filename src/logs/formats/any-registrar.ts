import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * Registrars without their own reader: a sentence that a registration has failed, whose words say why, with an address or
 * `key=value`, which prose does not have.
 */

/** Of the PBX's own registration with its provider. */
const OWN = /\b(?:trunk|provider|gateway|carrier|outbound)\b/i;

const WHY: readonly (readonly [RegExp, EventKind])[] = [
  [
    /too many (?:contacts|registrations|devices|bindings)|max(?:imum)? (?:number of )?(?:contacts|registrations|devices|bindings)|(?:registration|device|contact) limit/i,
    "told-full",
  ],
  [
    /(?:ip|address|source|network|host) (?:is )?not (?:allowed|permitted|authorized|whitelisted)|not (?:in|on) (?:the )?(?:allowed|white|access) ?list|\bacl\b/i,
    "told-not-let-in",
  ],
  [
    /\b(?:account|user|extension|line|device) (?:is )?(?:disabled|locked|suspended|inactive)\b/i,
    "told-disabled",
  ],
  [
    /(?:user(?:name)?|extension|account|subscriber|endpoint|peer|device|aor|domain|realm) (?:is )?(?:not found|unknown|does not exist|not exist)|(?:unknown|no such|invalid) (?:user(?:name)?|extension|account|subscriber|endpoint|peer|device|domain)/i,
    "told-unknown",
  ],
];

function told({ detail = "" }: Groups): EventKind {
  if (OWN.test(detail)) return "provider-refused";
  return WHY.find(([words]) => words.test(detail))?.[1] ?? "told-credentials";
}

const PATTERNS: readonly LinePattern[] = [
  ...["egist", "EGIST"].map(
    (marker): LinePattern => ({
      marker,
      pattern:
        /^egist(?:er(?:ed)?|rations?|rar)\b(?!.{0,80}?\b(?:ok|accepted|succeeded|successful(?:ly)?)\b)(?!.{0,200}?\b(?:e-?mail|captcha|sign-?up|form)\b)(?=.{0,200}?(?:fail|reject|den(?:y|ied)|refus|unauthori|not allowed|block|declin))(?=.{0,240}?(?:wrong|bad|invalid|incorrect|mismatch|does not match|did not match|not found|unknown|no such (?!host)|not exist|not allowed|not permitted|not authorized|too many|max(?:imum)? |limit|disabled|locked|suspended|inactive|auth(?:entication|orization)? (?:failed|failure|error)|\bacl\b|(?:access|allowed|white) ?list))(?=.{0,240}?(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[a-z]{2,20}=))(?=(?:.{0,160}?\b(?:(?:user(?:name)?|ext(?:ension)?|account|endpoint|peer|device|aor)[ =:'"<[]{1,4}|(?:of|for|from) ?['"<]{1,2})(?:sips?:)?(?!(?:not|is|does|unknown|found|from|and|or|name)\b)(?<user>[\w.+-]{1,64}))?)(?=(?:.{0,240}?(?<![@\d.])(?<address>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?)\b)?)(?<detail>.{0,240})/i,
      kind: told,
    }),
  ),
  {
    marker: "IP ",
    pattern:
      /^IP (?:address )?(?<address>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\b(?=.{0,60}?\b(?:blocked|banned|blacklisted|block ?list|black ?list|locked out)\b)(?=.{0,200}?(?:\bSIP\b|regist|extension))(?<detail>.{0,200})/i,
    kind: "told-banned",
  },
];

export const FORMAT: LogFormat = {
  dialect: "registrar",
  writtenBy: "a registrar",
  rank: 905,
  patterns: PATTERNS,
};
