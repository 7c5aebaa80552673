import type { Secret } from "./secret.js";

/** What shows that a password was copied wrongly, or that it is another thing. None of it is wrong for certain. */
export type PasteFault = "blankFirst" | "blankLast" | "quoted" | "isUser" | "pin" | "webAddress";

export const QUOTES: Readonly<Record<string, string>> = {
  ...{ '"': '"', "'": "'", "`": "`", "“": "”", "„": "“", "‘": "’", "«": "»" },
};
/** Longer numbers are hardly a PIN. */
export const PIN = /^\d{1,6}$/;
export const WEB_ADDRESS = /^(?:https?:\/\/|www\.)/i;

/** What can be taken away from it. */
export const FIXABLE: readonly PasteFault[] = ["blankFirst", "blankLast", "quoted"];

export function isFixable(fault: PasteFault): boolean {
  return FIXABLE.includes(fault);
}

/** What is odd about a password of that user. Says nothing of its characters beyond that. */
export function pasteFaults(password: Secret, username: string | undefined): PasteFault[] {
  const value = password.reveal();
  const bare = value.trim();
  const closing = QUOTES[bare.charAt(0)];
  const isUser = bare === username;
  return [
    ...(value === value.trimStart() ? [] : (["blankFirst"] as const)),
    ...(value === value.trimEnd() ? [] : (["blankLast"] as const)),
    ...(bare.length > 2 && closing !== undefined && bare.endsWith(closing) ? (["quoted"] as const) : []),
    ...(isUser ? (["isUser"] as const) : []),
    ...(PIN.test(bare) && !isUser ? (["pin"] as const) : []),
    ...(WEB_ADDRESS.test(bare) ? (["webAddress"] as const) : []),
  ];
}

const WORDS: Readonly<Record<PasteFault, string>> = {
  blankFirst: "begins with a blank",
  blankLast: "ends with a blank",
  quoted: "is in quotation marks",
  isUser: "is the same as the user",
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
