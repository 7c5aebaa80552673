import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/diagnosis/finding.js";
import { findingsFrom, rank } from "../../../src/diagnosis/rank.js";
import { judge } from "../../../src/diagnosis/verdict.js";
import { loadPreset } from "../../../src/presets/index.js";
import { untrustedToken } from "../../../src/redaction/untrusted.js";
import {
  credentials,
  endpoint,
  evidence,
  exchange,
  NOW,
  nameSeen,
  platform,
  registered,
  shutEndpoint,
  statusIn,
  unanswered,
} from "../../support/evidence.js";
import { plain } from "../../support/plain.js";

const silent = shutEndpoint({ kind: "silent", ms: 6_000, sends: 4 });

function finding(
  id: Finding["id"],
  severity: Finding["severity"],
  confidence: Finding["confidence"],
): Finding {
  return { id, severity, confidence, title: id, evidence: "", cause: "", fix: "", seenFrom: "this machine" };
}

function registeredAgo(seconds: number | undefined) {
  const sent = seconds === undefined ? {} : { lastRegisterSent: new Date(NOW.getTime() - seconds * 1_000) };
  const status = { ...statusIn("REGISTERED_STATE"), ...sent };
  return platform([status, status]);
}

function ids(...seen: Parameters<typeof findingsFrom>): string[] {
  return findingsFrom(...seen).map(({ id }) => id);
}

describe("the order of findings", () => {
  it("is by severity, then by confidence, then as they came", () => {
    const ranked = rank([
      finding("nat", "info", "high"),
      finding("alg-suspected", "critical", "low"),
      finding("slow-answer", "warning", "high"),
      finding("port-silent", "critical", "high"),
      finding("port-refused", "critical", "high"),
    ]);
    expect(ranked.map(({ id }) => id)).toEqual([
      "port-silent",
      "port-refused",
      "alg-suspected",
      "slow-answer",
      "nat",
    ]);
  });

  it("leaves out what another finding accounts for", () => {
    expect(ids(unanswered([silent]))).toEqual(["port-silent"]);
    expect(ids(unanswered([silent], { history: { refusals: 2 } }))).toEqual(["banned-after-refusals"]);
  });

  it("leaves out silence where the address is not reachable from the internet", () => {
    const name = nameSeen({ servers: [endpoint({ address: "10.0.0.5" })] });
    expect(ids(unanswered([silent], { name }))).toEqual(["name-private-only"]);
  });

  it("takes what is not answered here for a remark while the platform is registered", () => {
    const seen = unanswered([silent], {
      platform: registeredAgo(20),
    });
    expect(findingsFrom(seen).map(({ severity }) => severity)).toEqual(["info", "info"]);
    expect(judge(seen, findingsFrom(seen))).toMatchObject({ outcome: "proven" });
  });

  it("says from where each finding was seen", () => {
    const seen = evidence({
      credentials: credentials("refused", 401),
      platform: platform(["WRONG_CREDENTIALS_STATE"]),
    });
    const views = Object.fromEntries(findingsFrom(seen).map(({ id, seenFrom }) => [id, seenFrom]));
    expect(views).toMatchObject({
      "credentials-refused": "this machine",
      "platform-wrong-credentials": "the platform",
    });
  });
});

describe("a fix", () => {
  it("begins in the words of the PBX where its preset is known", async () => {
    const preset = await loadPreset("3cx");
    if (preset === undefined) throw new Error("no preset");
    const seen = evidence({ credentials: credentials("refused", 401), preset: { preset, from: "given" } });
    const [first] = findingsFrom(seen);
    expect(first?.fix).toMatch(/^3CX \(v18, v20\): /);
    expect(first?.fix).toMatch(/authUsername is at .*Auth ID/);
  });
});

