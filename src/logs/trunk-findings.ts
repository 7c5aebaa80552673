import { ruleOf } from "../diagnosis/rules/index.js";
import { shown } from "./hide-secrets.js";
import type { LogFinding } from "./log-findings.js";
import type { TracedStory } from "./traced-story.js";

/** A registration of the PBX itself with its provider that failed: a remark, since it is not the agent's. */
export function trunkFindings(stories: readonly TracedStory[]): LogFinding[] {
  const failed = stories.flatMap(({ story, trunk }) =>
    trunk ? (failureOf(story.exchanges.at(-1)) ?? []) : [],
  );
  const [first] = failed;
  if (first === undefined) return [];
  const { id, severity, title, cause, fix } = ruleOf("provider-refused");
  return [
    {
      id,
      severity,
      title,
      cause,
      fix,
      evidence: first,
      confidence: "medium",
      users: [],
      count: failed.length,
    },
  ];
}

type Exchange = TracedStory["story"]["exchanges"][number];

function failureOf(end: Exchange | undefined): string | undefined {
  if (end === undefined) return undefined;
  const { final, withCredentials, sends, provisional, last, request } = end;
  const to = `line ${last.line}: the PBX's own ${shown(`REGISTER ${request.uri}`, 100)}`;
  if (final === undefined) return sends > 1 && !provisional ? `${to} gets no answer` : undefined;
  const asked = (final.status === 401 || final.status === 407) && !withCredentials;
  return final.status < 300 || asked
    ? undefined
    : `${to} is answered ${final.status} ${shown(final.reason, 60)}`;
}
