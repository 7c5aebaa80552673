import { describe, expect, it } from "vitest";
import { TOKEN } from "../../src/logs/calls/counters/named-counters.js";
import { MADE_OF_CODES } from "../../src/logs/formats/any-call.js";
import { FORMAT as ANY_CLIENT } from "../../src/logs/formats/any-client.js";
import { FORMAT as OPENSSL } from "../../src/logs/formats/openssl.js";
import { FORMAT as REGISTRATION_TRANSLATED } from "../../src/logs/formats/registration-translated.js";
import { FORMAT as REGISTRATION_TRANSPORT } from "../../src/logs/formats/registration-transport.js";
import { FORMAT as REGISTRATION_WORDS } from "../../src/logs/formats/registration-words.js";
import { FORMAT as TLS_OF_CLIENTS } from "../../src/logs/formats/tls-of-clients.js";
import { WIRE } from "../../src/presets/catalogue.js";
import { expressionsInSources, slowness } from "../support/regular-expressions.js";

/** An expression over text from outside does work that grows with the text, and no faster: one that does not is bounded or replaced. */

const { literals, made } = expressionsInSources();

/** Expressions that may do more, and why their text is none of an outsider's or is short. */
const ALLOWED: Readonly<Record<string, string>> = {
  "config/http-values.ts /\\/+$/": "an address of the operator's own configuration",
  "config/values.ts /\\/+$/": "an address of the user's own configuration",
  "hosting/front/routes.ts /\\/+$/": "the operator's own public address",
  "telzino/http.ts /\\/+$/": "the API's address in the configuration",
  "clients/change.ts /[\\s,]+$/": "a line of the user's own file",
  [`clients/json-file.ts ${String(/^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*,/)}`]: "a file of the user's own",
  [`clients/shown-lines.ts ${String(/"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\/|[{}[\],:=]|[A-Za-z0-9_-]+|\S/g)}`]:
    "a file of the user's own",
  [`clients/shown-lines.ts ${String(/\S(?:.*\S)?/s)}`]: "a file of the user's own",
  [`commands/install/change.ts ${String(/^\s*(?:\{\s*\})?\s*$/)}`]: "a file of the user's own",
  [`commands/demo/story.ts ${String(/PBX[^\n]*?(127\.0\.0\.1)(?:[^\n\d]+)(\d{2,5})/)}`]:
    "the sandbox's own words",
  [`commands/demo/index.ts ${String(/http:\/\/[^\s"']+\/sandbox\/calls/)}`]: "the sandbox's own words",
  [`commands/program.ts ${String(/(unknown option '[^=']*)=.*'/s)}`]: "the user's own command line",
  [`sip/user-agent/trace-format.ts ${String(/\bsips?:[^\s:@;<>?]*:/i)}`]:
    "each beginning ends with a colon, which the repetition does not take",
  [`logs/hide-secrets.ts ${String(/\b[0-9a-f]{24,}\b/gi)}`]:
    "no beginning within a word, and it repeats nothing else",
  [`presets/config-text/quote.ts ${String(/^[\s.,_&()'-]+|[\s,_&('-]+$/g)}`]:
    "a name that was cut to 4 × MAX_NAME characters",
};

/** Files that make an expression of a string, and what it is made of. */
const MADE: Readonly<Record<string, string>> = {
  "src/logs/calls/counters/named-counters.ts": "names of counters; checked below",
  "src/logs/formats/any-call.ts": "codes of answers; checked below",
  "src/logs/formats/any-client.ts": "names of a status; checked below",
  "src/logs/formats/openssl.ts": "a list of reasons; checked below",
  "src/logs/formats/registration-translated.ts": "lists of reasons; checked below",
  "src/logs/formats/registration-transport.ts": "a list of reasons; checked below",
  "src/logs/formats/registration-words.ts": "lists of reasons and codes; checked below",
  "src/logs/formats/tls-of-clients.ts": "a list of errors; checked below",
  "src/presets/recognize.ts": "the catalogue; checked below, and a header is cut to 300 characters",
};

describe("regular expressions", () => {
  it("are linear in the text, or have a reason not to be", () => {
    const slow = literals.flatMap(({ path, line, source, flags }) => {
      const why = slowness(source, flags);
      const place = `${path.replace(/^src\//, "")} /${source}/${flags}`;
      return why.length === 0 || place in ALLOWED ? [] : [`${place} in line ${line}: ${why.join("; ")}`];
    });
    expect(slow).toEqual([]);
  });

  it("have a reason only where they need one", () => {
    const needed = new Set(
      literals
        .filter(({ source, flags }) => slowness(source, flags).length > 0)
        .map(({ path, source, flags }) => `${path.replace(/^src\//, "")} /${source}/${flags}`),
    );
    expect(Object.keys(ALLOWED).filter((place) => !needed.has(place))).toEqual([]);
  });

  it("are made of strings in these files alone", () => {
    expect(made).toEqual(Object.keys(MADE).sort());
  });

  it("that are made of strings are linear too", () => {
    const wire = [...WIRE.values()].flatMap((patterns) =>
      patterns.map(({ pattern }) => [pattern, "i"] as const),
    );
    const lines = [
      ANY_CLIENT,
      OPENSSL,
      REGISTRATION_TRANSLATED,
      REGISTRATION_TRANSPORT,
      REGISTRATION_WORDS,
      TLS_OF_CLIENTS,
    ].flatMap(({ patterns }) => patterns.map(({ pattern }) => [pattern.source, pattern.flags] as const));
    expect(wire.length).toBeGreaterThan(10);
    const codes = [...MADE_OF_CODES, TOKEN].map(({ source, flags }) => [source, flags] as const);
    expect(
      [...wire, ...lines, ...codes].filter(([source, flags]) => slowness(source, flags).length > 0),
    ).toEqual([]);
  });

  it.each([
    ["blanks before the end, from each of them", /\s+$/],
    ["what one bracket opens and none closes", /<([^>]*)>/],
    ["blanks that two repetitions share", /^\s*[-=]{0,100}\s*$/],
    ["a repetition in a repetition", /^(?:a+)+$/],
    ["a word that begins in a run of such words", /sips?:[^@]*@/],
    ["a tail after a beginning that may repeat", /%.*$/],
  ])("would not pass with %s", (_name, { source, flags }) => {
    expect(slowness(source, flags)).not.toEqual([]);
  });

  it.each([[/^[^@]*@/], [/%[^%]*$/], [/[;?].*/s], [/\d{1,5}(?=x)/], [/^ +\S/m]])(
    "pass when they are linear: %s",
    ({ source, flags }) => {
      expect(slowness(source, flags)).toEqual([]);
    },
  );
});
