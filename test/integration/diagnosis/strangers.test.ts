import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { diagnoseQuickly, PATIENT, targetOf, weighty } from "../../support/diagnosis.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { startReflector } from "../../support/reflector.js";
import { alter, digestScript } from "../../support/registrar-scripts.js";
import { type Answer, type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";
import { unaskedRequest } from "../../support/sip.js";

/** What comes to the socket of a diagnosis without having been asked for. */

const closers: (() => unknown)[] = [];
afterAll(() => writeFaultTable("strangers"));
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Someone who has nothing to do with it: a UDP socket that notices what it gets. */
async function bystander(): Promise<{ socket: Socket; port: number; got: string[] }> {
  const socket = createSocket("udp4");
  const got: string[] = [];
  socket.on("message", (bytes) => got.push(bytes.toString("latin1")));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closers.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return { socket, port: socket.address().port, got };
}

/** The answers of a healthy registrar, each with fifty requests after it. */
/** An answer that takes its time leaves OPTIONS out anyway. */
const CALM = { ...PATIENT, limits: { ...PATIENT.limits, patience: 20_000 } };

function withFloodOf(method: string, sentBy: string, transport: string): Script {
  const healthy = digestScript();
  return (request, asked) => {
    const flood = Array.from({ length: 50 }, () => ({ raw: unaskedRequest(method, sentBy, transport) }));
    return [healthy(request, asked), ...flood].flat() as Answer;
  };
}

describe("requests to the socket of a diagnosis", () => {
  it.each(["INVITE", "OPTIONS", "REGISTER"])(
    "get no answer at all: fifty of %s with another Via",
    async (method) => {
      const victim = await bystander();
      const script = withFloodOf(method, `127.0.0.1:${victim.port}`, "UDP");
      const registrar = await ScriptedRegistrar.start({ script });
      closers.push(() => registrar.close());
      const report = await diagnoseQuickly(targetOf(registrar), CALM);
      expect(report.verdict.outcome).toBe("not_proven");
      expect(sentIn(report)).toEqual(["REGISTER"]);
      expect(victim.got).toEqual([]);
      const asked = new Set(registrar.requests.map((request) => request.method));
      expect([...asked]).toEqual(["REGISTER"]);
    },
  );

  it("get none from someone else either, who has learnt the port", async () => {
    const stranger = await bystander();
    const healthy = digestScript();
    const script: Script = (request, asked) => {
      const { address, port } = asked.source;
      for (const method of ["INVITE", "OPTIONS", "BYE"]) {
        stranger.socket.send(unaskedRequest(method, `127.0.0.1:${stranger.port}`), port, address);
      }
      return healthy(request, asked);
    };
    const registrar = await ScriptedRegistrar.start({ script });
    closers.push(() => registrar.close());
    const report = await diagnoseQuickly(targetOf(registrar), CALM);
    expect(report.verdict.outcome).toBe("not_proven");
    expect(report.trace.some(({ remote }) => remote.port === stranger.port)).toBe(true);
    expect(stranger.got).toEqual([]);
    expect(sentIn(report)).toEqual(["REGISTER"]);
  });

  it("get none over a connection", async () => {
    const script = withFloodOf("INVITE", "127.0.0.1:5060", "TCP");
    const registrar = await ScriptedRegistrar.start({ script, transports: ["tcp"] });
    closers.push(() => registrar.close());
    const report = await diagnoseQuickly(targetOf(registrar, "tcp"), CALM);
    expect(report.verdict.outcome).toBe("not_proven");
    expect(sentIn(report)).toEqual(["REGISTER"]);
  });
});

describe("what is not an answer to a request of ours", () => {
  it.each(["udp", "tcp"] as const)(
    "is our own request, sent back over %s: named, and not answered",
    async (transport) => {
      const reflector = await startReflector(transport);
      closers.push(() => reflector.close());
      const { address: sipDomain, port } = reflector.target;
      const report = await diagnoseQuickly({ sipDomain, username: "1001", transport, port });
      recordFault(report);
      expect(weighty(report)[0]).toBe("critical high request-reflected");
      expect(report.verdict.text).toMatch(/our own request: something at that address reflects it/);
      expect(report.evidence.answerer.header).toBeUndefined();
      expect(new Set(reflector.got)).toEqual(new Set(["OPTIONS", "REGISTER"]));
      expect(new Set(sentIn(report))).toEqual(new Set(["OPTIONS", "REGISTER"]));
    },
  );

  it.each([
    ["branch", /branch=[^;\r]*/, "branch=z9hG4bKguess"],
    ["Call-ID", /^Call-ID: .*$/m, "Call-ID: of-another-call@127.0.0.1"],
    ["CSeq", /^CSeq: \d+/m, "CSeq: 99999"],
  ])("is a response with another %s: no word of it counts", async (_what, from, to) => {
    const headers = [["Server", "kamailio (5.6.3)"]] as const;
    const changed = alter(digestScript({ headers }), (reply) => ({
      ...reply,
      rewrite: (text) => text.replace(from, to),
    }));
    for (const transport of ["udp", "tcp"] as const) {
      const registrar = await ScriptedRegistrar.start({ script: changed, transports: [transport] });
      closers.push(() => registrar.close());
      const target = targetOf(registrar, transport);
      const report = await diagnoseQuickly(target, { password: new Secret("secret") });
      recordFault(report);
      expect(weighty(report)[0]).toBe("critical high answer-not-ours");
      expect(report.evidence.answerer.family).toBe("unknown");
      expect(report.evidence.credentials).toBeUndefined();
      expect(registrar.requests.some((request) => request.headers.has("Authorization"))).toBe(false);
    }
  });
});

/** What the diagnosis has put on the wire: methods, and the status of an answer; a busy machine sends a request again. */
function sentIn({ trace }: Awaited<ReturnType<typeof diagnoseQuickly>>): string[] {
  const sent = trace
    .flatMap((entry) => (entry.kind === "message" && entry.direction === "sent" ? [entry.message] : []))
    .map((message) => (message.kind === "request" ? message.method : String(message.status)));
  return [...new Set(sent)].sort();
}
