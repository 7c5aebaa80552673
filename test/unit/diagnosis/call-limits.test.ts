import { describe, expect, it } from "vitest";
import { CallLimits, type CallPermission } from "../../../src/diagnosis/call-limits.js";
import { ProbeHistory } from "../../../src/diagnosis/history.js";
import { PbxLedger } from "../../../src/diagnosis/pbx-ledger.js";

const TARGET = { domain: "pbx.example.com", address: "192.0.2.1", extension: "1001" };
const MINUTE = 60_000;

function clocked() {
  let now = 1_000_000;
  const ledger = new PbxLedger(() => now);
  return {
    ledger,
    calls: new ProbeHistory(ledger).calls,
    other: new ProbeHistory(ledger).calls,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

function ended(permission: CallPermission | string): void {
  if (typeof permission === "string") throw new Error(permission);
  permission.end();
}

describe("test calls", () => {
  it("are made one at a time", () => {
    const { calls } = clocked();
    const first = calls.start(TARGET);
    expect(calls.start({ ...TARGET, extension: "1002" })).toMatch(/one at a time/);
    ended(first);
    ended(calls.start({ ...TARGET, extension: "1002" }));
  });

  it("ring one extension three times in ten minutes, whatever the spelling of the host", () => {
    const { calls, pass } = clocked();
    for (const domain of ["pbx.example.com", "PBX.example.com.", "other.example.com"]) {
      ended(calls.start({ ...TARGET, domain }));
      pass(MINUTE);
    }
    expect(calls.start(TARGET)).toBe(
      "3 test calls to one extension within ten minutes are the limit; the next one is allowed in 7 min",
    );
    ended(calls.start({ ...TARGET, extension: "1002" }));
    pass(7 * MINUTE);
    ended(calls.start(TARGET));
  });

  it("ring one extension twenty times a day", () => {
    const { calls, pass } = clocked();
    for (let made = 0; made < 20; made += 1) {
      ended(calls.start(TARGET));
      pass(10 * MINUTE);
    }
    expect(calls.start(TARGET)).toMatch(/^20 test calls to one extension a day are the limit; .* 1240 min$/);
    pass(1_240 * MINUTE);
    ended(calls.start(TARGET));
  });

  it("count whatever becomes of them", () => {
    const { calls, pass } = clocked();
    for (let made = 0; made < 3; made += 1) ended(calls.start(TARGET));
    pass(9 * MINUTE);
    expect(calls.refusal(TARGET)).toMatch(/3 test calls/);
    pass(MINUTE);
    expect(calls.refusal(TARGET)).toBeUndefined();
  });

  it("are counted for all who share the ledger, and none is told what another did", () => {
    const { calls, other } = clocked();
    const running = calls.start(TARGET);
    expect(other.start(TARGET)).toMatch(/^this server limits how often/);
    ended(running);
    for (let made = 0; made < 2; made += 1) ended(calls.start(TARGET));
    expect(other.start(TARGET)).toMatch(/^this server limits how often/);
    ended(other.start({ ...TARGET, extension: "1002" }));
  });

  it("ring one extension twenty times a day, whoever asks", () => {
    const { calls, other, pass } = clocked();
    for (let made = 0; made < 20; made += 1) {
      ended((made % 2 === 0 ? calls : other).start(TARGET));
      pass(10 * MINUTE);
    }
    expect(calls.start(TARGET)).toMatch(/^this server limits how often/);
    ended(calls.start({ ...TARGET, extension: "1002" }));
  });

  it("are not made, and hold up nobody, where they could not be counted", () => {
    const { ledger } = clocked();
    const by = {};
    const full = (index: number) => ledger.calls.add(`${index}`, { at: ledger.now(), by, running: false });
    let kept = 0;
    while (full(kept)) kept += 1;
    ledger.calls.remove("0", ledger.calls.at("0")[0] as never);
    expect(new CallLimits(ledger, by).start(TARGET)).toMatch(/^this server limits how often/);
    ended(new CallLimits(ledger, {}).start(TARGET));
  });

  it("are ten in ten minutes for one tenant, whomever it rings, and leave others their own", () => {
    const { calls, other } = clocked();
    for (let made = 0; made < 10; made += 1) ended(calls.start({ ...TARGET, extension: `20${made}` }));
    expect(calls.start({ ...TARGET, extension: "301" })).toMatch(/^10 test calls in all within ten minutes/);
    ended(other.start({ ...TARGET, extension: "301" }));
  });
});
