import { describe, expect, it } from "vitest";
import type { Evidence } from "../../../src/diagnosis/evidence.js";
import { judge } from "../../../src/diagnosis/verdict.js";
import { credentials, evidence, exchange, registered, unanswered } from "../../support/evidence.js";
import { plain } from "../../support/plain.js";

/** Where nothing speaks against the registration. */
const judged = (seen: Evidence) => plain(judge(seen, []));
const WHERE = "pbx.example.com (tls/5061, ";

describe("a verdict without findings", () => {
  it("is proven where credentials were accepted with 200", () => {
    const { outcome, text } = judged(evidence({ credentials: credentials("accepted", 200) }));
    expect(outcome).toBe("proven");
    expect(text).toContain(" accepts the credentials of 1001, tested from here.");
  });

  it("is open where credentials were accepted by another answer than 200", () => {
    const { outcome, text } = judged(evidence({ credentials: credentials("accepted", 202) }));
    expect(outcome).toBe("not_proven");
    expect(text).toContain(" answered 202. Only a 200 that grants our Contact some time proves");
  });

  it("is proven by a test binding only where a 200 lists it and grants it time", () => {
    const bound = {
      outcome: "bound" as const,
      last: registered(200),
      grantedExpires: 60,
      listed: true,
      others: [],
      removed: true,
    };
    const of = (more: object) =>
      judged(evidence({ credentials: credentials("accepted", 200), binding: { ...bound, ...more } })).outcome;
    expect(of({})).toBe("proven");
    expect(of({ listed: false })).toBe("not_proven");
    expect(of({ last: registered(202) })).toBe("not_proven");
    expect(of({ grantedExpires: 0 })).toBe("not_proven");
    expect(of({ grantedExpires: undefined })).toBe("not_proven");
  });

  it("is open where nothing answers SIP, and says what would show more", () => {
    const nothing = unanswered([]);
    const { target } = nothing;
    expect(judged(nothing)).toMatchObject({
      outcome: "not_proven",
      text: "Nothing wrong was seen, but SIP was not answered or not asked either. An answer of the registrar would show more.",
      missing: ["An answer of the registrar would show more."],
    });
    const { username: _, ...nobody } = target;
    expect(judged({ ...nothing, target: nobody }).missing).toEqual([
      "With a username the registrar is asked as well.",
    ]);
  });

  it("is open where the registrar was not asked", () => {
    const { registrar: _, ...unasked } = evidence();
    expect(judged(unasked).text).toMatch(/ answers SIP\. Whether it registers anybody was not asked\.$/);
    const { username: _user, ...nobody } = unasked.target;
    expect(judged({ ...unasked, target: nobody }).missing).toEqual([
      "Whether it registers anybody was not asked: that needs a username.",
    ]);
  });

  it("is open where credentials were sent and the answer does not tell", () => {
    const { text } = judged(evidence({ credentials: credentials("unclear" as never, undefined) }));
    expect(text).toContain(" was sent the credentials of 1001: ");
    expect(text).toContain("That answer does not tell whether they are right");
  });

  it("is open where REGISTER is not answered, though SIP is", () => {
    const silent = exchange({ method: "REGISTER", result: "silent", ms: 8_000, sends: 5 });
    expect(judged(evidence({ registers: [silent] })).text).toMatch(
      / answers SIP, but .*Only an answer to REGISTER would show more: ask once more in a minute\.$/,
    );
  });

  it("is open where the registrar asks for credentials that were not tested", () => {
    expect(judged(evidence()).text).toMatch(
      / answers as a registrar should and asks for credentials\. They were not tested: /,
    );
    expect(judged(evidence({ history: { refusals: 1, samePassword: true } })).text).toContain(
      "This very password was refused there within ten minutes, and was not sent again.",
    );
  });

  it("is open where the registrar asks for none", () => {
    expect(judged(evidence({ registers: [registered(200)] })).text).toMatch(
      / answers REGISTER with 200 and without asking for credentials\. Nothing says that user and password are right/,
    );
  });

  it("names the place and who answers there", () => {
    expect(judged(evidence()).text).toContain(WHERE);
  });
});
