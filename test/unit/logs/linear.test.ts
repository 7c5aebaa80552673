import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { findingsOfCalls, viewsOf } from "../../../src/logs/calls/call-findings.js";
import { callStories } from "../../../src/logs/calls/call-story.js";
import { callContext } from "../../../src/logs/calls/parties.js";
import type { LogEvent } from "../../../src/logs/event.js";
import { findingsOfEvents } from "../../../src/logs/log-findings.js";
import { readLog } from "../../../src/logs/read-log.js";
import { findMessages } from "../../../src/logs/trace.js";
import { contextOf } from "../../../src/logs/trace-context.js";
import { registerStories } from "../../../src/logs/trace-story.js";
import { parseMessage } from "../../../src/sip/index.js";

/** Reading a log takes twice the steps for twice the log. Steps are counted: how often a line, header or event is looked at. */

interface Counter {
  steps: number;
}

function counted<T extends object>(target: T, counter: Counter): T {
  return new Proxy(target, {
    get(object, key) {
      counter.steps += 1;
      const value: unknown = Reflect.get(object, key, object);
      return typeof value === "function" ? value.bind(object) : value;
    },
  });
}

/** Steps for the double amount, for each step of the single one. */
function growth(run: (size: number, counter: Counter) => void): number {
  const [single, double] = [200, 400].map((size) => {
    const counter = { steps: 0 };
    run(size, counter);
    return counter.steps;
  }) as [number, number];
  expect(single).toBeGreaterThanOrEqual(200);
  return double / single;
}

const register = (cseq: number) =>
  parseMessage(
    Buffer.from(
      `REGISTER sip:pbx.example.com SIP/2.0\r\nTo: <sip:1001@pbx.example.com>\r\nCall-ID: one\r\nCSeq: ${cseq} REGISTER\r\n\r\n`,
    ),
  );

const invite = (callId: string, cseq: number) =>
  parseMessage(
    Buffer.from(
      `INVITE sip:1@a SIP/2.0\r\nFrom: <sip:2@a>;tag=a\r\nTo: <sip:1@a>\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} INVITE\r\n\r\n`,
    ),
  );

describe("the reading of a log takes twice as many steps for", () => {
  it.each([
    [
      "twice as many lines that are start line and header at once, and make no message",
      "X: ACK sip:a SIP/2.0",
      "X",
    ],
    ["twice as many start lines without a message", "ACK sip:a SIP/2.0", "X: 1"],
    ["twice as many messages with nothing between them", "ACK sip:a SIP/2.0\nX: 1", ""],
  ])("%s", (_name, line, last) => {
    const ratio = growth((size, counter) => {
      const lines = [...`${line}\n`.repeat(size).trimEnd().split("\n"), last];
      findMessages(counted(lines, counter));
    });
    expect(ratio).toBeLessThan(2.1);
  });

  it("twice as many REGISTERs of one Call-ID", () => {
    const ratio = growth((size, counter) => {
      const messages = Array.from({ length: size }, (_, index) => {
        const message = register(index);
        return { message: { ...message, headers: counted(message.headers, counter) }, line: index + 1 };
      });
      expect(registerStories(messages)[0]?.exchanges).toHaveLength(size);
    });
    expect(ratio).toBeLessThan(2.1);
  });

  it.each<[string, (index: number) => [callId: string, cseq: number]]>([
    ["of one call", (index) => ["one", index]],
    ["each of another call", (index) => [`c${index}`, 1]],
  ])("twice as many INVITEs, %s", (_name, ids) => {
    const ratio = growth((size, counter) => {
      const messages = Array.from({ length: size }, (_, index) => {
        const message = invite(...ids(index));
        return {
          message: { ...message, headers: counted(message.headers, counter) },
          line: index + 1,
          peer: "192.0.2.1:5060",
          to: "192.0.2.2:5060",
        };
      });
      const context = callContext(contextOf(messages), messages, []);
      findingsOfCalls(viewsOf(callStories(messages), context), [], undefined);
    });
    expect(ratio).toBeLessThan(2.1);
  });

  it("twice as many refusals, each for somebody else", () => {
    const ratio = growth((size, counter) => {
      const events = Array.from({ length: size }, (_, index): LogEvent => {
        const event: LogEvent = {
          dialect: "asterisk",
          kind: index % 2 === 0 ? "auth-failed" : "unknown-user",
          line: index + 1,
          user: `u${index}`,
        };
        return counted(event, counter);
      });
      findingsOfEvents(events, [], undefined);
    });
    expect(ratio).toBeLessThan(2.1);
  });
});

describe("a log whose words are names of JavaScript's own", () => {
  const security = (name: string) =>
    `SecurityEvent="FailedACL",EventTV="1",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="1001",RemoteAddress="IPV4/UDP/192.0.2.9/5060",ACLName="${name}"`;
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("is read as any other: %s", (name) => {
    const report = readLog(
      [
        security(name),
        `Removed contact 'sip:1@192.0.2.9' from AOR '${name}' due to ${name.toLowerCase()}`,
        `REGISTER sip:${name} SIP/2.0\nX: ${name}\nTo: <sip:${name}@a>\nCall-ID: ${name}\nCSeq: 1 REGISTER`,
      ].join("\n"),
    );
    expect(report.findings.map(({ id }) => id)).toContain("forbidden-before-credentials");
    expect(report.unknown).toBe(0);
  });
});
