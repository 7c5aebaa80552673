import type { Secret } from "./secret.js";

/** What shows that a password was copied wrongly, or that it is another thing. None of it is wrong for certain. */
export type PasteFault =
  | "blankFirst"
  | "blankLast"
  | "invisible"
  | "quoted"
  | "isUser"
  | "masked"
  | "pin"
  | "webAddress";

/** By what opens them: what closes them, in one language or another. */
export const QUOTES: Readonly<Record<string, string>> = {
  ...{
    '"': '"',
    "'": "'",
    "`": "`´'",
    "´": "´",
    "“": "”“",
    "”": "”",
    "„": "“”„",
    "‘": "’",
    "’": "’",
    "‚": "‘’",
  },
  ...{ "«": "»", "»": "«", "‹": "›", "›": "‹" },
};
/** Characters that nothing shows: joiners, marks of direction, soft hyphens, separators of lines. */
export const INVISIBLE = /[\p{Cf}\p{DI}\u2028\u2029]/u;
/** As a hidden password is shown. */
export const MASKED = /^(?:\*{3,}|[•●∙⦁⚫]{3,})$/;
/** Longer numbers are hardly a PIN. */
export const PIN = /^\d{1,6}$/;
export const WEB_ADDRESS = /^(?:[a-z]{2,10}:\/\/|www\.)/i;

/** What can be taken away from it. */
export const FIXABLE: readonly PasteFault[] = ["blankFirst", "blankLast", "invisible", "quoted"];

export function isFixable(fault: PasteFault): boolean {
  return FIXABLE.includes(fault);
}

/** What is odd about a password of that user. Says nothing of its characters beyond that. */
export function pasteFaults(password: Secret, username: string | undefined): PasteFault[] {
  const value = password.reveal();
  const bare = value.trim();
  const isQuoted = bare.length > 2 && QUOTES[bare.charAt(0)]?.includes(bare.slice(-1)) === true;
  const isUser = username !== undefined && [bare, accountName(bare)].includes(username);
  return [
    ...(value === value.trimStart() ? [] : (["blankFirst"] as const)),
    ...(value === value.trimEnd() ? [] : (["blankLast"] as const)),
    ...(INVISIBLE.test(bare) ? (["invisible"] as const) : []),
    ...(isQuoted ? (["quoted"] as const) : []),
    ...(isUser ? (["isUser"] as const) : []),
    ...(MASKED.test(bare) ? (["masked"] as const) : []),
    ...(PIN.test(bare) && !isUser ? (["pin"] as const) : []),
    ...(WEB_ADDRESS.test(bare) ? (["webAddress"] as const) : []),
  ];
}

/** The user in an address of it: `sip:1001@pbx.example.com`. */
function accountName(text: string): string {
  const [name = ""] = text.replace(/^sips?:/i, "").split("@", 1);
  return name;
}

const WORDS: Readonly<Record<PasteFault, string>> = {
  blankFirst: "begins with a blank",
  blankLast: "ends with a blank",
  invisible: "contains invisible characters",
  quoted: "is in quotation marks",
  isUser: "is the same as the user",
  masked: "is dots or asterisks, as hidden passwords are shown",
  pin: "is a short number, as voicemail PINs are",
  webAddress: "is a web address",
};

/** `begins with a blank and is in quotation marks`: goes after "the password". */
export function faultWords(faults: readonly PasteFault[]): string {
  const words = faults.map((fault) => WORDS[fault]);
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** For a password that may be the right one: only faults that do not reveal it. */
export function discreetFaults(faults: readonly PasteFault[]): PasteFault[] {
  return faults.filter((fault) => fault !== "isUser");
}
