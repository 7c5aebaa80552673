import { describe, expect, it } from "vitest";
import {
  agentIdField,
  authUsernameField,
  didField,
  portField,
  usernameField,
} from "../../../src/registration/fields.js";

function problem(
  field: { safeParse(value: unknown): { error?: { issues: { message: string }[] } | undefined } },
  value: unknown,
) {
  return field.safeParse(value).error?.issues[0]?.message;
}

describe("fields", () => {
  it.each(["+15551234567", "+4930123456"])("take %s as a did", (value) => {
    expect(problem(didField, value)).toBeUndefined();
  });

  it.each([
    ["+1 (555) 123-4567", /e\.g\. \+15551234567/],
    ["0049 30 123456", /e\.g\. \+4930123456/],
    ["5551234567", /country code/],
    ["+0123456789", /E\.164/],
  ])("refuse %s as a did and say what is right", (value, message) => {
    expect(problem(didField, value)).toMatch(message);
  });

  it("take any UUID as agentId, and a name that looks like none", () => {
    expect(problem(agentIdField, "11111111-1111-4111-8111-111111111111")).toBeUndefined();
    expect(problem(agentIdField, "Front Desk")).toBeUndefined();
    expect(problem(agentIdField, " ")).toMatch(/empty/);
    expect(problem(agentIdField, "x".repeat(201))).toMatch(/too long/);
    expect(problem(agentIdField, "11111111-1111-4111-8111-11111111111")).toMatch(/list_telzino_agents/);
    expect(problem(agentIdField, "../11111111-1111-4111-8111-111111111111")).toMatch(/UUID/);
  });

  it.each([
    ["sip:1001", /without "sip:"/],
    ["10 01", /blanks/],
    ["10\u000001", /control/],
    ['say "hi"', /blanks/],
    ['"1001"', /must not contain "/],
  ])("refuse %j as a username", (value, message) => {
    expect(problem(usernameField, value)).toMatch(message);
  });

  it("take the awkward users that real PBXs take", () => {
    for (const user of ["it's", "jürgen", "semi;colon", "user@corp"])
      expect(problem(usernameField, user)).toBeUndefined();
    expect(problem(authUsernameField, "two words")).toBeUndefined();
  });

  it("keep ports within their range", () => {
    for (const port of [1, 5060, 65_535]) expect(problem(portField, port)).toBeUndefined();
    for (const port of [0, 65_536, 5060.5]) expect(problem(portField, port)).toBeDefined();
  });
});
