import { describe, expect, it } from "vitest";
import { listPresets } from "../../../../src/presets/index.js";
import { presetById } from "../../../../src/tools/core/preset.js";

describe("a preset's values for what was left out", () => {
  it.each([
    [{}, { transport: "udp", port: 5060 }],
    [{ port: 5060 }, { transport: "udp" }],
    [{ port: 5061 }, { transport: "tls" }],
    [{ transport: "tcp" }, { port: 5060 }],
    [{ transport: "tls" }, { port: 5061 }],
    [{ transport: "tls", port: 5060 }, {}],
    [{ port: 5099 }, {}],
    [{ transport: "udp", port: 5060 }, {}],
  ] as const)("beside %o are %o", async (given, filled) => {
    const preset = await presetById("asterisk-pjsip");
    expect(preset.fill(given)).toEqual(filled);
  });

  it.each(listPresets().map(({ id }) => id))(
    "fit each other, and every port and transport of %s",
    async (id) => {
      const { file, fill } = await presetById(id);
      for (const { transport, port } of file.extraEndpoints) {
        const transports = file.extraEndpoints
          .filter((endpoint) => endpoint.port === port)
          .map((endpoint) => endpoint.transport);
        expect(transports, `port ${port}`).toContain(fill({ port }).transport);
        const ports = [
          file.fields?.port.value,
          ...file.extraEndpoints
            .filter((endpoint) => endpoint.transport === transport)
            .map((endpoint) => endpoint.port),
        ];
        expect(ports, transport).toContain(fill({ transport }).port);
        expect(fill({ transport, port })).toEqual({});
      }
    },
  );
});
