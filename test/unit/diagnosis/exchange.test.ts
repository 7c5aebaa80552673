import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { exchangeOf } from "../../../src/diagnosis/checks/exchange.js";
import { parseMessage, type SipResponse } from "../../../src/sip/index.js";
import { testRequest } from "../../support/sip.js";

const at = { address: "127.0.0.1", port: 5060 };

function answered(...lines: string[]) {
  const response = parseMessage(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`)) as SipResponse;
  const outcome = { kind: "response", response, source: at, sends: 1, waitedMs: 1 } as const;
  return exchangeOf({ request: testRequest("REGISTER"), credentialsFor: [], outcome, local: at }, "REGISTER");
}

const many = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index));

test("of an answer that lists without end the first ten of each list count", () => {
  const moved = answered(
    "SIP/2.0 302 Moved",
    `Contact: ${many(500, (index) => `<sip:${index}@a>`).join(",")}`,
  );
  expect(moved.contacts).toHaveLength(10);
  expect(moved.contacts[0]?.unwrap()).toBe("sip:0@a");
  const asked = answered(
    "SIP/2.0 401 No",
    ...many(100, (index) => `WWW-Authenticate: Digest realm="r${index}", nonce="n"`),
    ...many(100, (index) => `WWW-Authenticate: Other${index} realm="r", nonce="n"`),
  );
  expect(asked.challenge?.offers).toHaveLength(10);
  expect(asked.challenge?.unusable).toHaveLength(10);
});
