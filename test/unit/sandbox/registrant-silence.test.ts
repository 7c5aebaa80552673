import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { testCertificates } from "../../support/certificates.js";
import { registersOf, settingsFor, TestRecord, VERSIONS } from "../../support/registrant.js";
import {
  type Closers,
  pem,
  type Setting,
  SILENCES,
  scripted,
  tls,
  udp,
} from "../../support/registrant-silences.js";
import { digestScript, instead } from "../../support/registrar-scripts.js";

/** Whatever keeps the answer away, OpenSIPS waits 30 s for it, and then says that it has timed out. */

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.each(VERSIONS)("the registrant like OpenSIPS %s", (version) => {
  async function meet({ settings, options }: Setting): Promise<TestRecord> {
    const record = new TestRecord(version, settings, options);
    closers.push(() => record.close());
    await record.tick();
    return record;
  }

  it.each(SILENCES)("is REGISTERING for 30 s with %s, and then timed out", async (_, setting) => {
    const record = await meet(await setting(closers));
    await expect.poll(() => record.state).toBe("REGISTERING_STATE");
    // Time for what fails at once.
    await delay(50);
    const sent = record.sentAt;
    await record.clock.advance(29.9);
    expect(record.state).toBe("REGISTERING_STATE");
    await record.clock.advance(0.1);
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTER_TIMEOUT_STATE");
    expect(record.sentAt).toBe(sent);
    expect(await record.secondsToNext()).toBe(version === "3.4" ? 40 : 3_620);
  });

  it("is AUTHENTICATING for 30 s where credentials are met with silence", async () => {
    const silent = instead("REGISTER", (request, asked) =>
      request.headers.has("Authorization") ? undefined : digestScript()(request, asked),
    );
    const record = await meet(await udp(closers, silent));
    await expect.poll(() => record.state).toBe("AUTHENTICATING_STATE");
    await record.clock.advance(29.9);
    expect(record.state).toBe("AUTHENTICATING_STATE");
    await record.clock.advance(0.1);
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTER_TIMEOUT_STATE");
  });

  it("takes an answer that comes late and within 30 s", async () => {
    const registrar = await scripted(closers, (request) => ({
      status: 200,
      headers: [["Contact", request.headers.get("Contact") ?? ""]],
      delayMs: 100,
    }));
    const record = await meet({ settings: settingsFor(registrar.target().port) });
    await expect.poll(() => registersOf(registrar)).toHaveLength(1);
    await record.clock.advance(3);
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTERED_STATE");
  });

  it.each([
    [
      "a trusted authority and another host's name",
      async (closers: Closers) => tls(closers, pem((await testCertificates()).wrongName)),
    ],
    [
      "TLS 1.3 only",
      async (closers: Closers) =>
        tls(closers, { ...pem((await testCertificates()).ok), minVersion: "TLSv1.3" as const }),
    ],
  ])("registers over TLS with %s", async (_, setting) => {
    const record = await meet(await setting(closers));
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTERED_STATE");
  });

  it.each(["udp", "tcp"] as const)(
    "ends at once, with nothing sent, where the name does not resolve (%s)",
    async (transport) => {
      const record = await meet({ settings: settingsFor(5060, { sipDomain: "nobody.invalid", transport }) });
      await record.registrant.cycle;
      const { state, lastRegisterSent } = record.registrant.snapshot;
      expect(state).toBe("INTERNAL_ERROR_STATE");
      expect(lastRegisterSent).toBeUndefined();
      await record.cycle();
      expect(record.registrant.snapshot.lastRegisterSent).toBeUndefined();
    },
  );
});
