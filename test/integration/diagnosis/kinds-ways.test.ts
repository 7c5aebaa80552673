import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { serializeMessage } from "../../../src/sip/index.js";
import { diagnoseQuickly, sure, targetOf, weighty } from "../../support/diagnosis.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { startReflector, withHop } from "../../support/reflector.js";
import { alter, digestScript } from "../../support/registrar-scripts.js";
import { type Reply, type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** Further inputs of three kinds: our own request that comes back, a connection that is closed, a limit of ours. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => writeFaultTable("kinds-ways"));

const password = new Secret("secret");
const SENT = { t1: 60_000, t2: 60_000, t4: 60_000 };

async function registrarWith(script: Script, transport: "udp" | "tcp" = "udp"): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.start({ script, transports: [transport] });
  closers.push(() => registrar.close());
  return registrar;
}

function withCredentials({ requests }: ScriptedRegistrar): number {
  return requests.filter(({ headers }) => headers.has("Authorization")).length;
}

describe("our own request that comes back", () => {
  it.each(["udp", "tcp"] as const)(
    "with the Via of a hop on top, over %s, is no answer",
    async (transport) => {
      const reflector = await startReflector(transport, withHop);
      closers.push(() => reflector.close());
      const { address: sipDomain, port } = reflector.target;
      const report = await diagnoseQuickly({ sipDomain, username: "1001", transport, port });
      recordFault(report);
      expect(report.findings[0]?.id).toBe("request-reflected");
      expect(new Set(reflector.got)).not.toContain("501");
    },
  );

  it("beside the true answer changes nothing of that", async () => {
    const sound = digestScript();
    const both: Script = (request, asked) => {
      const answer = sound(request, asked) as Reply;
      return [{ raw: serializeMessage(request) }, answer];
    };
    const registrar = await registrarWith(both);
    const report = await diagnoseQuickly(targetOf(registrar), { password });
    recordFault(report);
    expect(report.verdict.outcome).toBe("proven");
    expect(weighty(report)).toEqual([]);
    expect(registrar.requests.every(({ method }) => method === "OPTIONS" || method === "REGISTER")).toBe(
      true,
    );
  });

  it("at REGISTER alone is reported, although OPTIONS is answered", async () => {
    const script: Script = (request) =>
      request.method === "OPTIONS" ? { status: 200 } : { raw: serializeMessage(request) };
    const report = await diagnoseQuickly(targetOf(await registrarWith(script)), { password });
    recordFault(report);
    expect(report.findings[0]?.id).toBe("request-reflected");
    expect(report.verdict.outcome).toBe("problem");
  });
});

describe("a connection that is closed", () => {
  it("after OPTIONS alone is replaced for REGISTER", async () => {
    const script = alter(digestScript(), (reply, { method }) =>
      method === "OPTIONS" ? { ...reply, closeAfterBytes: 100_000 } : reply,
    );
    const registrar = await registrarWith(script, "tcp");
    const report = await diagnoseQuickly(targetOf(registrar, "tcp"), { password });
    recordFault(report);
    expect(report.verdict.outcome).toBe("proven");
    expect(withCredentials(registrar)).toBe(1);
  });

  it("without an answer to the first request, each time, is reported as closed", async () => {
    const registrar = await registrarWith(() => ({ raw: "", close: "reset" }), "tcp");
    const report = await diagnoseQuickly(targetOf(registrar, "tcp"), { password });
    recordFault(report);
    expect(weighty(report)).toEqual(["critical medium closed-without-answer"]);
  });

  it("while a test binding is made is not proof of one", async () => {
    const sound = digestScript();
    const script: Script = (request, asked) =>
      request.headers.has("Contact") && request.headers.has("Authorization")
        ? { raw: "", close: true }
        : sound(request, asked);
    const registrar = await registrarWith(script, "tcp");
    const report = await diagnoseQuickly(targetOf(registrar, "tcp"), { password, testBinding: true });
    recordFault(report);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
    expect(report.evidence.binding?.outcome).toBe("no-answer");
    expect(weighty(report)[0]).toBe("critical low binding-refused");
  });
});

describe("a limit of ours", () => {
  async function silentTcp(greeting = ""): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => {}));
      if (greeting) socket.write(greeting);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  it("over UDP says that nothing came in that time, and not that no one is there", async () => {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    closers.push(() => socket.close());
    const { port } = socket.address();
    const report = await diagnoseQuickly({
      sipDomain: "127.0.0.1",
      username: "1001",
      transport: "udp",
      port,
    });
    recordFault(report);
    expect(report.findings[0]).toMatchObject({ id: "port-silent", confidence: "medium" });
    expect(report.findings[0]?.evidence).toMatch(/no answer in .* sends\)/);
    expect(sure(report)).toEqual([]);
  });

  it("over TCP is no word on what listens there", async () => {
    const target = { sipDomain: "127.0.0.1", username: "1001", port: await silentTcp() };
    const report = await diagnoseQuickly({ ...target, transport: "tcp" });
    recordFault(report);
    expect(weighty(report)).toEqual(["critical medium open-but-mute"]);
  });

  it.each([
    ["an answer to REGISTER", "register-silent"],
    ["an answer to the credentials", "silent-after-credentials"],
  ] as const)("that %s outlasts is of medium confidence", async (what, id) => {
    const sound = digestScript();
    const late: Script = (request, asked) => {
      const isLate = what.endsWith("REGISTER")
        ? request.method === "REGISTER"
        : request.headers.has("Authorization");
      const answer = sound(request, asked) as Reply;
      return isLate ? { ...answer, delayMs: 60_000 } : answer;
    };
    const report = await diagnoseQuickly(targetOf(await registrarWith(late)), { password, timers: SENT });
    recordFault(report);
    expect(weighty(report)).toEqual([`critical medium ${id}`]);
  });
});
