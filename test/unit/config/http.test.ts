import { describe, expect, it } from "vitest";
import { DEFAULT_RATES, type HttpFlags, readHttpSettings } from "../../../src/config/http.js";
import { ConfigError } from "../../../src/config/index.js";
import { Secret } from "../../../src/redaction/secret.js";

function problemsOf(flags: HttpFlags): readonly string[] {
  try {
    readHttpSettings(flags);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const PUBLIC = { tenants: "tenants.json", publicUrl: "https://sip.example.com" };

describe("readHttpSettings", () => {
  it("listens on loopback and keeps no sessions unless told otherwise", () => {
    expect(readHttpSettings({ auth: false })).toMatchObject({
      host: "127.0.0.1",
      port: 3000,
      noAuth: true,
      sessions: false,
      allowedOrigins: [],
      allowedHosts: [],
      rates: DEFAULT_RATES,
      maxCalls: 256,
      graceMs: 30_000,
    });
  });

  it.each(["tenants", "oauthAudience", "oauthPrincipalClaim", "tlsCert", "tlsKey", "oauthIssuer"] as const)(
    "refuses a reference that nobody has filled in as the value of %s, and finds nothing else wrong",
    (flag) => {
      const tls = flag.startsWith("tls") ? { tlsCert: "cert.pem", tlsKey: "key.pem" } : {};
      const oauth = flag.startsWith("oauth") ? { oauthIssuer: "https://login.example.com/" } : {};
      const [problem, ...others] = problemsOf({ ...PUBLIC, ...tls, ...oauth, [flag]: "$TELZINO_NOT_THERE" });
      expect(problem).toMatch(/^--[a-z-]+ is a reference \(\$…\) that was not filled in/);
      expect(others).toEqual([]);
    },
  );

  it("reads every flag", () => {
    const settings = readHttpSettings({
      ...PUBLIC,
      host: "[::]",
      port: "0",
      publicUrl: "https://sip.example.com/voice/",
      sessions: true,
      oauthIssuer: "https://login.example.com/",
      oauthJwksUrl: "https://login.example.com/keys",
      oauthAudience: "sip",
      oauthPrincipalClaim: "client_id",
      allowOrigin: "https://chat.example.com, http://localhost:6274",
      allowHost: "Inner:9000",
      trustProxy: "10.0.0.0/8",
      allowTarget: "192.168.1.0/24",
      tlsCert: "cert.pem",
      tlsKey: "key.pem",
      maxCalls: "7",
      limitCalls: "1",
      limitWrites: "2",
      limitProbes: "3",
      metricsPort: "9090",
      graceSeconds: "5",
    });
    expect(settings).toMatchObject({
      host: "::",
      port: 0,
      noAuth: false,
      sessions: true,
      tenantsFile: "tenants.json",
      oauth: { issuer: "https://login.example.com/", audience: "sip", principalClaim: "client_id" },
      allowedOrigins: ["https://chat.example.com", "http://localhost:6274"],
      allowedHosts: ["inner:9000"],
      tls: { certFile: "cert.pem", keyFile: "key.pem" },
      maxCalls: 7,
      rates: { calls: 1, writes: 2, probes: 3 },
      metricsPort: 9090,
      graceMs: 5_000,
    });
    expect(settings.publicUrl?.href).toBe("https://sip.example.com/voice");
    expect(settings.trustedProxies.contains("10.1.1.1")).toBe(true);
    expect(settings.allowedTargets.contains("192.168.1.9")).toBe(true);
  });

  it("takes Redis from the environment, and a flag before it, but no password on the command line", () => {
    const own = new Secret("redis://:pw@redis:6379");
    expect(readHttpSettings({ auth: false }, own).redisUrl).toBe(own);
    const flagged = readHttpSettings({ auth: false, redisUrl: "redis://other:6379" }, own).redisUrl;
    expect(flagged?.reveal()).toBe("redis://other:6379");
    const problems = problemsOf({ auth: false, redisUrl: "redis://:topsecret@redis:6379" });
    expect(problems).toEqual([
      expect.stringMatching(/--redis-url must not hold a password.*TELZINO_REDIS_URL/),
    ]);
    expect(problems.join()).not.toContain("topsecret");
  });

  it.each<[string, HttpFlags, RegExp]>([
    ["nobody may come in", {}, /No authentication is configured/],
    [
      "--no-auth beyond loopback",
      { auth: false, host: "0.0.0.0", allowHost: "x" },
      /--no-auth works only with a loopback/,
    ],
    [
      "--no-auth with a public URL",
      { auth: false, publicUrl: "https://a.example" },
      /cannot go with --public-url/,
    ],
    ["--no-auth with tenants", { auth: false, tenants: "t.json" }, /cannot go with --tenants/],
    ["OAuth without a public URL", { oauthIssuer: "https://login.example.com" }, /needs --public-url/],
    ["other flags of OAuth alone", { ...PUBLIC, oauthAudience: "x" }, /--oauth-issuer is missing/],
    ["a public listener without a name", { tenants: "t.json", host: "::" }, /--public-url is missing/],
    ["half of TLS", { ...PUBLIC, tlsCert: "c.pem" }, /--tls-cert and --tls-key go together/],
    ["a public URL without TLS", { ...PUBLIC, publicUrl: "http://sip.example.com" }, /--public-url must be/],
    ["a public URL with /mcp", { ...PUBLIC, publicUrl: "https://a.example/mcp" }, /end before \/mcp/],
    ["an Origin with a path", { ...PUBLIC, allowOrigin: "https://a.example/x" }, /--allow-origin must be/],
    ["any Origin", { ...PUBLIC, allowOrigin: "*" }, /--allow-origin must be/],
    ["a Host with a path", { ...PUBLIC, allowHost: "a/b" }, /--allow-host must be/],
    ["a port that is none", { ...PUBLIC, port: "99999" }, /--port/],
    ["a limit of nothing", { ...PUBLIC, limitCalls: "0" }, /--limit-calls must be/],
    [
      "agents read all the time",
      { ...PUBLIC, metricsPort: "1", metricsAgents: "5" },
      /--metrics-agents must be/,
    ],
    ["gauges of agents without a port", { ...PUBLIC, metricsAgents: "60" }, /needs --metrics-port/],
    ["a name on pages of two lines", { ...PUBLIC, pageName: "Acme\nsupport" }, /--page-name must be in one/],
    ["a name on pages that is too long", { ...PUBLIC, pageName: "x".repeat(61) }, /--page-name must have 60/],
    ["a note that shows nothing", { ...PUBLIC, pageNote: "\u202eetihw" }, /--page-note must be in one/],
    ["a host with blanks", { ...PUBLIC, host: "a b" }, /--host must be/],
  ])("refuses %s", (_name, flags, problem) => {
    expect(problemsOf(flags)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });

  it("tells of every problem at once", () => {
    expect(problemsOf({ port: "x", limitCalls: "y", allowHost: "/" })).toHaveLength(4);
  });
});
