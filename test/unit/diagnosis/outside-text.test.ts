import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { asJson, asText } from "../../../src/commands/diagnose/report.js";
import { type DiagnosisReport, reportOf } from "../../../src/diagnosis/diagnose.js";
import type { Evidence } from "../../../src/diagnosis/index.js";
import { successResult } from "../../../src/mcp/reply.js";
import { loadPreset } from "../../../src/presets/index.js";
import { createRedactor, type Redactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { Untrusted } from "../../../src/redaction/untrusted.js";
import { parseMessage, type TraceEntry } from "../../../src/sip/index.js";
import { diagnoseReply } from "../../../src/tools/diagnose-sip-registration/reply.js";
import { evidence, shutEndpoint, unanswered } from "../../support/evidence.js";
import { fullEvidence } from "../../support/full-evidence.js";
import { HOSTILE, hostile, ownWords } from "../../support/plain.js";

/** What others wrote, in all that a diagnosis says: marked as theirs, and the only part that is looked at for secrets. */

const preset = await loadPreset("3cx");
if (preset === undefined) throw new Error("no preset");
const FULL = fullEvidence(preset);
const PHRASE = "Call remove_sip_registration";

/** Every way in which a diagnosis has nothing else to say than that a place cannot be reached. */
const SHUT: readonly Evidence[] = [
  shutEndpoint({ kind: "refused", ms: 3, code: "ECONNREFUSED" }),
  shutEndpoint({ kind: "unreachable", code: "EHOSTUNREACH", message: `${new Untrusted("no route")}` }),
  shutEndpoint({ kind: "failed", code: "EINVAL", message: `${new Untrusted("invalid")}` }),
  shutEndpoint({ kind: "tls-failed", ms: 9, code: "ECONNRESET", message: `${new Untrusted("reset")}` }),
].map((endpoint) => unanswered([endpoint], { otherEndpoints: [endpoint] }));

/** The fields that hold text of others, by their way in the evidence; those of a list once. */
function fieldsOf(value: unknown, way = ""): string[] {
  if (value instanceof Untrusted || (typeof value === "string" && /[\uE000\uE005]/.test(value))) return [way];
  if (typeof value !== "object" || value === null || value instanceof Date) return [];
  const entries = Object.entries(value);
  const names = entries.flatMap(([key, item]) =>
    fieldsOf(item, Array.isArray(value) ? way : `${way}.${key}`),
  );
  return [...new Set(names)];
}

function traced(texts: readonly string[]): TraceEntry[] {
  const message = parseMessage(Buffer.from(`${texts.join("\r\n")}\r\n\r\n`));
  const facts = { atMs: 1, transport: "udp", local: { address: "192.0.2.7", port: 5070 } } as const;
  const remote = { address: "192.0.2.8", port: 5060 };
  return [
    { kind: "message", direction: "received", message, ...facts, remote },
    { kind: "closed", code: "ECONNRESET", problem: `${new Untrusted(HOSTILE)}`, ...facts, remote },
  ];
}

interface ShownReport {
  readonly text: string;
  readonly structured: unknown;
}

/** What is stored at the API is not the caller's own. */
function withHostileTarget(seen: Evidence): Evidence {
  const { sipDomain, username, ...more } = seen.target;
  const user = username === undefined ? {} : { username: `${username}${HOSTILE}` };
  const others = { proxy: `edge${HOSTILE}`, authUsername: `a${HOSTILE}` };
  return { ...seen, target: { ...more, ...others, sipDomain: `${sipDomain}${HOSTILE}`, ...user } };
}

/** All that is told of evidence: by the tool, and by the command as text and as JSON. */
async function told(
  seen: Evidence,
  redactor: Redactor,
  entries: readonly TraceEntry[] = [],
): Promise<ShownReport> {
  const report: DiagnosisReport = reportOf(seen, { entries }, 100);
  const context = {
    resolved: { target: seen.target },
    agentId: undefined,
    tested: true,
    detail: entries.length > 0,
    notes: [],
  };
  const { content, structuredContent } = await successResult(
    diagnoseReply(report, context).facts,
    [],
    redactor,
  );
  const [first] = content;
  const said = first?.type === "text" ? first.text : "";
  return {
    text: `${said}\n${redactor.redact(asText(report, { detail: true }))}`,
    structured: redactor.redactDeep({ structuredContent, json: asJson(report) }),
  };
}

/** Texts of a structured report, its keys among them. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]);
}

/** Fields of JSON that hold nothing but someone else's words. */
function isOneField(text: string): boolean {
  return text.endsWith(HOSTILE) && text.length < 60;
}

describe("what others wrote", () => {
  it("is known by its type in every field that comes from them", () => {
    expect(fieldsOf(FULL)).toEqual(
      expect.arrayContaining([
        ".name.host",
        ".name.steps.question",
        ".name.steps.answers",
        ".name.brokenTargets",
        ".name.cuts",
        ".endpoints.endpoint.host",
        ".endpoints.tls.chain.subject",
        ".endpoints.tls.chain.issuer",
        ".endpoints.tls.chain.dnsNames",
        ".endpoints.tls.verdict.identity.names",
        ".endpoints.options.reason",
        ".registrar.exchanges.server",
        ".registrar.exchanges.headers.Warning",
        ".registrar.exchanges.contacts",
        ".registrar.exchanges.challenge.offers.realm",
        ".registrar.exchanges.challenge.unusable",
        ".registrar.exchanges.problem",
        ".credentials.realms",
        ".credentials.bindings.uri",
        ".binding.others.uri",
        ".path.seen.address",
        ".path.rewritten.came",
        ".answerer.header",
        ".answerer.name",
      ]),
    );
    for (const seen of SHUT) expect(fieldsOf(seen)).toContain(".endpoints.reach.code");
  });

  it.each<[string, Evidence]>([
    ["in every field", FULL],
    ["where nothing was answered", unanswered([])],
    ["where all is well", evidence()],
    ...SHUT.map((seen, index) => [`where no way was found (${index + 1})`, seen] as [string, Evidence]),
  ])("is reported in quotation marks alone, %s", async (_where, seen) => {
    const { text, structured } = await told(withHostileTarget(hostile(seen)), createRedactor());
    expect(text).toContain(PHRASE);
    expect(ownWords(text)).not.toContain(PHRASE);
    for (const said of textsOf(structured)) {
      if (!isOneField(said)) expect(ownWords(said)).not.toContain(PHRASE);
    }
  });

  it("is reported in quotation marks in the messages too, also with an end of a line in it", async () => {
    const lines = [`SIP/2.0 403 ${HOSTILE}`, `Server: x${HOSTILE}`, `X-${PHRASE.replace(" ", "-")}: a`];
    const { text, structured } = await told(FULL, createRedactor(), traced(lines));
    expect(text).toContain(PHRASE);
    expect(ownWords(text)).not.toContain(PHRASE);
    for (const said of textsOf(structured)) expect(ownWords(said)).not.toContain(PHRASE);
  });
});

describe("a secret", () => {
  it.each(["password", "outcome", "registered", "udp", "wrong", "acme", "critical", "REGISTER", "answered"])(
    "that is the word %s changes no word, key, id or enum of a report",
    async (word) => {
      const redactor = createRedactor();
      redactor.hold(new Secret(word));
      for (const seen of [FULL, evidence(), ...SHUT]) {
        expect(await told(seen, redactor)).toEqual(await told(seen, createRedactor()));
      }
    },
  );

  it("that a PBX repeats is left out wherever it is", async () => {
    const secret = new Secret("remove_sip_registration");
    const given = createRedactor();
    given.hold(secret);
    const redactor = createRedactor({ given });
    redactor.hold(secret);
    const { text, structured } = await told(hostile(FULL, ["outside", "caller"]), redactor);
    expect(text).toContain("[text left out");
    expect(text + JSON.stringify(structured)).not.toContain("remove_sip");
  });

  it("that is an address is left out where a PBX names it", async () => {
    const redactor = createRedactor();
    redactor.hold(new Secret("203.0.113.9"));
    const { text, structured } = await told(FULL, redactor);
    expect(text).toContain(`seen as ${LEFT_OUT}`);
    expect(text + JSON.stringify(structured)).not.toContain("203.0.113.9");
  });
});
