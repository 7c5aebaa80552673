import { sourceOf } from "../trace-context.js";
import type { RegisterStory } from "../trace-story.js";

/** From where users are registered, as far as a trace shows it: the last address and port of each. */
export function registeredFrom(stories: readonly RegisterStory[]): { user: string; place: string }[] {
  return stories.flatMap((story) => {
    const good = story.exchanges.findLast(({ final }) => final !== undefined && final.status < 300);
    const host = sourceOf(story);
    if (good === undefined || story.user === undefined || host === undefined) return [];
    const via = good.final?.headers.get("Via") ?? "";
    const rport = /;\s?rport=(\d{1,5})/.exec(via)?.[1];
    const { peer, direction } = good.first;
    const packet = direction === "sent" ? undefined : /:(\d{1,5})$/.exec(peer ?? "")?.[1];
    const port = packet ?? rport;
    return port === undefined ? [] : [{ user: story.user, place: `${host}:${port}` }];
  });
}
