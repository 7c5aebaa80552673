import { describe, expect, it } from "vitest";
import { OriginCheck } from "../../../../src/hosting/front/origin.js";

const PUBLIC = new URL("https://sip.example.com/telzino");
const APP = "https://app.example.com";

/** Made in each test again. */
const open = () =>
  new OriginCheck({
    publicUrl: PUBLIC,
    allowedHosts: ["inside.example.com:8080"],
    allowedOrigins: [APP],
  });
const local = () => new OriginCheck({ allowedHosts: [], allowedOrigins: [] });

const HOST = { allowed: false, reason: "host" };
const ORIGIN = { allowed: false, reason: "origin" };
const PLAIN = { allowed: true, cors: {} };

describe("Host", () => {
  it.each(["sip.example.com", "SIP.Example.com", "inside.example.com:8080"])("%s is served", (host) => {
    expect(open().check({ host })).toEqual(PLAIN);
  });

  it.each([
    undefined,
    "",
    "evil.example.com",
    "sip.example.com:444",
    "inside.example.com",
    "inside.example.com:8081",
    "sip.example.com.evil.example.com",
    "evil-sip.example.com",
  ])("%j is not", (host) => {
    expect(open().check(host === undefined ? {} : { host })).toEqual(HOST);
  });

  it.each(["127.0.0.1", "127.0.0.1:1", "127.0.0.1:65535", "localhost:3000", "[::1]", "[::1]:3000"])(
    "%s is served where nothing else is named: it is this machine",
    (host) => {
      expect(local().check({ host })).toEqual(PLAIN);
    },
  );

  it.each([
    "127.0.0.1:123456",
    "127.0.0.1:",
    "127.0.0.1:80:80",
    "127.0.0.1:80.evil.example.com",
    "a127.0.0.1",
  ])("%s is no loopback address", (host) => {
    expect(local().check({ host })).toEqual(HOST);
  });
});

describe("Origin", () => {
  it("that is named is let read the answer, and what it needs of its headers", () => {
    expect(open().check({ host: "sip.example.com", origin: APP })).toEqual({
      allowed: true,
      cors: {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Expose-Headers": "Mcp-Session-Id, WWW-Authenticate, X-Request-Id, Retry-After",
        Vary: "Origin",
      },
    });
  });

  it("that is named is not let in where the Host is another's", () => {
    expect(open().check({ host: "evil.example.com", origin: APP })).toEqual(HOST);
  });

  it.each([
    ["sip.example.com", "https://sip.example.com"],
    ["inside.example.com:8080", "http://inside.example.com:8080"],
    ["inside.example.com:8080", "https://inside.example.com:8080"],
    ["Inside.example.com:8080", "https://inside.example.com:8080"],
    ["inside.example.com:8080", "https://sip.example.com"],
    ["127.0.0.1:3000", "http://127.0.0.1:3000"],
  ])("of the server itself, asked as %s, may be %s, without headers for others", (host, origin) => {
    expect(open().check({ host, origin })).toEqual(PLAIN);
  });

  it.each([
    ["sip.example.com", "http://sip.example.com"],
    ["sip.example.com", "https://sip.example.com:444"],
    ["sip.example.com", "null"],
    ["sip.example.com", ""],
    ["sip.example.com", "https://app.example.com.evil.example.com"],
    ["sip.example.com", "https://inside.example.com:8080"],
    ["127.0.0.1:3000", "http://127.0.0.1:3001"],
    ["127.0.0.1:3000", "ftp://127.0.0.1:3000"],
  ])("of someone else, asked as %s, is refused: %j", (host, origin) => {
    expect(open().check({ host, origin })).toEqual(ORIGIN);
  });

  it("is no one's own where there is no public address", () => {
    expect(local().check({ host: "127.0.0.1", origin: "undefined" })).toEqual(ORIGIN);
    expect(local().check({ host: "127.0.0.1", origin: "https://sip.example.com" })).toEqual(ORIGIN);
  });
});

describe("a preflight", () => {
  const cors = (check: OriginCheck, origin?: string) => {
    const verdict = check.check({ host: "sip.example.com", ...(origin === undefined ? {} : { origin }) });
    return verdict.allowed ? verdict.cors : {};
  };

  it("of a named Origin is told the methods and headers that may be sent, for ten minutes", () => {
    const check = open();
    const headers = check.preflight(cors(check, APP));
    expect(headers).toMatchObject({
      "Access-Control-Allow-Origin": APP,
      "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
      "Access-Control-Max-Age": "600",
    });
    const allowed = headers["Access-Control-Allow-Headers"]?.toLowerCase().split(", ");
    for (const name of ["authorization", "content-type", "mcp-protocol-version", "mcp-session-id"]) {
      expect(allowed).toContain(name);
    }
  });

  it("of anybody else is told nothing", () => {
    const check = open();
    expect(check.preflight(cors(check))).toEqual({});
    expect(check.preflight(cors(check, "https://sip.example.com"))).toEqual({});
  });
});