describe("the verdict", () => {
  const of = (seen: Parameters<typeof findingsFrom>[0]) => plain(judge(seen, findingsFrom(seen)));

  it("names the first finding with what was seen", () => {
    expect(of(unanswered([silent])).text).toBe(
      "Probably: udp/5060 does not answer (udp 8.8.4.4:5060: no answer in 6.0 s (4 sends)).",
    );
  });

  it("sounds no surer than its finding", () => {
    expect(of(unanswered([silent], { history: { refusals: 1 } })).text).toMatch(/^Probably: /);
    expect(of(evidence({ registers: [registered(401, { ms: 4_000 })] })).text).toMatch(/^It may work, but: /);
  });

  it("takes nothing for proof that was seen inside the PBX's own network, but for the platform's word", () => {
    const path = {
      transport: "udp",
      local: { address: "192.168.1.5", port: 5070 },
      localClass: "private",
      nat: true,
      seen: { address: untrustedToken("8.8.4.4") },
      seenAtDialled: true,
      rewritten: [],
    } as const;
    const inside = evidence({
      path,
      credentials: credentials("accepted", 200, { bindings: [{ uri: "sip:1001@8.8.8.8" }] }),
    });
    expect(of(inside)).toMatchObject({
      outcome: "not_proven",
      text: expect.stringMatching(/^Seen from inside the PBX's own network: nothing .*From there: .*accepts/),
      missing: [expect.stringMatching(/another network/)],
    });
    expect(of({ ...inside, platform: registeredAgo(60) }).outcome).toBe("proven");
    const slow = evidence({ path, registers: [registered(401, { ms: 4_000 })] });
    expect(of(slow)).toMatchObject({
      outcome: "problem",
      text: expect.stringMatching(/takes a long time to answer/),
    });
  });

  it("is proven by a challenge that was answered and accepted", () => {
    expect(of(evidence({ credentials: credentials("accepted", 200) }))).toMatchObject({
      outcome: "proven",
      text: expect.stringMatching(/accepts the credentials of 1001, tested from here/),
      missing: [],
    });
  });

  it("is proven by a binding that was granted some time, and claims no credentials where none were asked for", () => {
    const bound = {
      outcome: "bound",
      last: registered(200),
      listed: true,
      others: [],
      removed: true,
    } as const;
    const granted = { ...bound, askedExpires: 120, grantedExpires: 120 };
    expect(of(evidence({ binding: granted, registers: [registered(200)] }))).toMatchObject({
      outcome: "proven",
      text: expect.stringMatching(/asks for no credentials, and takes its registration/),
    });
    const both = evidence({ binding: granted, credentials: credentials("accepted", 200) });
    expect(of(both).text).toMatch(/accepts the credentials of 1001 and takes its registration/);
  });

  it("is not proven by a test binding whose expiry was not reported, or that is listed as another's", () => {
    const bound = {
      outcome: "bound",
      last: registered(200),
      listed: true,
      others: [],
      removed: true,
    } as const;
    const told = (more: object) =>
      of(
        evidence({
          credentials: credentials("accepted", 200),
          binding: { ...bound, askedExpires: 120, ...more },
        }),
      );
    expect(told({})).toMatchObject({
      outcome: "not_proven",
      text: expect.stringMatching(/The expiry of our Contact was not given\. Only a 200 that grants/),
    });
    expect(told({ listed: false, grantedExpires: 120 }).outcome).not.toBe("proven");
  });

  it("is not proven while the PBX lists none that can be the platform's", () => {
    const at = (expires: number) =>
      of(
        evidence({
          platform: platform([
            {
              ...statusIn("REGISTERED_STATE"),
              lastRegisterSent: new Date(NOW.getTime() - 600_000),
              registrationTimeoutSeconds: 1_200,
            },
          ]),
          credentials: credentials("accepted", 200, { bindings: [{ uri: "sip:1001@8.8.8.8", expires }] }),
        }),
      );
    expect(at(400)).toMatchObject({
      outcome: "not_proven",
      text: expect.stringMatching(
        /But the platform says REGISTERED, and the PBX lists sip:1001@8\.8\.8\.8 with 7 min left only/,
      ),
    });
    expect(at(0).outcome).toBe("not_proven");
    expect(at(590).outcome).toBe("proven");
  });

  it("asks for no test of credentials that were sent, and knows a REGISTER without an answer", () => {
    const query = registered(400, { reason: "Missing Contact Header" });
    const sent = credentials("rejected", 400, { last: { ...query, withCredentials: true } as never });
    expect(of(evidence({ credentials: sent }))).toMatchObject({
      outcome: "not_proven",
      text: expect.stringMatching(/was sent the credentials of 1001: REGISTER is answered 400/),
    });
    const gone = exchange({ method: "REGISTER", result: "cut-short" });
    expect(of(evidence({ registers: [gone] })).text).toMatch(
      /answers SIP, but REGISTER was not finished in time/,
    );
    for (const status of [302, 400]) {
      const outcome = status === 302 ? "redirected" : "rejected";
      const verdict = of(evidence({ credentials: credentials(outcome, status) }));
      expect(verdict.outcome, `${status}`).toBe("problem");
    }
    const lost = exchange({ method: "REGISTER", result: "refused", ms: 2 });
    expect(of(evidence({ registers: [lost] })).text).toMatch(/The PBX answers, but not to REGISTER.*ICMP/);
  });

  it("is proven by the platform's word where it says when it last asked", () => {
    const at = (secondsAgo: number | undefined) =>
      evidence({
        platform: registeredAgo(secondsAgo),
      });
    expect(of(at(30))).toMatchObject({
      outcome: "proven",
      text: expect.stringMatching(/as of its last REGISTER 30 s ago\. Whether the PBX still has/),
    });
    expect(of(at(undefined)).outcome).toBe("not_proven");
    expect(of(at(3_700)).outcome).toBe("not_proven");
  });

  const { registrar: _none, ...unasked } = evidence({ target: { sipDomain: "pbx.example.com" } });
  it.each([
    ["a challenge that was not answered", evidence(), /credentials\. They were not tested/],
    [
      "200 to a query that asked for nothing",
      evidence({ registers: [registered(200)] }),
      /with 200 and without asking.*a test binding/,
    ],
    ["no user to ask for", unasked, /was not asked: that needs a username/],
    [
      "202 to credentials",
      evidence({ credentials: credentials("accepted", 202) }),
      /answered 202\. Only a 200/,
    ],
    [
      "nothing that was asked",
      unanswered([shutEndpoint({ kind: "unproven" }, { port: 5060 })], {
        target: { sipDomain: "pbx.example.com", port: 5060 },
      }),
      /not answered or not asked/,
    ],
  ])("is not proven by %s, and says what is missing", (_what, seen, said) => {
    const verdict = of(seen);
    expect(verdict.outcome).toBe("not_proven");
    expect(verdict.text).toMatch(said);
    expect(verdict.missing.length).toBeGreaterThan(0);
  });

  it("is not proven where nothing was asked", () => {
    const seen = unanswered([shutEndpoint({ kind: "unproven" }, { port: 5060 })], {
      target: { sipDomain: "pbx.example.com", port: 5060 },
    });
    expect(of(seen).outcome).toBe("not_proven");
  });
});
