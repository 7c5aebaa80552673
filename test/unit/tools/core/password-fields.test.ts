import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../../src/redaction/secret.js";
import { waysToGivePassword } from "../../../../src/tools/core/password-fields.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../../support/mcp.js";

const sipSecrets = new Map([
  ["OFFICE_PBX", { secret: new Secret("p-office"), hosts: ["pbx.acme.com"] }],
  ["HOME", { secret: new Secret("p-home"), hosts: [] }],
]);

let connected: ConnectedClient | undefined;
afterEach(async () => {
  await connected?.close();
  connected = undefined;
});

async function fieldsOf(tool: string, more: Parameters<typeof servicesFor>[1]) {
  connected = await connectInProcess(servicesFor(undefined, more));
  const { tools } = await connected.client.listTools();
  const found = tools.find(({ name }) => name === tool);
  return (found?.inputSchema.properties ?? {}) as Record<string, { enum?: string[]; description?: string }>;
}

describe.each(["configure_sip_registration", "diagnose_sip_registration"])("%s", (tool) => {
  it("offers the names of configured passwords, with their pins and without their values", async () => {
    const { passwordSecret } = await fieldsOf(tool, { sipSecrets });
    expect(passwordSecret?.enum).toStrictEqual(["OFFICE_PBX", "HOME"]);
    expect(passwordSecret?.description).toContain("OFFICE_PBX (for pbx.acme.com); HOME");
    expect(JSON.stringify(passwordSecret)).not.toMatch(/p-office|p-home/);
  });

  it("has no such parameter where none are configured", async () => {
    expect(Object.keys(await fieldsOf(tool, {}))).not.toContain("passwordSecret");
    await connected?.close();
    expect(Object.keys(await fieldsOf(tool, { sipSecrets: new Map() }))).not.toContain("passwordSecret");
  });

  it("has the names alone where passwords must not come through the conversation", async () => {
    const names = Object.keys(await fieldsOf(tool, { sipSecrets, passwordArgument: false }));
    expect(names).toContain("passwordSecret");
    expect(names).not.toContain("password");
  });
});

describe("a name", () => {
  it("that is not configured is refused with those that are", async () => {
    connected = await connectInProcess(servicesFor(undefined, { sipSecrets }));
    const answer = await connected.call("configure_sip_registration", {
      agentId: "11111111-1111-4111-8111-111111111111",
      sipDomain: "pbx.acme.com",
      username: "1001",
      passwordSecret: "OFFICE",
    });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('passwordSecret must be one of "OFFICE_PBX", "HOME"');
  });
});

describe("the ways to give a password", () => {
  it("are told best first, and never one that is not there", () => {
    const [named, argument] = waysToGivePassword("1001@pbx", { passwordArgument: true, sipSecrets });
    expect(named).toContain("passwordSecret: OFFICE_PBX");
    expect(argument).toContain("the same call with password.");
    const [only, ...more] = waysToGivePassword("1001@pbx", { passwordArgument: false });
    expect(only).toContain("TELZINO_SIP_SECRET_<NAME>");
    expect(more).toStrictEqual([]);
  });
});
