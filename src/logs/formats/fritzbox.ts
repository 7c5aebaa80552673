import { callEvent } from "../call-codes.js";
import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * FRITZ!Box, System > Ereignisse > Telefonie. An "Internetrufnummer" is the box's own registration with its provider;
 * an "IP-Telefon" is a device that registers on the box.
 */

const FAILED =
  /nicht erfolgreich|fehlgeschlagen|gescheitert|abgewiesen|abgelehnt|ungültig|falsch|not successful|failed|rejected/i;
const GOOD =
  /erfolgreich (?:angemeldet|registriert)|war erfolgreich|wurde angemeldet|(?:was|registered|has been) (?:registered )?success/i;

function provider(detail: string): EventKind {
  if (FAILED.test(detail)) return "provider-refused";
  return GOOD.test(detail) ? "provider-registered" : "provider";
}

/** Of a call that did not get through: a code in brackets, or words. */
function callFailure(detail: string): EventKind {
  const status = /\((\d{3})\)/.exec(detail)?.[1];
  if (status !== undefined) return callEvent(Number(status), "pbx");
  if (/antwortet nicht|Zeitüberschreitung/i.test(detail)) return "call-unreached";
  return /DNS/i.test(detail) ? "call-congested" : "call-failed";
}

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Anmeldung der Internetrufnummer ",
    pattern: /^Anmeldung der Internetrufnummer (?<detail>\S{1,60}.{0,200})/,
    kind: ({ detail = "" }) => provider(detail),
  },
  {
    marker: "Internetrufnummer ",
    pattern: /^Internetrufnummer (?<detail>\S{1,60}.{0,200})/,
    kind: ({ detail = "" }) => provider(detail),
  },
  {
    marker: "Registration of ",
    pattern:
      /^Registration of (?:the )?(?:Internet |VoIP )?(?:telephone |phone )?number (?<detail>\S{1,60}.{0,200})/i,
    kind: ({ detail = "" }) => provider(detail),
  },
  {
    marker: "Internettelefonie mit ",
    pattern: /^Internettelefonie mit (?<detail>.{1,160}? war nicht erfolgreich\.(?: Ursache: .{1,80})?)/,
    kind: ({ detail = "" }) => callFailure(detail),
  },
  {
    marker: "Internet telephony with ",
    pattern:
      /^Internet telephony with (?<detail>.{1,160}? (?:failed|was not successful)\.(?: (?:Cause|Reason): .{1,80})?)/,
    kind: ({ detail = "" }) => callFailure(detail),
  },
  // In French, Italian, Spanish and Dutch.
  {
    marker: "nternet",
    pattern:
      /^nternet.{0,160}?\. (?:Causa|Cause|Motivo|Oorzaak) ?: (?<detail>[A-Z][\w '-]{2,60} \((?<status>[3-6]\d{2})\))/,
    kind: ({ status = "" }) => callEvent(Number(status), "pbx"),
  },
  {
    marker: "Anmeldung d",
    pattern:
      /^Anmeldung d(?:es|er) (?:IP-Telefons?|Telefoniegeräte?s?|IP-Türsprechanlage|Nebenstelle)\s{0,3}["'„]?(?<user>[\w.-]{1,64})["'“]?(?<detail>.{0,200})/,
    kind: ({ detail = "" }) => {
      if (/unbekannt|nicht bekannt/i.test(detail)) return "unknown-user";
      if (FAILED.test(detail)) return "wrong-password";
      return GOOD.test(detail) ? "registered" : undefined;
    },
  },
  {
    marker: "IP-Telefon ",
    pattern: /^IP-Telefon ["'„]?(?<user>[\w.-]{1,64})["'“]?(?<detail>.{0,200})/,
    kind: ({ detail = "" }) => {
      if (/unbekannt|nicht bekannt/i.test(detail)) return "unknown-user";
      if (/nicht registriert|abgemeldet/i.test(detail)) return "not-registered";
      if (FAILED.test(detail)) return "wrong-password";
      return GOOD.test(detail) || /angemeldet|registriert/i.test(detail) ? "registered" : undefined;
    },
  },
];

export const FORMAT: LogFormat = {
  dialect: "fritzbox",
  writtenBy: "FRITZ!Box",
  rank: 120,
  patterns: PATTERNS,
};
