import { describe, expect, it } from "vitest";
import { INTERVAL_NAMED, INTERVAL_UNNAMED } from "../../../src/answers/demands.js";
import { FAMILY_NAMES, type Family, type NamedFamily } from "../../../src/answers/families.js";
import { troubleOf } from "../../../src/answers/index.js";
import { meaningOf, oneOf, readingsOf, troubleOfAnswer } from "../../../src/answers/meaning.js";
import { ANSWERS, answerToRegister } from "../../../src/answers/records.js";
import type { Stage } from "../../../src/answers/types.js";
import { findingsFrom } from "../../../src/diagnosis/rank.js";
import { RULES } from "../../../src/diagnosis/rules/index.js";
import { clientEvent } from "../../../src/logs/client-meanings.js";
import { MEANINGS } from "../../../src/logs/meanings.js";
import { challenge, credentials, evidence, registered } from "../../support/evidence.js";
import { plain } from "../../support/plain.js";

const STAGES: readonly Stage[] = ["before credentials", "after credentials", "in a call"];
const FAMILIES: readonly Family[] = [...(Object.keys(FAMILY_NAMES) as NamedFamily[]), "other", "unknown"];

/** Answers of a registration, with what a diagnosis makes of each as the answer to a first REGISTER. */
const TO_A_FIRST = ANSWERS.flatMap(({ codes }) => codes)
  .filter((code) => answerToRegister(code).codes.includes(code))
  .filter((code) => meaningOf(answerToRegister(code), "before credentials") !== undefined)
  .map((code) => {
    const contacts = code >= 300 && code < 400 ? ["sip:edge.example.net"] : [];
    const seen = evidence({ registers: [registered(code, { contacts })] });
    const made = RULES.filter(({ topic, find }) => topic === "registrar" && find(seen) !== undefined);
    return { code, ids: made.map(({ id }) => id), finding: plain(findingsFrom(seen))[0] };
  });

describe("the records of answers", () => {
  it("have their own codes", () => {
    const codes = ANSWERS.flatMap((answer) => answer.codes);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { id, codes } of ANSWERS) expect(codes.map(String)).toContain(id);
  });

  it("are sure of a case only where one reading is left, or where a conclusion that all share says so", () => {
    for (const answer of ANSWERS) {
      for (const stage of STAGES) {
        for (const family of FAMILIES) {
          const left = readingsOf(answer, stage, family);
          const sure = meaningOf(answer, stage, family)?.confidence === "high";
          const shared = answer.conclusions?.some(
            (each) => each.stage === stage && each.confidence === "high",
          );
          if (sure && left.length > 1) expect(shared, `${answer.id} ${stage} ${family}`).toBe(true);
          if (left.length === 1) expect(sure, answer.id).toBe(left[0]?.confidence === "high");
        }
      }
    }
  });

  it("write causes as clauses, so several fit into a sentence", () => {
    for (const { id, readings } of ANSWERS) {
      for (const { cause, fix } of readings) {
        expect(cause, id).not.toMatch(/\.$|^(?:The|A|An|No|It) /);
        expect(fix, id).toMatch(/\.$/);
      }
    }
  });

  it("say of 403 before credentials that it is not the password", () => {
    const cause = meaningOf(answerToRegister(403), "before credentials")?.cause;
    expect(cause).toMatch(/^It is not the password\. One of these: \(1\) this source address/);
  });

  it("keep each family's readings to that family", () => {
    const ofFamily = (code: number, family: Family) =>
      meaningOf(answerToRegister(code), "after credentials", family)?.cause;
    expect(ofFamily(403, "asterisk-pjsip")).toMatch(/max_contacts/);
    expect(ofFamily(403, "freeswitch")).toMatch(/wrong password.*auth-acl/);
    expect(ofFamily(403, "freeswitch")).not.toMatch(/max_contacts|peer's/);
    expect(ofFamily(403, "opensips")).toBe(ofFamily(403, "unknown"));
  });
});

