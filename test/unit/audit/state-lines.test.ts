import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Audited } from "../../../src/audit/agent-read.js";
import { lineOf, readState } from "../../../src/audit/state-lines.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { agentsOn, READ_AT } from "../../support/audited-agents.js";
import { plain } from "../../support/plain.js";

const HEAD = { version: 1, api: "api.example.com", startedAt: READ_AT } as const;
const reads = [
  ...agentsOn("pbx.example.com", 3),
  ...agentsOn("pbx.example.com", 2, { from: 10, state: "NOT_FOUND", name: untrusted('Zoë "{"\n}, München') }),
].map(({ judged: _, host: __, ...read }) => read);
const lines = reads.map((read) => `${lineOf(read, (value) => value)}\n`);
const bytes = Buffer.from(`${JSON.stringify(HEAD)}\n${lines.join("")}`);

describe("lines of an audit", () => {
  it("are read as they were written", () => {
    const state = readState(bytes.toString());
    expect(state?.head).toEqual(HEAD);
    expect(plain([...(state?.reads.values() ?? [])])).toEqual(plain(reads));
  });

  it("that a kill has cut at any byte give the agents before the cut, also where others are written behind it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (cut) => {
        const left = bytes.subarray(0, cut);
        const whole = left.toString("latin1").split("\n").length - 2;
        const state = readState(left.toString());
        if (whole < 0) {
          // The head may be whole without its break.
          expect(state === undefined || state.reads.size === 0).toBe(true);
          return;
        }
        const ids = [...(state?.reads.keys() ?? [])];
        const expected = reads.map(({ id }) => id);
        // A line that lacks its break alone counts too.
        expect([expected.slice(0, whole), expected.slice(0, whole + 1)]).toContainEqual(ids);
        const goneOn = readState(`${left}\n${lines.slice(ids.length).join("")}`);
        expect([...(goneOn?.reads.keys() ?? [])]).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("of an agent that could not be read are none: it is read again", () => {
    const [unread, none] = [
      agentsOn("pbx.example.com", 1, { isRead: false, from: 20 }),
      agentsOn("pbx.example.com", 1, { isRead: false, registration: null, from: 30 }),
    ].map(([agent]) => {
      const { judged: _, host: __, ...read } = agent as Audited;
      return lineOf(read, (value) => value);
    });
    const state = readState(`${JSON.stringify(HEAD)}\n${unread}\n${none}\n`);
    expect([...(state?.reads.keys() ?? [])]).toEqual(["1030@pbx.example.com"]);
  });
});
