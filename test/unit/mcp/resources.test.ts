import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listTroubles } from "../../../src/answers/index.js";
import { listPresets } from "../../../src/presets/index.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";

let connected: ConnectedClient;
beforeEach(async () => {
  connected = await connectInProcess(servicesFor());
});
afterEach(() => connected.close());

async function read(uri: string) {
  const { contents } = await connected.client.readResource({ uri });
  const [content] = contents;
  return {
    uri: content?.uri,
    mimeType: content?.mimeType,
    text: content && "text" in content ? content.text : "",
  };
}

describe("the resources", () => {
  it("are the catalogue, the states and the troubleshooting table, with what a client shows of them", async () => {
    const { resources } = await connected.client.listResources();
    expect(resources.map(({ uri }) => uri)).toStrictEqual([
      "telzino://presets",
      "telzino://states",
      "telzino://troubleshooting",
    ]);
    const { resourceTemplates } = await connected.client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toStrictEqual([
      "telzino://presets/{id}",
      "telzino://troubleshooting/{code}",
      "telzino://agents/{id}/registration",
    ]);
    const texts = resourceTemplates.filter(({ mimeType }) => mimeType !== "application/json");
    for (const { name, title, description, mimeType, annotations } of [...resources, ...texts]) {
      expect(title, name).toBeTruthy();
      expect(description?.length, name).toBeGreaterThan(20);
      expect(mimeType, name).toBe("text/markdown");
      expect(annotations?.lastModified, name).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/);
    }
  });

  it("can all be read, and lead to one another", async () => {
    for (const family of ["presets", "states", "troubleshooting"]) {
      const { uri, mimeType, text } = await read(`telzino://${family}`);
      expect([uri, mimeType]).toStrictEqual([`telzino://${family}`, "text/markdown"]);
      expect(text).toMatch(/^# /);
      for (const [link] of text.matchAll(/telzino:\/\/[\w/-]+/g)) {
        expect((await read(link)).text.length, link).toBeGreaterThan(100);
      }
    }
  });

  it("have every preset and every trouble", async () => {
    for (const { id, name } of listPresets()) {
      const [head = ""] = (await read(`telzino://presets/${id}`)).text.split("\n\n");
      expect(head.replaceAll("\\", ""), id).toContain(name);
    }
    for (const { id, title } of listTroubles()) {
      expect((await read(`telzino://troubleshooting/${id}`)).text).toContain(`# ${title}`);
    }
  });

  it.each([
    ["telzino://presets/3CX", "# 3CX"],
    ["telzino://presets/", "# PBX catalogue"],
    ["telzino://troubleshooting/504", "# 408 Request Timeout, 504 Server Time-out"],
    ["TELZINO://States".toLowerCase(), "# Registration states"],
  ])("%s is found however it is written", async (uri, title) => {
    expect((await read(uri)).text).toContain(title);
  });

  it.each([
    ["telzino://presets/freepbx-pjsp", /Did you mean telzino:\/\/presets\/freepbx-pjsip\?/],
    ["telzino://troubleshooting/999", /No resource/],
    ["telzino://states/REGISTERED_STATE", /telzino:\/\/states/],
    ["telzino://agents", /telzino:\/\/presets/],
    ["file:///etc/passwd", /telzino:\/\/presets/],
    ["telzino://presets/../../package.json", /No resource/],
  ])("%s does not exist, which the protocol's code says", async (uri, message) => {
    const reading = connected.client.readResource({ uri });
    await expect(reading).rejects.toMatchObject({ code: -32_002 });
    await expect(connected.client.readResource({ uri })).rejects.toThrow(message);
  });
});
