import { type FindingId, ruleOf } from "../../diagnosis/rules/index.js";
import type { LogFinding } from "../log-findings.js";

/** Findings of lines, messages and counters on the same calls, put together: a cause comes before its symptom, once. Pure. */

/** What only says that a call failed, where one of these says why. */
const WHYS: ReadonlySet<FindingId> = new Set<FindingId>([
  "callee-not-registered",
  "no-such-extension",
  "call-number-unknown",
  "callee-busy",
  "call-declined",
  "call-not-answered",
  "codec-mismatch",
  "srtp-refused",
  "webrtc-refused",
  "media-refused",
  "call-credentials-refused",
  "call-challenge-unanswered",
  "invite-unanswered",
  "invite-to-other-port",
  "invite-too-large",
  "call-failed-beyond",
]);
const MEDIA_KINDS: ReadonlySet<FindingId> = new Set<FindingId>([
  "codec-mismatch",
  "srtp-refused",
  "webrtc-refused",
]);
const SYMPTOMS: ReadonlySet<FindingId> = new Set<FindingId>(["no-audio", "one-way-audio"]);
const MEDIA_CAUSES: ReadonlySet<FindingId> = new Set<FindingId>([
  "media-address-private",
  "media-sent-to-private",
  "media-address-wrong",
  "direct-media",
]);

export function settled(findings: readonly LogFinding[]): LogFinding[] {
  const merged = new Map<FindingId, LogFinding>();
  const others: LogFinding[] = [];
  for (const finding of findings) {
    const ofCalls = ruleOf(finding.id).topic === "calls";
    const before = merged.get(finding.id);
    const count = finding.count + (before?.count ?? 0);
    if (ofCalls) merged.set(finding.id, { ...(before ?? finding), count });
    else others.push(finding);
  }
  const all = [...others, ...merged.values()];
  const has = (ids: ReadonlySet<FindingId>) => all.some(({ id }) => ids.has(id));
  const symptom = all.find(({ id, severity }) => SYMPTOMS.has(id) && severity === "critical");
  const cause = symptom && all.find(({ id }) => MEDIA_CAUSES.has(id));
  return all.flatMap((finding) => {
    const { id } = finding;
    if ((id === "callee-unavailable" || id === "call-refused") && has(WHYS)) return [];
    if (id === "media-refused" && has(MEDIA_KINDS)) return [];
    if (cause === undefined || symptom === undefined) return [finding];
    if (SYMPTOMS.has(id)) return [];
    return finding === cause
      ? [{ ...finding, severity: "critical" as const, evidence: `${finding.evidence}; ${symptom.evidence}` }]
      : [finding];
  });
}
