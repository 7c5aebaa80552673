import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createRedactor } from "../../../../src/redaction/redactor.js";
import { configureSipRegistration } from "../../../../src/tools/configure-sip-registration/index.js";
import { readArguments } from "../../../../src/tools/core/arguments.js";

const required = {
  agentId: "11111111-1111-4111-8111-111111111111",
  sipDomain: "pbx.example.com",
  username: "1001",
};

function read(extra: Record<string, unknown>) {
  const { input, clearable } = configureSipRegistration;
  return readArguments(input, { ...required, ...extra }, clearable);
}

function problems(raw: unknown): string[] {
  const result = readArguments(configureSipRegistration.input, raw);
  return result.ok ? [] : result.problems.map((problem) => createRedactor().redact(problem));
}

describe("arguments", () => {
  it("are taken where the meaning is plain", () => {
    const result = read({ port: "5061", transport: "TLS", subscribe: "false", proxy: null });
    expect(result).toMatchObject({ ok: true, input: { port: 5061, transport: "tls", subscribe: false } });
    expect(result.ok && "proxy" in result.input).toBe(false);
  });

  it("take a stored field away where they are null", () => {
    const result = read({ proxy: null, authUsername: null, clear: "did" });
    expect(result).toMatchObject({ ok: true, input: { clear: ["did", "proxy", "authUsername"] } });
  });

  it("are left out where a client writes null for whatever is left out", () => {
    const result = read({ proxy: null, did: null, presetId: null, waitSeconds: null });
    expect(result.ok && Object.keys(result.input).sort()).toEqual(Object.keys(required).sort());
    expect(result.ok && result.notes).toStrictEqual([
      "null was taken as left out, since others are null too; clear takes fields away.",
    ]);
    expect(read({ clear: "sipDomain" })).toMatchObject({
      problems: [expect.stringMatching(/^clear must be one of "proxy", "port"/)],
    });
    expect(readArguments(z.strictObject({ did: z.string().optional() }), { did: null })).toMatchObject({
      ...{ ok: true, input: {}, notes: [] },
    });
  });

  it("lose the blanks around them, and the caller is told", () => {
    const result = read({ sipDomain: " pbx.example.com\n" });
    expect(result).toMatchObject({ ok: true, input: { sipDomain: "pbx.example.com" } });
    expect(result.ok && result.notes).toStrictEqual([
      "sipDomain: the blanks around the value were left out.",
    ]);
  });

  it("keep every character of a password", () => {
    const result = read({ password: " p w " });
    expect(result.ok && result.input.password?.reveal()).toBe(" p w ");
  });

  it.each([
    ["sip_domain", "sipDomain"],
    ["sipdomian", "sipDomain"],
    ["domain", "sipDomain"],
    ["extension", "username"],
    ["auth_id", "authUsername"],
    ["AgentID", "agentId"],
    ["preset", "presetId"],
  ])("named %s are refused with the name %s", (name, meant) => {
    expect(problems({ ...required, [name]: "x" })).toStrictEqual([
      `"${name}" is not a parameter of this tool: did you mean ${meant}?`,
    ]);
  });

  it("of an unknown name are refused with the names that there are", () => {
    expect(problems({ ...required, colour: "red" })[0]).toMatch(/It takes: agentId, sipDomain/);
  });

  it("of unknown names are reported for five of them, and the others are counted", () => {
    const many = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`colour${index}`, 1]));
    const told = problems({ ...required, ...many });
    expect(told).toHaveLength(6);
    expect(told.at(-1)).toBe("29995 more are not parameters of this tool either.");
  });

  it("of endless names are refused with their beginning, in quotes, on one line", () => {
    const [told = ""] = problems({ ...required, [`a"\n${"sipDomain".repeat(20_000)}`]: "x" });
    expect(told).toMatch(/^"a\\" sipDomain.{20,40}…" is not a parameter of this tool\. It takes: agentId/);
    expect(told.length).toBeLessThan(300);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
    "named %s are unknown as any other, and nothing is inherited from them",
    (name) => {
      const raw: unknown = JSON.parse(`{"${name}": ${JSON.stringify(required)}}`);
      expect(problems(raw)).toEqual([
        expect.stringContaining(`"${name}" is not a parameter of this tool. It takes: agentId`),
        "agentId is missing",
        "sipDomain is missing",
        "username is missing",
      ]);
    },
  );

  it.each([
    ["port", "5060".padEnd(100_000, "0"), "port must be an integer"],
    ["port", JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`), "port must be an integer"],
    ["transport", "tls".repeat(60_000), 'transport must be one of "udp", "tcp", "tls"'],
    ["sipDomain", `x:${"9".repeat(200_000)}`, "sipDomain is longer than a DNS name can be (253 characters)"],
    ["sipDomain", "ä".repeat(100_000), "sipDomain is longer than a DNS name can be (253 characters)"],
    ["username", "x@".repeat(100_000), "username is too long (128 characters at most)"],
    [
      "did",
      "+1 ".repeat(60_000),
      "did must be a number in E.164 form, e.g. +15551234567 (country code, no blanks)",
    ],
  ])("of %s that are endless are refused in a few words (%#)", (name, value, told) => {
    expect(problems({ ...required, [name]: value })).toEqual([told]);
  });

  it("that are missing or wrong are all named at once", () => {
    expect(problems({ sipDomain: "sip:pbx.example.com", port: 0, transport: "sctp" })).toStrictEqual([
      "agentId is missing",
      'sipDomain must be only the host, without "sip:": pbx.example.com',
      "username is missing",
      "port must be at least 1",
      'transport must be one of "udp", "tcp", "tls"',
    ]);
  });

  it.each([[[1]], ["text"], [7]])("that are %j instead of an object are refused", (raw) => {
    expect(problems(raw)).toStrictEqual(["arguments must be an object"]);
  });

  it("of the wrong type are refused with the right one, never with the value", () => {
    const schema = z.strictObject({ port: z.int(), password: z.string() });
    const result = readArguments(schema, { port: "many", password: 123456 });
    expect(result).toStrictEqual({
      ok: false,
      problems: ["port must be an integer", "password must be a string"],
    });
  });
});
