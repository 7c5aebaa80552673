import { describe, expect, it } from "vitest";
import { hostProblem } from "../../../src/registration/host.js";

describe("a host", () => {
  it.each([
    "pbx.example.com",
    "pbx",
    "my_pbx.example.com",
    "192.0.2.7",
    "2001:db8::1",
    "[2001:db8::1]",
    "pbx.example.com.",
  ])("may be %s", (host) => {
    expect(hostProblem(host)).toBeUndefined();
  });

  it.each([
    ["sip:pbx.example.com", /without "sip:".*: pbx\.example\.com$/],
    ["sip:1001@pbx.example.com:5060;transport=tls", /without "sip:": pbx\.example\.com$/],
    ["https://pbx.example.com/admin", /without "https:\/\/"/],
    ["pbx.example.com:5061", /put 5061 into port: pbx\.example\.com$/],
    ["1001@pbx.example.com", /belongs in username: pbx\.example\.com$/],
    ["pbx example.com", /blanks/],
    ["pbx.example.com/x", /only the host: pbx\.example\.com$/],
    ["192.0.2.300", /IP address/],
    ["bücher.example", /xn--bcher-kva\.example/],
    ["-pbx.example.com", /not a host name/],
    ["", /must not be empty/],
    [`${"a".repeat(64)}.example`, /not a host name/],
    ["a.".repeat(140), /longer/],
  ])("may not be %j, and the message says what is right", (host, message) => {
    expect(hostProblem(host)).toMatch(message);
  });
});
