import type { AudioSetting } from "../../presets/index.js";
import type { Evidence } from "../evidence.js";
import type { Confidence, Severity, Viewpoint } from "../grades.js";

/** In the order in which a REGISTER travels; of two findings of equal weight the earlier one comes first. */
export const TOPICS = {
  name: "Name and DNS",
  reach: "Reaching the PBX",
  tls: "TLS and certificates",
  registrar: "What the registrar answers",
  credentials: "Credentials and bindings",
  path: "The network path",
  platform: "What the platform says",
  settings: "Settings",
  calls: "Calls and audio, from logs, traces and a call to the echo test",
} as const;
export type Topic = keyof typeof TOPICS;

/** Where a preset may know the fix in the words of that PBX. */
export interface PresetHint {
  /** The preset's own words on this status, or on silence. */
  readonly code?: number | "silence";
  /** Its words on this state of the platform's; they go before those on the code. */
  readonly state?: string;
  /** Fields whose place on the PBX the preset names. */
  readonly fields?: readonly ("password" | "authUsername" | "username" | "sipDomain")[];
  /** The preset's steps that let it register from outside. */
  readonly remote?: boolean;
  /** What the preset says of NAT, external addresses and media ports. */
  readonly nat?: boolean;
  /** Where it says that these are. */
  readonly audio?: readonly AudioSetting["setting"][];
  /** What it says of codecs. */
  readonly codecs?: boolean;
  /** Its steps that send calls to the extension. */
  readonly routing?: boolean;
}

/** What a rule concluded in one case. Texts that are left out are the rule's own. */
export interface Conclusion {
  /** What was seen, in one line. */
  readonly evidence: string;
  readonly confidence: Confidence;
  readonly severity?: Severity;
  readonly title?: string;
  readonly cause?: string;
  readonly fix?: string;
  readonly preset?: PresetHint;
}

/**
 * One finding that can be made: documented, and a pure function from evidence. Rules are written `as const`, so
 * the compiler knows the ids (`FindingId` in `index.ts`).
 */
export interface Rule<Id extends string = string, Explained extends string = Id> {
  readonly id: Id;
  readonly topic: Topic;
  readonly severity: Severity;
  readonly title: string;
  /** What shows it; for the documentation. */
  readonly seen: string;
  readonly cause: string;
  readonly fix: string;
  /** `this machine` unless given. */
  readonly seenFrom?: Viewpoint;
  /** Findings that this one accounts for: they are not shown beside it. */
  readonly explains?: readonly Explained[];
  /** Id of the entry of the troubleshooting table that tells more. */
  readonly guide?: string;
  readonly find: (evidence: Evidence) => Conclusion | undefined;
}
