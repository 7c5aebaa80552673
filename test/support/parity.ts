/**
 * Compares the two forms of a reply: its text and its structured content. What the text says is cut out of it value by
 * value; what is left over must be a label, and those are listed. What the structure says must be in the text, or be a
 * code for programs, and those are listed too. So a fact that is put into one of them alone is found, whatever it says.
 */
export interface Reply {
  readonly text: string;
  readonly facts: Record<string, unknown>;
}

/** Labels of the text, which say nothing without the value beside them. At most five words. */
export const LABELS: readonly string[] = [
  ...[
    "Next",
    "Note",
    "Warning",
    "Changes",
    "Status",
    "Settings",
    "Stored",
    "Stored now",
    "Stored before",
    "Kept as stored",
    "It was",
  ],
  ...["last REGISTER", "PBX"],
  ...["Verdict", "last REGISTER sent", "expires", "registration timeout", "s", "The API says"],
  ...[
    "Seen",
    "Seen from",
    "Cause",
    "Fix",
    "confidence",
    "Findings",
    "Guide",
    "Calls",
    "Checked",
    "Not checked",
  ],
  ...["The PBX names itself", "Preset", "from", "Holds the extension now", "Messages (secrets redacted"],
  ...["preset", "Only if", "Fields", "Traps", "Failures", "Ports", "Sources"],
  ...["On the PBX", "only if needed", "ask the administrator", "leave out", "Cannot register. Instead"],
  ...[
    "authUsername needed",
    "Telzino's own example",
    "Steps on the PBX",
    "Notes",
    "Not verified",
    "If the extension exists already",
  ],
  ...["cannot register", "conditions", "From the preset", "Password", "Afterwards"],
  ...[
    "Not known yet, needed to register",
    "The page",
    "valid until",
    "SIP account",
    "over",
    "disabled",
    "disabled on the platform",
    "disabled, id",
    "id",
  ],
  ...["no SIP account", "SIP account not known", "status not known", "not set"],
  ...["line", "lines", "times", "time", "What happened", "understood", "unknown and left out"],
  ...["about other users than", "left out"],
  ...[
    "packet",
    "packets",
    "SIP messages",
    "Voice (RTP",
    "packets in",
    "lost",
    "out of order, jitter",
    "ms",
    "silence",
  ],
  ...["Proven by a call", "Waited", "resume", "Other new calls", "Call", "Call: began", "began"],
  ...["began at no known time", "lasted", "entries: agent", "caller", "unknown", "not over SIP"],
  ...["speakers not named", "ended", "no end in the log yet"],
];

/** These may hold a value, such as `ask`, and then are cut out before it. A short one has to stand alone. */
const LONG_LABELS = LABELS.filter((label) => label.includes(" "));

/** Codes, which programs read; the text says the same in the words of the second column. */
export const CODES: readonly (readonly [pathAndValue: RegExp, said: string])[] = [
  [/^(agentId|presetId|page): /, "the caller's own words"],
  [/^match: /, "the preset at once, or a sentence on what is sure"],
  [/^hasMore: /, "More on page …"],
  [/^total: 0$/, "No agents"],
  [/^(outcome|verdictOutcome|written|passwordFrom): /, "the summary or a note"],
  [/^agents\[\]\.(sipRegistration|disabled): /, "SIP account …, no SIP account, disabled"],
  [/^(presets\[\]|preset)\.registers: /, "cannot register, conditions"],
  [/^preset\.fields\[\]\.use: /, "only if needed, ask the administrator, leave out"],
  [/^advice\[\]\.(field|severity): /, "Warning or Note; the message names the field"],
  [/^status\.(registered|enabled): /, "the state; disabled"],
  [/^(settings|stored|removed|target)\.(subscribe: false|enabled: (true|false))$/, "left out, or disabled"],
  [/^events\[\]\.count: 1$/, "nothing"],
  [/^aboutOthers: 0$/, "nothing"],
  [/^match: /, "the summary"],
  [/^(log|heard): /, "the verdict"],
  [/^call\.ended: /, "ended, or no end in the log yet"],
];

/** Places where names of settings are beside their values, in both forms. */
const SETTINGS = new Set(["settings", "stored", "former", "removed", "target"]);

interface Leaf {
  path: string;
  value: string;
}

export interface Alone {
  /** Words of the text that are neither a value of the structure nor a label. */
  inText: string[];
  /** Values of the structure that are neither in the text nor a code. */
  inStructure: string[];
  labelsUsed: string[];
  codesUsed: RegExp[];
}

export function alone({ text, facts }: Reply): Alone {
  const leaves = leavesOf(facts);
  const body = lineUp(text);
  const values = leaves.flatMap(({ path, value }) =>
    path === "outcome" || path === "verdictOutcome" ? [value, inWords(value)] : [value],
  );
  const left = cutOut(body, [...values, ...settingNames(facts), ...LONG_LABELS]);
  const phrases = left
    .split(/[\u0001\n]/)
    .map((phrase) => phrase.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ""))
    .filter((phrase) => phrase !== "");
  const missing = leaves.filter(({ value }) => value !== "" && !holds(body, value));
  return {
    inText: phrases.filter((phrase) => !LABELS.includes(phrase)),
    inStructure: missing
      .map(({ path, value }) => `${path}: ${value}`)
      .filter((leaf) => !CODES.some(([code]) => code.test(leaf))),
    labelsUsed: LABELS.filter(
      (label) => phrases.includes(label) || (label.includes(" ") && holds(body, label)),
    ),
    codesUsed: CODES.map(([code]) => code).filter((code) =>
      leaves.some(({ path, value }) => code.test(`${path}: ${value}`)),
    ),
  };
}

/** `not proven` for the code `not_proven`. */
function inWords(code: string): string {
  return code.replaceAll("_", " ");
}

function leavesOf(value: unknown, path = ""): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, `${path}[]`));
  if (typeof value === "object" && value !== null) {
    const within = Object.entries(value);
    return within.flatMap(([key, item]) => leavesOf(item, path === "" ? key : `${path}.${key}`));
  }
  return [{ path, value: lineUp(String(value)) }];
}

function settingNames(facts: Record<string, unknown>): string[] {
  return Object.entries(facts).flatMap(([key, value]) =>
    SETTINGS.has(key) ? Object.keys(value as object) : [],
  );
}

/** Without what is at the ends of lines, and without the fences of texts to paste. */
function lineUp(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("```"))
    .join("\n");
}

/** The longest values first, so none is cut in pieces by another that it holds. */
function cutOut(text: string, values: readonly string[]): string {
  const sorted = [...new Set(values)].filter((value) => value !== "").sort((a, b) => b.length - a.length);
  return sorted.reduce((left, value) => {
    const at = placesOf(left, value);
    return at.reduceRight(
      (rest, from) => `${rest.slice(0, from)}\u0001${rest.slice(from + value.length)}`,
      left,
    );
  }, text);
}

function holds(text: string, value: string): boolean {
  return placesOf(text, value).length > 0;
}

/** Where a value is a separate word. */
function placesOf(text: string, value: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length)) {
    const before = isWord(text[at - 1]) && isWord(value[0]);
    const after = isWord(text[at + value.length]) && isWord(value.at(-1));
    if (!before && !after) places.push(at);
  }
  return places;
}

function isWord(character = ""): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}
