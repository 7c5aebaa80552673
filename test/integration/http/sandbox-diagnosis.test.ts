import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../support/free-port.js";
import { BOTH, toolCall } from "../../support/http-front.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

/** The built server over HTTP with `--sandbox` and without tenants; sandbox-targets.test.ts has those. */

let running: SpawnedHttp | undefined;
afterEach(async () => {
  await running?.process.kill();
  running = undefined;
});

interface Diagnosed {
  text: string;
  progress: string[];
  outcome: unknown;
}

/** What a caller is told, and the progress on the way. */
async function diagnose(url: string, port: number): Promise<Diagnosed> {
  const body = toolCall(
    "diagnose_sip_registration",
    { sipDomain: "127.0.0.1", port },
    { progressToken: "p" },
  );
  const answer = await (await fetch(url, { method: "POST", headers: BOTH, body })).text();
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
});
