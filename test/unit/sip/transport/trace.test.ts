import { expect, test } from "vitest";
import { openUdpFlow, Trace } from "../../../../src/sip/index.js";
import { testRequest } from "../../../support/sip.js";

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