describe("one answer, wherever it is met", () => {
  it.each(TO_A_FIRST)("$code leads to one finding, in the words of its record", ({ code, ids, finding }) => {
    expect(ids).toHaveLength(1);
    const words = [meaningOf(answerToRegister(code), "before credentials")];
    const of423 = [INTERVAL_NAMED, INTERVAL_UNNAMED].map(({ cause, ...more }) => ({
      cause: oneOf([cause]),
      ...more,
    }));
    expect(code === 423 ? of423 : words).toContainEqual(
      expect.objectContaining({ cause: finding?.cause, fix: finding?.fix, confidence: finding?.confidence }),
    );
  });

  it.each(TO_A_FIRST.filter(({ code }) => ![401, 403, 404, 407, 408, 410, 504, 604].includes(code)))(
    "$code in a client's log leads to the finding that a diagnosis makes of it",
    ({ code, ids }) => {
      const kind = clientEvent(code);
      expect([kind && MEANINGS[kind].finding]).toEqual(ids);
    },
  );

  it.each(TO_A_FIRST)(
    "$code stands in the troubleshooting table with the same fix and certainty",
    ({ code, finding }) => {
      const before = readingsOf(answerToRegister(code), "before credentials");
      const shown = troubleOf(`${code}`)?.causes ?? [];
      for (const { cause, fix, confidence } of before) {
        expect(shown).toContainEqual(
          expect.objectContaining({ cause: expect.stringContaining(cause.slice(1)), fix, confidence }),
        );
      }
      if (before.length === 1) {
        expect(shown.map(({ fix, confidence }) => ({ fix, confidence }))).toContainEqual({
          fix: finding?.fix,
          confidence: finding?.confidence,
        });
      }
    },
  );

  it("is reported in the table with the stage and the PBXs that it is true of", () => {
    const causes = troubleOf("403")?.causes.map(({ cause }) => cause);
    expect(causes?.[0]).toBe("After credentials, Asterisk (chan_sip) and FreeSWITCH: wrong password.");
    expect(causes).toContainEqual(expect.stringMatching(/^Before credentials: this source address/));
    expect(troubleOf("603")?.causes.map(({ cause }) => cause)).toEqual([
      "A rule on the PBX or at the provider.",
      expect.stringMatching(/^To a REGISTER: a rule of the PBX/),
    ]);
    expect(troubleOf("421")?.causes.map(({ cause }) => cause)).toEqual([
      expect.stringMatching(/^The registrar insists on an extension/),
    ]);
  });

  it("is read by its class where it has no record of its own", () => {
    expect([399, 580, 466, 699].map((code) => answerToRegister(code).id)).toEqual([
      "302",
      "500",
      "other",
      "other",
    ]);
  });

  it("after credentials says what the code means beside that these were probably accepted", () => {
    const seen = evidence({
      registers: [registered(401, { challenge: challenge() })],
      server: "SomePBX",
      credentials: credentials("rejected", 482),
    });
    const finding = plain(findingsFrom(seen)).find(({ id }) => id === "rejected-after-credentials");
    expect(finding?.cause).toMatch(/probably accepted; .*forwards to itself/);
    expect(finding?.fix).toMatch(/^Check that sipDomain is a domain/);
  });

  it.each([
    ["SomePBX", {}, /^It tells nothing of the credentials.*\(1\) overload/],
    ["SomePBX", { reason: "Please contact support", retryAfter: 5 }, /^It tells nothing of the credentials/],
    ["SomePBX", { reason: "Too many registered contacts", retryAfter: 5 }, /maximum of contacts/],
    ["kamailio (5.6.3)", {}, /^The extension has its maximum of contacts/],
    ["kamailio (5.6.3)", { reason: "Service Unavailable", retryAfter: 30 }, /overload.*; .*max_contacts/],
  ] as const)("503 from %s with %j is overload, unless its words say full", (server, more, cause) => {
    const last = registered(503, { withCredentials: true, server, ...more });
    const seen = evidence({ server, credentials: credentials("rejected", 503, { last }) });
    const finding = plain(findingsFrom(seen)).find(({ id }) => id === "rejected-after-credentials");
    expect(finding?.cause).toMatch(cause);
  });

  it.each([
    [404, "Asterisk PBX 22.10.1", [/identify section/, /\[anonymous\]/, /no auth=/]],
    [403, "Asterisk PBX 21.1.0", [/not allowed/, /\[anonymous\]/, /without auth=/]],
    [403, "Asterisk PBX 18.9.0", [/not allowed/, /\[anonymous\]/]],
    [404, "kamailio (5.6.3)", [/does not exist/, /does not serve this domain/]],
  ] as const)("%i before credentials from %s leaves more than one reading", (code, server, causes) => {
    const answered = registered(code, { server });
    const [finding] = plain(findingsFrom(evidence({ registers: [answered], server })));
    expect(finding?.confidence).toBe("medium");
    for (const cause of causes) expect(finding?.cause).toMatch(cause);
  });
});

describe("a cause as a sentence", () => {
  it("begins with a capital letter, unless a name or a field is there", () => {
    const written = [
      "wrong password",
      "authUsername is wrong",
      "username has a domain",
      "3CX does so",
      "aors= is missing",
    ];
    expect(written.map((clause) => oneOf([clause]))).toEqual([
      "Wrong password.",
      "authUsername is wrong.",
      "username has a domain.",
      "3CX does so.",
      "aors= is missing.",
    ]);
    expect(oneOf(["this", "that"])).toBe("One of these: (1) this; (2) that.");
  });

  it("is shown by every record in the table", () => {
    for (const answer of ANSWERS) {
      const { causes } = troubleOfAnswer(answer);
      expect(causes).toHaveLength(answer.readings.length);
      for (const { cause } of causes)
        expect(cause).toMatch(/^(?:[A-Z3].*|(?:auth)?[uU]sername.*|sipDomain.*|aors.*)\.$/s);
    }
  });
});
