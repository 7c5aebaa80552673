import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * What 3CX's firewall checker shows and has copied, in the languages of its console: a line a test. `full cone` and the
 * ports are the same in most of them; only the word for the outcome is translated.
 */

const FAILED =
  /fail|fehlgeschl|gescheitert|nicht bestanden|echou|échou|échec|echec|fallid|fallit|falló|fracas|falha|falhou|mislukt|niepowodz|nieudan|не (?:пройд|удал|удач)|ошибка|失败/i;

const resultOf = ({ result = "" }: Readonly<Record<string, string | undefined>>): EventKind | undefined =>
  FAILED.test(result) ? "ports-not-forwarded" : undefined;

const PATTERNS: readonly LinePattern[] = [
  // A line that ends in the result of one port; the word for it may be before or behind the test's name.
  {
    marker: "... ",
    pattern: /^\.\.\. (?<result>.{0,60}(?:full[ -]cone|c[oôó]ne|cono).{0,60})$/i,
    kind: resultOf,
  },
  { marker: "]... ", pattern: /^\]\.\.\. (?<result>.{1,60})$/, kind: resultOf },
  {
    marker: "Mapping does not match ",
    pattern: /^Mapping does not match (?<detail>\d{1,5})\. Mapping is (?:\d{1,5}|not )/i,
    kind: "ports-not-forwarded",
  },
  {
    marker: " SIP ALG... ",
    pattern: /^ SIP ALG\.\.\. {0,2}(?<result>[^(]{1,60})/,
    kind: ({ result = "" }) =>
      /^(?:detected|erkannt|détecté|detectado|rilevato|gevonden|wykryto|обнаружен)/i.test(result)
        ? "path-rewritten"
        : undefined,
  },
  // What sums lines up, and what is done around them.
  {
    marker: "3CX ",
    pattern: /^3CX (?:SIP|Media|Tunnel|PBX|Phone) ?[\w-]{0,12}\.\.\. {0,2}.{1,60}$/i,
    kind: undefined,
  },
  { marker: ".3cx.com'", pattern: /^\.3cx\.com'\.\.\./, kind: undefined },
  { marker: "stopping service", pattern: /^stopping service\.\.\./, kind: undefined },
  { marker: "starting service", pattern: /^starting service\.\.\./, kind: undefined },
  {
    marker: "testing port",
    pattern: /^testing ports? \[?\d{2,5}(?:\.\.\d{2,5}\])?\.\.\. {0,2}\S/,
    kind: undefined,
  },
];

export const FORMAT: LogFormat = {
  dialect: "3cx-firewall",
  writtenBy: "3CX firewall checker",
  preset: "3cx",
  rank: 60,
  patterns: PATTERNS,
};
