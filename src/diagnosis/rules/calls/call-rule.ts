import type { Rule } from "../rule.js";

/** A finding on a call: what a log or trace showed is judged where it is read, and the rule holds its words. */
export function inCall<Id extends string>(
  id: Id,
  rule: Omit<Rule, "id" | "topic" | "explains" | "find">,
): Rule<Id, never> {
  return {
    ...rule,
    id,
    topic: "calls",
    find: ({ call }) => {
      if (call?.what !== id) return undefined;
      const { what: _id, words, ...found } = call;
      return { evidence: words, ...found };
    },
  };
}
