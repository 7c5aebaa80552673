import { describe, expect, it } from "vitest";
import { judgeStatus } from "../../../src/diagnosis/judge-status.js";
import { judgeStatusSeen, type StatusSeen } from "../../../src/diagnosis/status-verdict.js";
import { untrusted, untrustedToken } from "../../../src/redaction/untrusted.js";
import { knownStates } from "../../../src/registration/states.js";
import type { RegistrationStatus } from "../../../src/telzino/types.js";

const NOW = new Date("2026-06-01T12:00:00Z");
const STORED = { sipDomain: "pbx.example.com", username: "1001", port: 5060, transport: "udp" } as const;
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

function judged(status: Partial<RegistrationStatus>, more: Partial<StatusSeen> = {}) {
  const seen = { samples: [{ state: "REGISTERED_STATE", ...status }], stored: STORED, now: NOW, ...more };
  const known = { ...seen, platformIsLocal: false } as const;
  return judgeStatusSeen(seen as StatusSeen, judgeStatus(known as never));
}

describe("what a status proves", () => {
  it("is a registration as of its last REGISTER, and no more", () => {
    const { outcome, text, missing } = judged({ lastRegisterSent: ago(95) });
    expect(outcome).toBe("proven");
    expect(text).toMatch(/as of its last REGISTER 95 s ago/);
    expect(text).toMatch(/still has that registration was not looked at/);
    expect(text).not.toMatch(/calls? .*reach/i);
    expect(missing).toEqual([]);
  });

  it.each([
    ["no time of the last REGISTER", {}, {}],
    ["a last REGISTER of hours ago", { lastRegisterSent: ago(4_000) }, {}],
    ["isRegistered false beside it", { lastRegisterSent: ago(5), isRegistered: false }, {}],
    ["enabled no beside it", { lastRegisterSent: ago(5), enabled: false }, {}],
    ["a last REGISTER that lies ahead", { lastRegisterSent: ago(-20) }, {}],
    [
      "a registration timeout that has run out",
      { lastRegisterSent: ago(61), registrationTimeoutSeconds: 60 },
      {},
    ],
    ["a registration timeout of 0 s", { lastRegisterSent: ago(5), registrationTimeoutSeconds: 0 }, {}],
    ["that after a change", { registrationTimeoutSeconds: 0 }, { change: "seen" }],
    ["the code of another state", { lastRegisterSent: ago(5), stateCode: 4 }, {}],
    [
      "a message of another outcome",
      { lastRegisterSent: ago(5), message: untrusted("503 from the PBX") },
      {},
    ],
    ["nothing stored", { lastRegisterSent: ago(5) }, { stored: null }],
    ["no status before the change", { lastRegisterSent: ago(5) }, { change: "unknown" }],
    ["the status from before the change", { lastRegisterSent: ago(5) }, { change: "not yet" }],
  ] as const)("is nothing with %s", (_what, status, more) => {
    const { outcome, text, missing } = judged(status, more);
    expect(outcome).toBe("not_proven");
    expect(missing).toHaveLength(1);
    expect(text).toContain(missing[0]);
  });

  it("names what speaks against it, and takes no time that is yet to come for now", () => {
    const told = (status: Partial<RegistrationStatus>) =>
      judged({ lastRegisterSent: ago(5), ...status }).text;
    expect(told({ stateCode: 4 })).toMatch(/in the same breath stateCode 4, where that state has 3/);
    expect(told({ message: untrusted("not registered") })).toMatch(/the message .*not registered/);
    expect(told({ registrationTimeoutSeconds: 5 })).toMatch(/timeout of 5 s has run out/);
    expect(told({ lastRegisterSent: ago(-600) })).toMatch(/is 10 min ahead of this clock/);
  });

  it("is nothing where a reading a moment before spoke against it", () => {
    const registered = { state: "REGISTERED_STATE", lastRegisterSent: ago(5) } as const;
    const { outcome, text } = judged({}, { samples: [{ ...registered, stateCode: 4 }, registered] });
    expect(outcome).toBe("not_proven");
    expect(text).toMatch(/in the same breath stateCode 4, where that state has 3/);
  });

  it.each(["Successfully registered", "OK", "200 OK", "Registered.", "No error", ""])(
    "is not in doubt for a message that goes with it (%s)",
    (message) => {
      const status = { lastRegisterSent: ago(5), stateCode: 3, registrationTimeoutSeconds: 600 };
      expect(judged({ ...status, message: untrusted(message) }).outcome).toBe("proven");
    },
  );

  it("is a REGISTER since the change where the state has moved to registered, also without its time", () => {
    expect(judged({}, { change: "seen" })).toMatchObject({ outcome: "proven" });
    expect(judged({ lastRegisterSent: ago(90_000) }, { change: "seen" }).text).toMatch(
      /is off by this clock/,
    );
  });

  it("is nothing where another state was seen a moment before", () => {
    const registered = { state: "REGISTERED_STATE", lastRegisterSent: ago(5) } as const;
    const samples = [{ state: "REGISTERING_STATE" }, registered] as const;
    expect(judgeStatusSeen({ samples, stored: STORED, now: NOW }, [])).toMatchObject({
      outcome: "not_proven",
    });
  });

  it("is nothing in a state that is not known, which is told by its name, whatever else it says", () => {
    for (const isRegistered of [true, false, undefined]) {
      const status = {
        ...{ state: untrustedToken("SUSPENDED_STATE"), lastRegisterSent: ago(5) },
        ...(isRegistered === undefined ? {} : { isRegistered }),
      };
      const { outcome, text } = judged(status);
      expect(outcome).toBe("not_proven");
      expect(text).toContain("SUSPENDED_STATE");
    }
  });

  it("is a problem in every state of failure, and in none on the way", () => {
    for (const { state, kind } of knownStates()) {
      if (kind === "registered" || kind === "absent") continue;
      const { outcome } = judged({ state, lastRegisterSent: ago(2) });
      expect(outcome, state).toBe(kind === "failed" ? "problem" : "not_proven");
    }
  });

  it("says that nothing is stored, and not which state that leaves", () => {
    const { outcome, text } = judged({ state: "NOT_FOUND", enabled: false }, { stored: null });
    expect(outcome).toBe("not_proven");
    expect(text).toMatch(/^No SIP registration is stored for this agent\./);
    expect(text).not.toMatch(/disabled/);
  });
});
