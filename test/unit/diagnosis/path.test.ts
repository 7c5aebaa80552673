import { expect, test } from "vitest";
import { readPath } from "../../../src/diagnosis/checks/path.js";
import { untrustedToken } from "../../../src/redaction/untrusted.js";
import { endpoint, endpointSeen, exchange } from "../../support/evidence.js";

/** The path of one answer from a PBX at `dialled`, which saw this machine at `seen`. */
function pathOf(dialled: string, seen: string) {
  const options = exchange({
    local: { address: "192.168.1.5", port: 5070 },
    seen: { address: untrustedToken(seen) },
  });
  return readPath([endpointSeen({ endpoint: endpoint({ address: dialled }), options })], undefined);
}

test("a PBX that sees this machine at the public address that was dialled is behind the same router", () => {
  expect(pathOf("8.8.4.4", "8.8.4.4")).toMatchObject({ seenAtDialled: true, nat: true });
});

test("a PBX that sees it elsewhere is not, and at a private address nothing follows", () => {
  for (const [dialled, seen] of [
    ["8.8.4.4", "8.8.8.8"],
    ["8.8.4.4", "192.168.1.5"],
    ["192.168.1.10", "192.168.1.10"],
    ["127.0.0.1", "127.0.0.1"],
  ] as const) {
    expect(pathOf(dialled, seen)?.seenAtDialled).toBeUndefined();
  }
});

test("a private address seen by a public PBX is reported, and whether it is ours", () => {
  const seenBy = (dialled: string, seen: string) => pathOf(dialled, seen)?.privateFromPublic;
  expect(seenBy("8.8.4.4", "192.168.1.5")).toEqual({ address: "192.168.1.5", isOurs: true });
  expect(seenBy("8.8.4.4", "10.40.0.2")).toEqual({ address: "10.40.0.2", isOurs: false });
  expect(seenBy("8.8.4.4", "8.8.8.8")).toBeUndefined();
  expect(seenBy("192.168.1.10", "192.168.1.5")).toBeUndefined();
});

test("an answer from elsewhere is reported with the address that had been asked, be it not the first", () => {
  const answeredFrom = { address: "8.8.8.9", port: 5060 };
  const local = { address: "192.168.1.5", port: 5070 };
  const at = (address: string, from?: typeof answeredFrom) =>
    endpointSeen({
      endpoint: endpoint({ address }),
      options: exchange({ local, ...(from ? { answeredFrom: from } : {}) }),
    });
  expect(readPath([at("8.8.4.4"), at("8.8.8.8", answeredFrom)], undefined)).toMatchObject({
    answeredFrom,
    askedAt: { address: "8.8.8.8" },
  });
  expect(readPath([at("0.0.0.0", answeredFrom)], undefined)).not.toHaveProperty("answeredFrom");
});
