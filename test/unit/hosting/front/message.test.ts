import { describe, expect, it } from "vitest";
import { toolLabel, viewOf } from "../../../../src/hosting/front/message.js";
import { offeredTools } from "../../../../src/tools/index.js";

const call = (name: unknown) => viewOf({ method: "tools/call", params: { name } });

describe("viewOf", () => {
  it("takes exactly the tools that are not read-only for writing ones", () => {
    for (const { name, hints } of offeredTools({ readOnly: false })) {
      expect(call(name)).toMatchObject({ tool: name, writes: !hints.readOnlyHint });
    }
  });

  it("takes the diagnosis, which sends packets to a host of the caller's, for a probe", () => {
    const probing = offeredTools({ readOnly: false }).filter(({ name }) => call(name).probes);
    expect(probing.map(({ name }) => name)).toEqual(["diagnose_sip_registration"]);
  });

  it.each([null, 7, "text", {}, { method: 7 }, { method: "x y" }, { method: "a".repeat(65) }])(
    "sees nothing in %j",
    (message) => expect(viewOf(message)).toEqual({ method: "other", writes: false, probes: false }),
  );

  it.each([undefined, 7, "made_up", "constructor", "__proto__"])("knows no tool %j", (name) => {
    expect(toolLabel(name)).toBe("other");
    expect(call(name)).toEqual({ method: "tools/call", tool: "other", writes: false, probes: false });
  });
});
