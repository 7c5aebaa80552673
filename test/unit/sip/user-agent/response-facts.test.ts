import { expect, test } from "vitest";
import { buildResponse, Headers, readResponseFacts } from "../../../../src/sip/index.js";
import { plain } from "../../../support/plain.js";
import { testRequest } from "../../../support/sip.js";

const remote = { address: "192.0.2.10", port: 5060 };

function request() {
  const made = testRequest("REGISTER");
  made.headers.prepend("Via", "SIP/2.0/UDP 10.0.0.5:40000;branch=z9hG4bKx;rport");
  return made;
}

test("what the peer saw, who it is and how long to wait are read", () => {
  const sent = request();
  const headers = [
    ["User-Agent", "FPBX-16\u001b[31m"],
    ["Retry-After", "30 (busy)"],
  ] as const;
  const answer = buildResponse(sent, 503, "No", { headers });
  answer.headers.set("Via", "SIP/2.0/UDP 10.0.0.5:40000;branch=z9hG4bKx;received=203.0.113.7;rport=1024");
  const facts = readResponseFacts(sent, answer, remote, remote);
  expect(plain(facts)).toEqual({
    server: "FPBX-16",
    received: "203.0.113.7",
    rport: 1024,
    rewritten: [],
    retryAfter: 30,
  });
});

test("an answer from elsewhere is reported with its source", () => {
  const sent = request();
  const facts = readResponseFacts(sent, buildResponse(sent, 200, "OK"), remote, { ...remote, port: 5070 });
  expect(facts.answeredFrom).toEqual({ address: "192.0.2.10", port: 5070 });
});

test("an address that came back changed is reported with both spellings", () => {
  const sent = request();
  const answer = buildResponse(sent, 200, "OK");
  answer.headers
    .set("Via", "SIP/2.0/UDP 203.0.113.7:1024;branch=z9hG4bKx")
    .set("Call-ID", "other@203.0.113.7");
  const { rewritten } = readResponseFacts(sent, answer, remote, remote);
  expect(plain(rewritten)).toEqual([
    { what: "via-sent-by", sent: "10.0.0.5:40000", came: "203.0.113.7:1024" },
    { what: "call-id", sent: sent.headers.get("Call-ID"), came: "other@203.0.113.7" },
  ]);
});

test("a response without headers worth reading gives no facts and no exception", () => {
  const sent = request();
  const answer = { ...buildResponse(sent, 200, "OK"), headers: new Headers() };
  expect(readResponseFacts(sent, answer, remote, remote)).toEqual({ rewritten: [] });
});
