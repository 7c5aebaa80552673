import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SpawnedServer } from "../support/spawned.js";

/** The guided way over real stdio, on the built file, with a real API behind the completions. */

let server: SpawnedServer;
beforeAll(async () => {
  server = new SpawnedServer(["--sandbox"]);
});
afterAll(() => server.kill());

describe("the built server", () => {
  it("declares prompts, resources and completions", async () => {
    const { capabilities } = await server.initialize();
    expect(capabilities).toEqual({ tools: {}, prompts: {}, resources: { subscribe: true }, completions: {} });
  });

  it("gives a prompt whose every tool and resource exists", async () => {
    const { tools } = (await server.request("tools/list")) as { tools: { name: string }[] };
    const names = new Set(tools.map(({ name }) => name));
    const { prompts } = (await server.request("prompts/list")) as { prompts: { name: string }[] };
    expect(prompts.map(({ name }) => name)).toStrictEqual(["setup_pbx", "troubleshoot_sip", "migrate_pbx"]);
    for (const { name } of prompts) {
      const prompt = await server.request("prompts/get", {
        name,
        arguments: { pbx: "3cx", to: "3cx", symptom: "403" },
      });
      const text = JSON.stringify(prompt);
      for (const [tool] of text.matchAll(
        /\b(?:list|get|configure|diagnose|remove|explain)_[a-z_]+|\bpbx_setup_guide\b/g,
      )) {
        expect(names, `${name}: ${tool}`).toContain(tool);
      }
      for (const [uri] of text.matchAll(/telzino:\/\/[\w/-]+/g)) {
        expect((await server.request("resources/read", { uri })).contents, uri).toHaveLength(1);
      }
    }
  });

  it("completes an agent's name from the API, a preset and a symptom", async () => {
    const complete = async (name: string, argument: string, value: string) =>
      (
        (await server.request("completion/complete", {
          ref: { type: "ref/prompt", name },
          argument: { name: argument, value },
        })) as { completion: { values: string[] } }
      ).completion.values;
    expect(await complete("setup_pbx", "agent", "fro")).toStrictEqual(["Front Desk"]);
    expect(await complete("setup_pbx", "agent", "")).toContain("Spanish Line");
    expect(await complete("migrate_pbx", "to", "yea")).toStrictEqual(["yeastar-p-series"]);
    expect(await complete("troubleshoot_sip", "symptom", "one-way")).toStrictEqual(["one-way-audio"]);
  });

  it("refuses a resource that does not exist by the protocol's code", async () => {
    await expect(server.request("resources/read", { uri: "telzino://presets/no-such-pbx" })).rejects.toThrow(
      /-32002/,
    );
  });
});
