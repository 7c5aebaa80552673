import { afterAll, afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../support/free-port.js";
import { Folder, madeToken } from "../../support/hosting.js";
import { BOTH, toolCall } from "../../support/http-front.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

/** The built server over HTTP with `--sandbox`, whose PBX is on loopback, where no one else may send it. */

const folder = new Folder();
let running: SpawnedHttp | undefined;
afterEach(async () => {
  await running?.process.kill();
  running = undefined;
});
afterAll(() => folder.remove());

interface Diagnosed {
  text: string;
  progress: string[];
  outcome: unknown;
}

/** What a caller is told, and the progress on the way. */
async function diagnose(url: string, port: number, token?: string): Promise<Diagnosed> {
  const headers = { ...BOTH, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const body = toolCall(
    "diagnose_sip_registration",
    { sipDomain: "127.0.0.1", port },
    { progressToken: "p" },
  );
  const answer = await (await fetch(url, { method: "POST", headers, body })).text();
  const messages = [...answer.matchAll(/^data: (\{.*\})$/gm)].map(([, data = ""]) => JSON.parse(data));
  const { result } = messages.find((message) => message.id !== undefined);
  return {
    text: result.content[0].text,
    outcome: result.structuredContent?.outcome,
    progress: messages.flatMap(({ params }) => params?.message ?? []),
  };
}

describe("a hosted sandbox's own PBX", () => {
  it("is diagnosed as any other where everyone is let in", async () => {
    const port = await freePort();
    running = await spawnHttp(["--no-auth", "--sandbox", "--sandbox-sip-port", String(port)]);
    const { text, progress } = await diagnose(running.url, port);
    expect(text).not.toMatch(/public addresses/);
    expect(text).toMatch(/registrar: OPTIONS is answered 200 .*Telzino-Sandbox-PBX/);
    expect(progress).toContain(`Contacting udp 127.0.0.1:${port}`);
  });

  it("is refused in one sentence where there are tenants, and no one is said not to have answered", async () => {
    const port = await freePort();
    const { token, entry } = madeToken("alice");
    const credentials = { clientId: "sandbox", clientSecretEnv: "SECRET" };
    const file = folder.write("tenants.json", { tenants: { acme: { credentials, tokens: [entry] } } });
    const flags = ["--tenants", file, "--sandbox", "--sandbox-sip-port", String(port)];
    running = await spawnHttp(flags, { SECRET: "sandbox-secret" });
    const { text, progress } = await diagnose(running.url, port, token);
    expect(text.match(/only public addresses/g)).toHaveLength(1);
    expect(progress.join("\n")).not.toMatch(/No answer/);
  });
});
