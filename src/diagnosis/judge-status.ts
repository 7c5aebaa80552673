import { present } from "../base/present.js";
import type { Preset } from "../presets/index.js";
import { settingText } from "../redaction/untrusted.js";
import { type RegistrationStatus, type StoredRegistration, TRANSPORTS } from "../telzino/types.js";
import { checkSettings } from "./checks/settings.js";
import type { Evidence, PresetEvidence, SettingsEvidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { findingsFrom } from "./rank.js";
import { type DiagnosisTarget, dialledHost, MAX_NAME } from "./target.js";

/** What is known of a registration without looking at the wire. */
export interface StatusKnown {
  /** In the order in which they were read. */
  readonly samples: readonly [RegistrationStatus, ...RegistrationStatus[]];
  /** `undefined` where it could not be read. */
  readonly stored: StoredRegistration | null | undefined;
  readonly preset?: Preset;
  /** `given` by default. */
  readonly presetFrom?: PresetEvidence["from"];
  readonly platformIsLocal: boolean;
  /** When the last sample was read; now by default. */
  readonly now?: Date;
}

/**
 * What settings and status by themselves lead to, by the rules of the diagnosis: the findings above info, the most
 * telling first. Empty if they show nothing wrong. Pure.
 */
export function judgeStatus(known: StatusKnown): Finding[] {
  return findingsFrom(withoutWire(known)).filter(({ severity }) => severity !== "info");
}

/** Evidence in which nothing was looked up and nothing was sent. */
function withoutWire(known: StatusKnown): Evidence {
  const { samples, stored, preset, platformIsLocal, now = new Date() } = known;
  const target = targetOf(stored);
  const given: PresetEvidence | undefined = preset && { preset, from: known.presetFrom ?? "given" };
  const [first, ...rest] = samples.map((status) => ({ atMs: 0, status }));
  return {
    target,
    dialled: dialledHost(target),
    platformIsLocal,
    settings: settingsOf(target, given, platformIsLocal),
    name: {
      host: settingText(dialledHost(target), MAX_NAME),
      ...{ kind: "name", outcome: "not-asked", servers: [], steps: [] },
      ...{
        advertised: [],
        classes: new Map(),
        brokenTargets: [],
        onlyHere: false,
        hostsDiffer: false,
        cuts: [],
      },
    },
    endpoints: [],
    otherEndpoints: [],
    history: { refusals: 0 },
    answerer: { family: "unknown", name: "the PBX", presets: [] },
    notChecked: [],
    ...(given ? { preset: given } : {}),
    ...(first ? { platform: { samples: [first, ...rest], stored, now } } : {}),
  };
}

function settingsOf(
  target: DiagnosisTarget,
  preset: PresetEvidence | undefined,
  platformIsLocal: boolean,
): SettingsEvidence {
  if (target.sipDomain === "" || target.username === undefined) return { advice: [] };
  return checkSettings(target, preset, platformIsLocal, false);
}

function targetOf(stored: StoredRegistration | null | undefined): DiagnosisTarget {
  const { sipDomain = "", username, proxy, port, transport, authUsername } = stored ?? {};
  const known = TRANSPORTS.find((each) => each === transport);
  return {
    sipDomain,
    ...present({ username, proxy, port, transport: known, authUsername }),
  };
}
