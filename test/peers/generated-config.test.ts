import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type ConfigText, configTextsFor, type SetupValues } from "../../src/presets/config-text/index.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";
import {
  startGeneratedAsterisk,
  startKamailioWithHtable,
  startKamailioWithKamctl,
} from "./support/generated.js";
import { freePort, lacks, tryPassword } from "./support/index.js";

/** What `pbx_setup_guide` gives out is loaded into the real programs, and an agent registers with it. */

const PASSWORD = "6f1c3be2a94d07f5";
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function assistant(): Promise<SandboxedClient> {
  const connected = await connectToSandbox();
  stops.push(() => connected.close());
  return connected;
}

function reachable(port: number) {
  return { host: "127.0.0.1", ports: { udp: port, tcp: port, tls: port } };
}

/** The text of that title, as the tool would show it. */
function textNamed(presetId: string, values: SetupValues, title: RegExp): ConfigText {
  const found = configTextsFor(presetId, values).find((text) => title.test(text.title));
  if (!found) throw new Error(`no text ${title}`);
  return found;
}

describe.skipIf(await lacks("asterisk22"))("the text for Asterisk", () => {
  it.each(["udp", "tcp", "tls"] as const)("registers an agent over %s and rings it", async (transport) => {
    const port = await freePort();
    const values = {
      username: "1001",
      authUsername: "agent-77",
      transport,
      port,
      agentName: "Empfang; [Köln]",
      did: "+15551234567",
    };
    const rtp = { udp: 18_200, tcp: 18_300, tls: 18_400 }[transport];
    const asterisk = await startGeneratedAsterisk(configTextsFor("asterisk-pjsip", values), PASSWORD, rtp);
    stops.push(asterisk.stop);
    const client = await assistant();
    const { facts } = await client.call("configure_sip_registration", {
      agentId: FRONT_DESK,
      sipDomain: "127.0.0.1",
      username: "1001",
      authUsername: "agent-77",
      password: PASSWORD,
      port,
      transport,
    });
    expect(facts).toMatchObject({ outcome: "registered" });
    expect(await asterisk.cli("pjsip show contacts")).toContain("1001/sip:");
    expect(await asterisk.cli("pjsip show endpoint 1001")).toContain('"Empfang Köln" <1001>');
    // The number's way and the extension's: Local dials into the generated dialplan.
    await asterisk.cli("channel originate Local/15551234567@from-trunk-telzino application Wait 1");
    await expect
      .poll(() => client.callLogs(FRONT_DESK), { timeout: 10_000, interval: 250 })
      .toMatchObject([{ roomName: expect.stringMatching(/^sipRoom-/) }]);
  });

  it("refuses another password, and lets the agent itself dial nothing", async () => {
    const port = await freePort();
    const values = { username: "1001", transport: "udp", port } as const;
    const asterisk = await startGeneratedAsterisk(configTextsFor("asterisk-pjsip", values), PASSWORD, 18_500);
    stops.push(asterisk.stop);
    const account = { extension: "1001", authUsername: "1001", password: PASSWORD, realm: "asterisk" };
    expect(await tryPassword(reachable(port), account)).toBe("200");
    expect(await tryPassword(reachable(port), account, { password: "other" })).toBe("refused");
    expect(await asterisk.cli("pjsip show endpoint 1001")).toMatch(/context\s+: from-telzino/);
    expect(await asterisk.cli("dialplan show from-telzino")).not.toMatch(/=>|Include/);
    expect(await asterisk.log()).not.toMatch(/ERROR\[|Could not create an object|parse error/i);
  });
});

const KAMAILIO_VALUES = { username: "1001", sipDomain: "pbx.test", agentName: "Desk # 1 [x]" };

describe.skipIf(await lacks("kamailio"))("the text for Kamailio", () => {
  it("without a database registers an agent, and refuses another password", async () => {
    const port = await freePort();
    const kamailio = await startKamailioWithHtable(
      textNamed("kamailio-opensips", KAMAILIO_VALUES, /htable/),
      PASSWORD,
      port,
    );
    stops.push(kamailio.stop);
    const account = { extension: "1001", authUsername: "1001", password: PASSWORD, realm: "pbx.test" };
    expect(await tryPassword(reachable(port), account)).toBe("200");
    expect(await tryPassword(reachable(port), account, { password: "other" })).toBe("refused");
    const client = await assistant();
    const { facts } = await client.call("configure_sip_registration", {
      agentId: FRONT_DESK,
      sipDomain: "127.0.0.1",
      username: "1001",
      password: PASSWORD,
      port,
      transport: "tcp",
    });
    expect(facts).toMatchObject({ outcome: "registered" });
  });

  it("does not let one user register another's extension", async () => {
    const port = await freePort();
    const kamailio = await startKamailioWithHtable(
      textNamed("kamailio-opensips", KAMAILIO_VALUES, /htable/),
      PASSWORD,
      port,
    );
    stops.push(kamailio.stop);
    const other = { extension: "1002", authUsername: "1001", password: PASSWORD, realm: "pbx.test" };
    expect(await tryPassword(reachable(port), other)).toBe("403 after credentials");
  });

  it.skipIf(!existsSync("/usr/bin/python3"))(
    "by kamctl makes a subscriber that registers by its hash",
    async () => {
      const port = await freePort();
      const kamctl = textNamed("kamailio-opensips", KAMAILIO_VALUES, /kamctl/);
      const kamailio = await startKamailioWithKamctl(kamctl, PASSWORD, port, "pbx.test");
      stops.push(kamailio.stop);
      const account = { extension: "1001", authUsername: "1001", password: PASSWORD, realm: "pbx.test" };
      expect(await tryPassword(reachable(port), account)).toBe("200");
      expect(await tryPassword(reachable(port), account, { password: "other" })).toBe("refused");
    },
  );
});
