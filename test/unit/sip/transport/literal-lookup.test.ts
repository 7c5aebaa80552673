import { afterEach, beforeEach, expect, test } from "vitest";
import { localAddressTowards, openFlow, refusalOfPort } from "../../../../src/sip/index.js";
import { type NameLookups, watchNameLookups } from "../../../support/name-lookups.js";
import { connected, testRequest } from "../../../support/sip.js";

let lookups: NameLookups;
beforeEach(() => {
  lookups = watchNameLookups();
});
afterEach(() => lookups.stop());

test.each(["tcp", "tls"] as const)(
  "a name in place of an address is refused over %s, not looked up",
  async (transport) => {
    const outcome = await openFlow({ transport, address: "localhost", port: 5060 });
    expect(outcome).toMatchObject({ kind: "transport-error", phase: "connect", code: "EINVAL" });
    expect(lookups.names).toEqual([]);
  },
);

test("a name in place of an address is refused over UDP, not looked up", async () => {
  const remote = { address: "localhost", port: 5060 };
  expect(await localAddressTowards(remote)).toBeUndefined();
  expect(await refusalOfPort(remote, 1_000, new AbortController().signal)).toMatchObject({ code: "EINVAL" });
  const flow = await connected({ transport: "udp", address: "127.0.0.1", port: 5060 });
  expect(await flow.send(testRequest("OPTIONS"), remote)).toMatchObject({ code: "EINVAL" });
  await flow.close();
  expect(lookups.names).toEqual([]);
});
