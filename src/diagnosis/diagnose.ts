import { present } from "../base/present.js";
import { loadPreset, type Preset } from "../presets/index.js";
import { knownHost } from "../presets/known-host.js";
import type { Secret } from "../redaction/secret.js";
import { settingText, type Untrusted } from "../redaction/untrusted.js";
import { type Timers, Trace, type TraceEntry } from "../sip/index.js";
import { startLimit } from "../telzino/limit.js";
import { identifyAnswerer, recognisedPreset } from "./answerer.js";
import { type CheckedItem, checkedItems, orderedNotChecked } from "./checked.js";
import { checkMedia, type MediaRequest } from "./checks/media.js";
import { checkName } from "./checks/name.js";
import { readPath } from "./checks/path.js";
import { type CredentialsRequest, permissionsForOptions } from "./checks/permission.js";
import { checkPlatform, type PlatformTarget } from "./checks/platform.js";
import type { Run } from "./checks/run.js";
import { checkSettings } from "./checks/settings.js";
import { Silence } from "./checks/silence.js";
import { checkWire, placeOf, type WireEvidence } from "./checks/wire.js";
import type { Evidence, HistoryEvidence, NotChecked, PresetEvidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import type { Verdict } from "./grades.js";
import { ProbeHistory } from "./history.js";
import { DEFAULT_LIMITS, type Limits } from "./limits.js";
import { findingsFrom } from "./rank.js";
import {
  allowEveryAddress,
  type DiagnosisTarget,
  dialledHost,
  MAX_NAME,
  type TargetPolicy,
} from "./target.js";
import { CORRECT_FIRST, judge } from "./verdict.js";

export interface DiagnoseOptions {
  /** Ends the diagnosis; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Id of a preset; without it the PBX is recognised by how it names itself, where it can be. */
  readonly presetId?: string;
  /** Sent in ONE query that binds nothing. Without it the diagnosis ends at the challenge. */
  readonly password?: Secret;
  /** Keeps digests that are sent out of all output until the diagnosis has been reported: an answer may repeat them. */
  readonly hold?: (value: Secret) => void;
  /** Send a password once more that was refused here before. The cap on tries stays. */
  readonly force?: boolean;
  /** Send credentials although the certificate did not hold. */
  readonly ignoreCertificate?: boolean;
  /** After the query has succeeded: register our own Contact for a minute and remove it. It may evict a phone. */
  readonly testBinding?: boolean;
  /** After the password was accepted: call the PBX's echo test with it, and measure the voice. */
  readonly media?: MediaRequest;
  /** The platform's view of an agent's registration. */
  readonly platform?: PlatformTarget;
  /** Why there is none; by default that no agent was given. */
  readonly whyNoPlatform?: string;
  /** The platform runs on this machine, so it can reach local addresses. Default false. */
  readonly platformIsLocal?: boolean;
  /** What is remembered from one diagnosis to the next. Without it nothing is. */
  readonly history?: ProbeHistory;
  readonly policy?: TargetPolicy;
  readonly onProgress?: (message: string) => void;
  /** DNS servers instead of the system's, `address` or `address:port`. */
  readonly dnsServers?: readonly string[];
  /**
   * Path of a hosts file instead of the system's; `false` for none. With a policy there is none by default: the file
   * reveals the network that this machine is in, and a policy guards that against the caller.
   */
  readonly hostsFile?: string | false;
  /** Trusted roots in PEM, instead of Node's own. */
  readonly trustedRoots?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly timers?: Timers;
}

export interface DiagnosisReport {
  readonly target: DiagnosisTarget;
  readonly verdict: Verdict;
  /** The most telling first. */
  readonly findings: readonly Finding[];
  /** What was checked and what it found, in order. */
  readonly checked: readonly CheckedItem[];
  /** What could not be checked, and why. */
  readonly notChecked: readonly NotChecked[];
  /** At most three, in plain words. */
  readonly nextSteps: readonly string[];
  /** Messages sent and received. They hold digests: print them with `formatTrace` only. */
  readonly trace: readonly TraceEntry[];
  /** How the PBX names itself, and which preset that is. */
  readonly server?: Untrusted;
  readonly preset?: { readonly id: string; readonly name: string; readonly from: PresetEvidence["from"] };
  readonly durationMs: number;
  /** Whether a test of credentials would be carried out now. Absent where what was sent before is not known. */
  readonly mayTest?: boolean;
  readonly evidence: Evidence;
}

/**
 * Goes and looks why a registration fails: name, reach, TLS, registrar, credentials, platform, side by side
 * where they do not depend on each other, 20 s at most. What a network does is evidence, never an error.
 *
 * @throws ProbeLimitError when there were too many runs within a minute, and the signal's reason when cancelled.
 */
export async function diagnose(
  target: DiagnosisTarget,
  options: DiagnoseOptions = {},
): Promise<DiagnosisReport> {
  const started = performance.now();
  options.signal?.throwIfAborted();
  const history = options.history ?? new ProbeHistory();
  const dialled = dialledHost(target);
  history.startRun(dialled.toLowerCase());
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const ms = limits.total + (options.media === undefined ? 0 : limits.media);
  const limit = startLimit({
    signals: [options.signal],
    ms,
    onExpiry: () => new Error(`the diagnosis ended after ${ms / 1_000} s`),
  });
  const trace = new Trace();
  try {
    const run = startRun(target, options, limits, limit.signal, trace, history);
    const evidence = await gather(run, options, history);
    options.signal?.throwIfAborted();
    const report = reportOf(evidence, trace, performance.now() - started);
    const { registrar } = evidence;
    const place = placeOf(run, registrar?.endpoint.address ?? run.dialled);
    return { ...report, mayTest: history.mayTry(place) };
  } finally {
    limit.end();
  }
}

function startRun(
  target: DiagnosisTarget,
  options: DiagnoseOptions,
  limits: Limits,
  signal: AbortSignal,
  trace: Trace,
  history: ProbeHistory,
): Run {
  const hostsFile = options.hostsFile ?? (options.policy === undefined ? undefined : false);
  return {
    target,
    dialled: dialledHost(target),
    policy: options.policy ?? allowEveryAddress,
    hold: options.hold ?? (() => {}),
    limits,
    silence: new Silence(limits.dead),
    trace,
    signal,
    progress: options.onProgress ?? (() => {}),
    ...(options.dnsServers ? { dnsServers: options.dnsServers } : {}),
    ...present({ hostsFile }),
    ...(options.trustedRoots ? { trustedRoots: options.trustedRoots } : {}),
    ...(options.timers ? { timers: options.timers } : {}),
    permissionForOptions: permissionsForOptions(
      target,
      options.password === undefined ? "plain" : "login",
      history,
    ),
  };
}

async function gather(run: Run, options: DiagnoseOptions, history: ProbeHistory): Promise<Evidence> {
  const given = options.presetId === undefined ? undefined : await loadPreset(options.presetId);
  const platformIsLocal = options.platformIsLocal ?? false;
  // Starts right away: its samples are seconds apart, while the wire is looked at.
  const platform = options.platform && checkPlatform(run, options.platform);
  try {
    const wire = await lookAtWire(run, options, history, given);
    run.progress("Putting it together");
    const answerer = identifyAnswerer(wire.exchanges);
    // A provider's own host name says more than a header, which may be that of a proxy.
    const recognised = knownHost(run.dialled)?.preset.id ?? recognisedPreset(answerer);
    const preset = await presetEvidence(given, recognised);
    const path = readPath(wire.endpoints, wire.registrar, wire.otherEndpoints);
    const heard =
      options.media &&
      (await checkMedia(run, wire, {
        request: options.media,
        password: options.password,
        ignoreCertificate: options.ignoreCertificate ?? false,
        ...{ history, preset, path },
      }));
    const seen = await platform;
    return {
      target: run.target,
      dialled: run.dialled,
      platformIsLocal,
      settings: checkSettings(run.target, preset, platformIsLocal),
      name: wire.name,
      endpoints: wire.endpoints,
      otherEndpoints: wire.otherEndpoints,
      history: wire.history,
      answerer,
      notChecked: [
        ...wire.notChecked,
        ...(heard?.notChecked ?? []),
        ...(seen && "why" in seen ? [{ check: "platform", why: seen.why } as const] : []),
        ...(platform
          ? []
          : [{ check: "platform", why: options.whyNoPlatform ?? "no agent was given" } as const]),
      ],
      ...(wire.registrar ? { registrar: wire.registrar } : {}),
      ...present({ overTcp: wire.overTcp }),
      ...(wire.credentials ? { credentials: wire.credentials } : {}),
      ...(wire.binding ? { binding: wire.binding } : {}),
      ...present({ media: heard?.media, path, preset }),
      ...(seen && "evidence" in seen ? { platform: seen.evidence } : {}),
    };
  } catch (error) {
    await platform?.catch(() => undefined);
    throw error;
  }
}

type Wire = WireEvidence & { readonly name: Evidence["name"]; readonly history: HistoryEvidence };

async function lookAtWire(
  run: Run,
  options: DiagnoseOptions,
  history: ProbeHistory,
  preset: Preset | undefined,
): Promise<Wire> {
  run.progress(`Looking up ${settingText(run.dialled, MAX_NAME)}`);
  const name = await checkName(run);
  const credentials: CredentialsRequest = {
    password: options.password,
    force: options.force ?? false,
    ignoreCertificate: options.ignoreCertificate ?? false,
    testBinding: options.testBinding ?? false,
    history,
  };
  return { ...(await checkWire(run, name, credentials, preset)), name };
}

async function presetEvidence(
  given: Preset | undefined,
  recognised: string | undefined,
): Promise<PresetEvidence | undefined> {
  if (given) return { preset: given, from: "given" };
  const preset = recognised === undefined ? undefined : await loadPreset(recognised);
  return preset && { preset, from: "recognised" };
}

/** What evidence comes to. Pure. */
export function reportOf(
  evidence: Evidence,
  trace: Pick<Trace, "entries">,
  durationMs: number,
): DiagnosisReport {
  const findings = findingsFrom(evidence);
  const { answerer, preset } = evidence;
  return {
    target: evidence.target,
    verdict: judge(evidence, findings),
    findings,
    checked: checkedItems(evidence),
    notChecked: orderedNotChecked(evidence.notChecked),
    nextSteps: nextSteps(evidence, findings),
    trace: trace.entries,
    ...present({ server: answerer.header }),
    ...(preset ? { preset: { id: preset.preset.id, name: preset.preset.name, from: preset.from } } : {}),
    durationMs: Math.round(durationMs),
    evidence,
  };
}

function nextSteps(evidence: Evidence, findings: readonly Finding[]): string[] {
  const fixes = findings.filter(({ severity }) => severity !== "info").map(({ fix }) => fix);
  if (fixes.length > 0) return [...new Set(fixes)].slice(0, 3);
  if (evidence.registrar?.exchanges[0].challenge && evidence.credentials === undefined) {
    if (evidence.history.samePassword) return [CORRECT_FIRST];
    return [
      "Nothing is wrong up to the challenge: test the credentials next, or configure the registration.",
    ];
  }
  return [];
}
