import { describe, expect, it } from "vitest";
import { troubleOf } from "../../../src/answers/index.js";
import { ruleOf } from "../../../src/diagnosis/rules/index.js";
import { troubleGuide } from "../../../src/guides/troubleshoot.js";
import { MEANINGS } from "../../../src/logs/meanings.js";
import { textsFor } from "../../../src/passwords/page/texts/index.js";
import { stateFacts } from "../../../src/registration/states.js";

/** A wrong password, and then a ban: one fault, and the same advice wherever it is met. */
const guide = troubleGuide(
  {},
  {
    tools: new Set(["get_sip_status", "diagnose_sip_registration", "configure_sip_registration"]),
    agentIsBound: false,
    passwords: { page: true, argument: true, named: false },
  },
);
const page = textsFor({ "accept-language": "en" });

const PLACES: readonly [string, string][] = [
  ["the state", stateFacts("REGISTER_TIMEOUT_STATE").remedies.join(" ")],
  ["the wire", ruleOf("banned-after-refusals").fix],
  ["the platform's view", ruleOf("platform-banned").fix],
  ["the troubleshooting table", troubleOf("banned")?.causes[0]?.fix ?? ""],
  ["the log", MEANINGS.banned.fix ?? ""],
  ["the guide", JSON.stringify(guide)],
  ["the password page", page.failures.REGISTER_TIMEOUT_STATE ?? ""],
];

describe("after a wrong password and a ban", () => {
  it.each(PLACES)("%s says: first the credentials, then the ban", (_place, text) => {
    const credentials = text.search(/\b(?:correct|mend) the (?:credentials|password)\b/i);
    const ban = text.search(/\b(?:lift the ban|ban lifted)\b/i);
    expect(credentials, text).toBeGreaterThan(-1);
    expect(ban, text).toBeGreaterThan(credentials);
    expect(text).not.toMatch(/leave the password alone/i);
  });
});
