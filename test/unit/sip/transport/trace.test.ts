import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { openUdpFlow, parseMessage, Trace } from "../../../../src/sip/index.js";
import { SipParseError } from "../../../../src/sip/message/errors.js";
import type { Flow, FlowListener } from "../../../../src/sip/transport/flow.js";
import { testRequest } from "../../../support/sip.js";

const address = { address: "127.0.0.1", port: 5060 };

test("a trace of a flow that lives long keeps the newest entries and counts the others", async () => {
  const outcome = await openUdpFlow({ address: "127.0.0.1", port: 0 });
  if (outcome.kind !== "connected") throw new Error("not bound");
  const trace = new Trace();
  trace.watch(outcome.flow);
  for (let count = 0; count < 450; count += 1) {
    await outcome.flow.send(testRequest("OPTIONS", `sip:${count}@pbx.test`), {
      address: "127.0.0.1",
      port: 9,
    });
  }
  expect(trace.entries.length).toBe(400);
  expect(trace.dropped).toBe(50);
  const last = trace.entries.at(-1);
  expect(last?.kind === "message" && last.message.kind === "request" && last.message.uri).toBe(
    "sip:449@pbx.test",
  );
  await outcome.flow.close();
});

/** A flow of which it is told what came. */
function flowOf() {
  let listener: FlowListener = {};
  const flow = {
    transport: "tcp",
    local: address,
    remote: address,
    subscribe: (given: FlowListener) => {
      listener = given;
      return () => {};
    },
  } as Partial<Flow> as Flow;
  const trace = new Trace();
  trace.watch(flow);
  return {
    trace,
    sent: () => listener.sent?.(testRequest("OPTIONS", "sip:pbx.test"), address),
    came: (status: number, size = 10) =>
      listener.message?.(
        parseMessage(Buffer.from(`SIP/2.0 ${status} x\r\nX: ${"a".repeat(size)}\r\n\r\n`)),
        address,
      ),
    malformed: () =>
      listener.malformed?.({
        error: new SipParseError("empty", "x"),
        bytes: Buffer.alloc(9),
        source: address,
      }),
  };
}

/** What is kept: a number for an answer's status, `-n` where so many are left out. */
function kept({ entries }: Trace): number[] {
  return entries.map((entry) => {
    if (entry.kind === "left-out") return -entry.count;
    return entry.kind === "message" && entry.message.kind === "response" ? entry.message.status : 0;
  });
}

describe("a peer that answers without end", () => {
  test("has 24 messages kept of each time that something was sent, and the final answers besides", () => {
    const { trace, sent, came, malformed } = flowOf();
    sent();
    for (let count = 0; count < 1_000; count += 1) came(183);
    for (let count = 0; count < 1_000; count += 1) malformed();
    for (let count = 0; count < 10; count += 1) came(403);
    sent();
    came(200);
    const provisional = Array<number>(24).fill(183);
    expect(kept(trace)).toEqual([0, ...provisional, -1_982, 403, 403, 403, 403, 0, 200]);
  });

  test("fills no memory: a MiB in all, and another for final answers", () => {
    const { trace, sent, came } = flowOf();
    const long = 8_000;
    for (let time = 0; time < 40; time += 1) {
      sent();
      for (let count = 0; count < 8; count += 1) came(183, long);
    }
    expect(kept(trace).filter((status) => status === 183).length).toBe(Math.floor(1_048_576 / (long + 1)));
    came(403, long);
    expect(kept(trace).at(-1)).toBe(403);
    for (let time = 0; time < 40; time += 1) {
      sent();
      for (let count = 0; count < 8; count += 1) came(403, long);
    }
    expect(kept(trace).filter((status) => status === 403).length).toBeLessThan(140);
  });
});
