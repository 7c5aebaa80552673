import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LogReport, readLog } from "../../src/logs/read-log.js";
import {
  type Asterisk16Peer,
  type Asterisk22Peer,
  asterisk16Accounts,
  asterisk22Accounts,
  lacks,
  startAsterisk16,
  startAsterisk22,
  tryPassword,
} from "./support/index.js";

/** The reader of logs on what the real programs write of real tries. */

const NOBODY = { extension: "nobody", authUsername: "nobody", password: "x", realm: "asterisk" };

function findingOf({ findings }: LogReport): [id: string | undefined, cause: string | undefined] {
  const [first] = findings.filter(({ severity }) => severity === "critical");
  return [first?.id, first?.cause];
}

describe.skipIf(await lacks("asterisk22"))("the log of Asterisk 22", () => {
  let peer: Asterisk22Peer;
  let log: string;
  beforeAll(async () => {
    peer = await startAsterisk22();
    await peer.cli("pjsip set logger on");
    await tryPassword(peer, asterisk22Accounts["1001"]);
    await tryPassword(peer, asterisk22Accounts["1002"], { password: "wrong" });
    await tryPassword(peer, NOBODY);
    await tryPassword(peer, asterisk22Accounts["1006"]);
    await tryPassword(peer, asterisk22Accounts["1008"]);
    await peer.messages();
    log = await peer.log();
  });
  afterAll(() => peer?.stop());

  it.each([
    ["1001", undefined, undefined],
    ["1002", "credentials-refused", /^The user is known/],
    ["nobody", "unknown-before-credentials", /^No endpoint or subscriber has this name/],
    ["1006", "extension-not-bindable", /^The endpoint has no AOR \(aors= is missing/],
    ["1008", "forbidden-before-credentials", /^An access list/],
  ])("on %s comes to %s", (username, id, cause) => {
    const [found, why] = findingOf(readLog(log, { username }));
    expect(found).toBe(id);
    if (cause) expect(why).toMatch(cause);
  });

  it("is understood but for the lines that are not about SIP, and gives back no digest", () => {
    const report = readLog(log);
    expect(report.unknown).toBeLessThan(12);
    expect(report.understood).toBeGreaterThan(100);
    const digests = [...log.matchAll(/(?:response|nonce|Response|Challenge)="([^"]{8,})"/g)].map(
      ([, it]) => it,
    );
    expect(digests.length).toBeGreaterThan(10);
    for (const digest of digests) expect(JSON.stringify(report)).not.toContain(digest);
  });
});

describe.skipIf(await lacks("asterisk16"))("the log of Asterisk 16 with chan_sip", () => {
  let peer: Asterisk16Peer;
  let log: string;
  beforeAll(async () => {
    peer = await startAsterisk16();
    await peer.cli("sip set debug on");
    await tryPassword(peer, asterisk16Accounts["1001"]);
    await tryPassword(peer, asterisk16Accounts["1002"], { password: "wrong" });
    await tryPassword(peer, NOBODY);
    await tryPassword(peer, asterisk16Accounts["1008"]);
    await peer.messages();
    log = await peer.log();
  });
  afterAll(() => peer?.stop());

  it.each([
    ["1001", undefined, undefined],
    ["1002", "credentials-refused", /^The password is not the extension's/],
    // chan_sip does not tell an unknown user from a wrong password, and the cause says so.
    ["nobody", "credentials-refused", /user that does not exist/],
    ["1008", "forbidden-before-credentials", /^An access list/],
  ])("on %s comes to %s", (username, id, cause) => {
    const [found, why] = findingOf(readLog(log, { username }));
    expect(found).toBe(id);
    if (cause) expect(why).toMatch(cause);
  });
});
