import { describe, expect, it } from "vitest";
import type { Services } from "../../src/tools/core/context.js";
import { everyKindOfReply } from "../support/reply-kinds.js";
import { AGENT_ID } from "../support/telzino-client.js";

/** What a reply advises can be done with the server that gave it. */

const WRITING = /\b(configure_sip_registration|remove_sip_registration)\b/;
const CHOOSING = /\b(agentId|list_telzino_agents)\b/;

describe.each<[string, Partial<Services>, RegExp]>([
  ["that is read-only", { readOnly: true }, WRITING],
  ["that works on one agent", { boundAgentId: AGENT_ID }, CHOOSING],
  [
    "that is read-only and works on one agent",
    { readOnly: true, boundAgentId: AGENT_ID },
    new RegExp(`${WRITING.source}|${CHOOSING.source}`),
  ],
])("the next steps of a server %s", (_which, more, absent) => {
  it("name only what it offers, and there is always one", async () => {
    const replies = await everyKindOfReply(more);
    expect(new Set(replies.map(({ tool }) => tool)).size).toBeGreaterThanOrEqual(6);
    for (const { kind, text } of replies) {
      const [, steps = ""] = text.split("\n\nNext:\n");
      expect(steps, kind).toMatch(/^1\. /);
      expect(steps, kind).not.toMatch(absent);
    }
    expect(replies.length).toBeGreaterThan(150);
  });
});
