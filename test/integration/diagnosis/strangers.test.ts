import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { diagnoseQuickly, targetOf } from "../../support/diagnosis.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { type Answer, type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";
import { unaskedRequest } from "../../support/sip.js";

/** What comes to the socket of a diagnosis without having been asked for. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Somebody who has nothing to do with it: a UDP socket that notices what it gets. */
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
function withFloodOf(method: string, sentBy: string, transport: string): Script {
  const healthy = digestScript();
  return (request, asked) => {
    const flood = Array.from({ length: 50 }, () => ({ raw: unaskedRequest(method, sentBy, transport) }));
    return [healthy(request, asked), ...flood].flat() as Answer;
  };
}

describe("requests to the socket of a diagnosis", () => {
  it.each(["INVITE", "OPTIONS", "REGISTER"])(
    "get no answer at all, fifty %ss with another Via",
    async (method) => {
      const victim = await bystander();
      const script = withFloodOf(method, `127.0.0.1:${victim.port}`, "UDP");
      const registrar = await ScriptedRegistrar.start({ script });
      closers.push(() => registrar.close());
      const report = await diagnoseQuickly(targetOf(registrar));
      expect(report.verdict.outcome).toBe("healthy");
      expect(sentIn(report)).toEqual(["OPTIONS", "REGISTER"]);
      expect(victim.got).toEqual([]);
      expect(registrar.requests.map((request) => request.method).sort()).toEqual(["OPTIONS", "REGISTER"]);
    },
  );

  it("get none from somebody else either, who has learnt the port", async () => {
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
    const report = await diagnoseQuickly(targetOf(registrar));
    expect(report.verdict.outcome).toBe("healthy");
    expect(report.trace.some(({ remote }) => remote.port === stranger.port)).toBe(true);
    expect(stranger.got).toEqual([]);
    expect(sentIn(report)).toEqual(["OPTIONS", "REGISTER"]);
  });

  it("get none over a connection", async () => {
    const script = withFloodOf("INVITE", "127.0.0.1:5060", "TCP");
    const registrar = await ScriptedRegistrar.start({ script, transports: ["tcp"] });
    closers.push(() => registrar.close());
    const report = await diagnoseQuickly(targetOf(registrar, "tcp"));
    expect(report.verdict.outcome).toBe("healthy");
    expect(sentIn(report)).toEqual(["OPTIONS", "REGISTER"]);
  });
});

/** Every message that the diagnosis has put on the wire: its method, or its status if it was an answer. */
function sentIn({ trace }: Awaited<ReturnType<typeof diagnoseQuickly>>): string[] {
  return trace
    .flatMap((entry) => (entry.kind === "message" && entry.direction === "sent" ? [entry.message] : []))
    .map((message) => (message.kind === "request" ? message.method : String(message.status)))
    .sort();
}
