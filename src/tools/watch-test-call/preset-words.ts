import { knownHost } from "../../presets/known-host.js";
import type { StoredRegistration } from "../../telzino/types.js";
import { type CallFinding, WORDS } from "./findings.js";
import type { CallJudgement } from "./judge.js";

/** Findings on the voice path, with where to fix it on a PBX that is known by its host. */
export async function withPresetWords(
  judged: CallJudgement,
  stored: StoredRegistration | null | undefined,
): Promise<CallJudgement> {
  const host = knownHost(stored?.proxy ?? stored?.sipDomain);
  if (host === undefined || !judged.findings.some(isOfMedia)) return judged;
  const [{ loadPreset }, { presetFix }] = await Promise.all([
    import("../../presets/index.js"),
    import("../../diagnosis/preset-words.js"),
  ]);
  const preset = await loadPreset(host.preset.id);
  const words = preset && presetFix({ nat: true }, preset);
  if (words === undefined) return judged;
  const findings = judged.findings.map((finding) =>
    isOfMedia(finding) ? { ...finding, fix: `${finding.fix} ${words}` } : finding,
  );
  return { ...judged, findings };
}

function isOfMedia({ id }: CallFinding): boolean {
  return "media" in WORDS[id];
}
