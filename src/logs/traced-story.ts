import type { TracedEvidence } from "../diagnosis/evidence.js";
import { isTrunkOfPbx, sourceOf, type TraceContext } from "./trace-context.js";
import { tracedEvidence } from "./trace-signs.js";
import type { RegisterStory } from "./trace-story.js";

/** A registration of a trace with what the rest of the trace tells about it. */
export interface TracedStory {
  readonly story: RegisterStory;
  readonly traced: TracedEvidence;
  /** The PBX's own registration with its provider. */
  readonly trunk: boolean;
}

/** Stories in order; what a user did before, also under another Call-ID, counts for the later ones. */
export function inContext(
  stories: readonly RegisterStory[],
  context: TraceContext,
  username: string | undefined,
): TracedStory[] {
  const before = new Map<string, RegisterStory[]>();
  return stories.map((story) => {
    const account = `${story.user}@${story.domain} ${sourceOf(story) ?? ""}`;
    const earlier = before.get(account) ?? [];
    const traced = tracedEvidence(story, earlier, context);
    // The last few do: all of them would be quadratic.
    before.set(account, [...earlier.slice(-3), story]);
    const trunk = isTrunkOfPbx(story, context) && (username === undefined || story.user !== username);
    return { story, traced, trunk };
  });
}
