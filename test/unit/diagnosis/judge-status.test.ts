import { describe, expect, it } from "vitest";
import { judgeStatus, type StatusKnown } from "../../../src/diagnosis/judge-status.js";
import { loadPreset } from "../../../src/presets/index.js";
import { knownStates } from "../../../src/registration/states.js";
import type { StoredRegistration } from "../../../src/telzino/types.js";
import { statusIn } from "../../support/evidence.js";

const NOW = new Date("2026-06-01T12:00:00Z");
const STORED: StoredRegistration = {
  ...{ sipDomain: "pbx.example.com", username: "1001", port: 5060, transport: "udp", enabled: true },
};

function judged(states: readonly string[], stored: Partial<StoredRegistration> = {}, more = {}) {
  const [first, ...rest] = states.map(statusIn);
  if (first === undefined) throw new Error("no sample");
  const known: StatusKnown = {
    samples: [first, ...rest],
    stored: { ...STORED, ...stored },
    platformIsLocal: false,
    now: NOW,
    ...more,
  };
  return judgeStatus(known);
}

function ids(...given: Parameters<typeof judged>): string[] {
  return judged(...given).map(({ id }) => id);
}

describe("a status with no look at the wire", () => {
  it("gives one finding for each failed state, and none of them speaks of the wire", () => {
    for (const { state } of knownStates().filter(({ kind }) => kind === "failed")) {
      const found = judged([state]);
      expect(found, state).toHaveLength(1);
      expect(found[0], state).toMatchObject({ severity: "critical", seenFrom: "the platform" });
      expect(found[0]?.fix, state).not.toMatch(/was found on the way/);
    }
  });

  it("gives none for a registration that is well, or on its way", () => {
    for (const state of ["REGISTERED_STATE", "REGISTERING_STATE", "AUTHENTICATING_STATE"])
      expect(ids([state])).toEqual([]);
  });

  it("notices a registration that was not refreshed although the state still says registered", () => {
    const samples = [{ state: "REGISTERED_STATE", expires: new Date(NOW.getTime() - 400_000) }];
    expect(ids(["REGISTERED_STATE"], {}, { samples })).toEqual(["platform-expired"]);
    const sent = (ago: number) => [{ ...samples[0], lastRegisterSent: new Date(NOW.getTime() - ago) }];
    expect(ids(["x"], {}, { samples: sent(500_000) })).toEqual(["platform-expired"]);
    // Sent since: whatever that time means, it is not that one is due.
    expect(ids(["x"], {}, { samples: sent(300_000) })).toEqual([]);
  });

  it("tells an attempt that does not end from one that is under way", () => {
    const sent = (ago: number) => ({
      state: "REGISTERING_STATE",
      lastRegisterSent: new Date(NOW.getTime() - ago),
    });
    expect(ids(["x"], {}, { samples: [sent(80_000), sent(80_000)] })).toEqual(["platform-stuck"]);
    expect(ids(["x"], {}, { samples: [sent(3_000), sent(3_000)] })).toEqual([]);
    expect(ids(["x"], {}, { samples: [sent(301_000)] })).toEqual(["platform-stuck"]);
    expect(ids(["x"], {}, { samples: [sent(80_000)] })).toEqual([]);
  });

  it("takes a timeout after refusals for a ban", () => {
    expect(ids(["WRONG_CREDENTIALS_STATE", "REGISTER_TIMEOUT_STATE"])).toEqual(["platform-banned"]);
  });

  it("says that a registration is disabled", () => {
    expect(ids(["NOT_REGISTERED_STATE"], { enabled: false })).toEqual(["platform-disabled"]);
    const off = (state: string) => [{ ...statusIn(state), enabled: false }];
    expect(ids(["x"], {}, { samples: off("NOT_REGISTERED_STATE") })).toEqual(["platform-disabled"]);
    // What is registered all the same is told as a contradiction.
    expect(ids(["x"], {}, { samples: off("REGISTERED_STATE") })).toEqual([]);
  });

  it("finds nothing wrong where nothing is stored", () => {
    expect(ids(["NOT_FOUND"], {}, { stored: null })).toEqual([]);
  });

  it("stands by itself where the settings cannot be read", () => {
    expect(ids(["REGISTER_TIMEOUT_STATE"], {}, { stored: undefined })).toEqual(["platform-timeout"]);
  });
});

describe("the settings beside a status", () => {
  it("explain silence by a host of a local network, unless the platform is there too", () => {
    for (const sipDomain of ["192.168.1.10", "pbx.local"]) {
      expect(ids(["REGISTER_TIMEOUT_STATE"], { sipDomain })).toEqual(["domain-lan-only"]);
      expect(ids(["REGISTER_TIMEOUT_STATE"], { sipDomain }, { platformIsLocal: true })).toEqual([
        "platform-timeout",
      ]);
    }
    expect(ids(["INTERNAL_ERROR_STATE"], { proxy: "10.0.0.1" })).toEqual(["proxy-lan-only"]);
  });

  it("are first where only silence is known, and are no fault where the PBX has answered", () => {
    const tls = { transport: "tls", port: 5060 } as const;
    expect(ids(["REGISTER_TIMEOUT_STATE"], tls)).toEqual(["tls-with-5060", "platform-timeout"]);
    expect(ids(["WRONG_CREDENTIALS_STATE"], tls)).toEqual(["platform-wrong-credentials"]);
    expect(ids(["REGISTERED_STATE"], tls)).toEqual([]);
  });

  it("are first where they may be why the login is refused", async () => {
    const preset = await loadPreset("3cx");
    expect(ids(["WRONG_CREDENTIALS_STATE"], {}, { preset })).toEqual([
      "auth-username-needed",
      "platform-wrong-credentials",
    ]);
  });
});

describe("a fix by the status alone", () => {
  it("begins with what the preset knows of that state", async () => {
    const preset = await loadPreset("asterisk-pjsip");
    const [found] = judged(["WRONG_CREDENTIALS_STATE"], {}, { preset });
    expect(found?.fix).toMatch(/^Asterisk.*: Wrong password, unknown endpoint.*pjsip set logger on/);
  });

  it("tells the preset's codes apart where the state stands for several", async () => {
    const preset = await loadPreset("3cx");
    const [found] = judged(["REGISTRAR_ERROR_STATE"], { authUsername: "x" }, { preset });
    expect(found?.fix).toMatch(/404 on REGISTER: Set authUsername to the Auth ID\. 403: /);
  });
});
