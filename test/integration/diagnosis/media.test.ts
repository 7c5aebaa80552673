import { PassThrough, Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { type DiagnoseFlags, diagnose as runCommand } from "../../../src/commands/diagnose/index.js";
import { loadConfig } from "../../../src/config/index.js";
import { type DiagnoseOptions, diagnose, ProbeHistory } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { type SandboxOptions, startSandbox } from "../../../src/sandbox/index.js";
import type { EchoFault } from "../../../src/sandbox/pbx.js";
import { plain } from "../../support/plain.js";
import { digestScript, instead } from "../../support/registrar-scripts.js";
import { connectToSandbox, FRONT_DESK } from "../../support/sandbox.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** A call to the echo test beside the test of the credentials, against the sandbox's PBX. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const ECHO = { echoCode: "*43", position: "outside" } as const;

async function sandbox(options: SandboxOptions = {}) {
  const started = await startSandbox(options);
  closers.push(() => started.close());
  return started;
}

async function look(port: number, more: Partial<DiagnoseOptions> = {}) {
  const target = { sipDomain: "127.0.0.1", username: "1002", port, transport: "udp" } as const;
  const report = await diagnose(target, {
    password: new Secret("demo-1002"),
    platformIsLocal: true,
    media: ECHO,
    ...more,
  });
  const invites = report.trace.flatMap((entry) =>
    entry.kind === "message" && entry.direction === "sent" && entry.message.kind === "request"
      ? entry.message.method === "INVITE"
        ? [entry.message]
        : []
      : [],
  );
  const numbers = new Set(invites.map(({ headers }) => `${headers.get("Call-ID")} ${headers.get("CSeq")}`));
  return { ...plain(report), calls: numbers.size, report };
}

const ids = ({ findings }: { findings: readonly { id: string }[] }) => findings.map(({ id }) => id);
const why = ({ notChecked }: { notChecked: readonly { check: string; why: string }[] }) =>
  notChecked.find(({ check }) => check === "media")?.why;

describe("a call to the PBX's echo test", () => {
  it("hears its own tone, in one call of one challenge, and says from where", async () => {
    const { sipPort } = await sandbox();
    const seen = await look(sipPort);
    expect(ids(seen)).toContain("pbx-media-works");
    expect(ids(seen)).not.toContain("no-refer");
    expect(seen.calls).toBe(2);
    const line = seen.checked.find(({ check }) => check === "media")?.found;
    expect(line).toMatch(
      /echo test \*43 announces voice at 127\.0\.0\.1:\d+ \(PCMU\).*seen from outside the PBX's network, as was said/,
    );
    expect(seen.verdict.outcome).toBe("proven");
  });

  it("is taken to be made from inside where the PBX's address is a private one", async () => {
    const { sipPort } = await sandbox();
    const seen = await look(sipPort, { media: { echoCode: "*43" } });
    const works = seen.findings.find(({ id }) => id === "pbx-media-works");
    expect(works?.evidence).toMatch(/seen from inside the PBX's network, since its address is a private one/);
    expect(works?.cause).toMatch(/says nothing of the way between the platform and the PBX/);
  });

  it.each<[EchoFault, string, RegExp, number]>([
    [
      "private_media",
      "media-address-private",
      /wants voice at 192\.168\.10\.2:\d+; sent to 127\.0\.0\.1:\d+ instead, our tone came back/,
      2,
    ],
    ["no_rtp", "rtp-blocked", /the tone did not come back, 0 packets heard/, 2],
    ["voice_refused", "own-media-refused", /answered 488.*and with SRTP 488/, 4],
    ["no_refer", "no-refer", /INVITE, ACK, CANCEL, BYE, OPTIONS, INFO"$/, 2],
  ])("finds the fault %s", async (echoFault, id, says, calls) => {
    const { sipPort } = await sandbox({ echoFault });
    const seen = await look(sipPort);
    const finding = seen.findings.find((each) => each.id === id);
    expect(finding?.evidence).toMatch(says);
    expect(ids(seen).includes("pbx-media-works")).toBe(echoFault === "no_refer");
    expect(seen.calls).toBe(calls);
  });

  it("is not made with a password that was refused", async () => {
    const { sipPort } = await sandbox();
    const seen = await look(sipPort, { password: new Secret("wrong") });
    expect(seen.calls).toBe(0);
    expect(why(seen)).toMatch(/takes credentials that the registrar has just accepted/);
  });

  it("is not made where the code is not known, or reaches someone else", async () => {
    const { sipPort } = await sandbox();
    const unknown = await look(sipPort, { media: {} });
    expect(unknown.calls).toBe(0);
    expect(why(unknown)).toMatch(/code of this PBX's echo test is not known/);
    for (const echoCode of ["112", "9911", "0123", "*21", "1234567"]) {
      const refused = await look(sipPort, { media: { echoCode } });
      expect(refused.calls, echoCode).toBe(0);
      expect(why(refused)).toMatch(/is not called: it/);
    }
  });

  it("takes the code of a preset that was given, and says what the PBX answers", async () => {
    const { sipPort } = await sandbox();
    const known = await look(sipPort, { presetId: "freepbx-pjsip", media: {} });
    expect(ids(known)).toContain("pbx-media-works");
    const other = await look(sipPort, { presetId: "freeswitch", media: {} });
    expect(why(other)).toMatch(/the call to 9196 was answered 404/);
    expect(ids(other)).not.toContain("rtp-blocked");
  });

  it("sends no voice where the policy allows none", async () => {
    const { sipPort } = await sandbox();
    const policy = (address: string) => (address === "127.0.0.1" ? undefined : "not here");
    expect(ids(await look(sipPort, { policy }))).toContain("pbx-media-works");
  });

  it("is hung up when the diagnosis is called off", async () => {
    const { sipPort } = await sandbox();
    const stop = new AbortController();
    const onProgress = (message: string) => {
      if (message.includes("echo test")) setTimeout(() => stop.abort(new Error("enough")), 600);
    };
    await expect(look(sipPort, { signal: stop.signal, onProgress })).rejects.toThrow("enough");
    // Its one place for a second call is free again.
    expect(ids(await look(sipPort))).toContain("pbx-media-works");
  });

  it("costs no failed login where it is accepted, and counts one where it is refused", async () => {
    const history = new ProbeHistory();
    const { sipPort } = await sandbox();
    await look(sipPort, { history });
    expect(history.failedLogins.spent("127.0.0.1")).toBe(0);
    const registers = digestScript({ users: { 1002: "demo-1002" } });
    const script = instead(
      "INVITE",
      ({ headers }) => {
        if (headers.has("Authorization")) return { status: 403 };
        const challenge = 'Digest realm="pbx.test", nonce="n", algorithm=MD5, qop="auth"';
        return { status: 401, headers: [["WWW-Authenticate", challenge]] };
      },
      registers,
    );
    const registrar = await ScriptedRegistrar.start({ script });
    closers.push(() => registrar.close());
    const refused = await look(registrar.target().port, { history });
    expect(why(refused)).toMatch(/the call to \*43 was answered 403/);
    expect(history.failedLogins.spent("127.0.0.1")).toBe(1);
  });
});

class Collected extends Writable {
  text = "";
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

async function command(port: number, flags: DiagnoseFlags) {
  const stdin = new PassThrough();
  const [stdout, stderr] = [new Collected(), new Collected()];
  const config = loadConfig({
    TELZINO_API_URL: "http://127.0.0.1:9",
    TELZINO_SIP_SECRET_FRONT: "demo-1002",
    TELZINO_SIP_SECRET_FRONT_HOSTS: "127.0.0.1",
  });
  const code = await runCommand(config, { stdin, stdout, stderr }, "127.0.0.1", {
    ...{ user: "1002", port: String(port), transport: "udp" },
    ...flags,
  });
  stdin.destroy();
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe("the command", () => {
  it("tells of the voice with --media", async () => {
    const { sipPort } = await sandbox();
    const { code, stdout } = await command(sipPort, {
      ...{ testCredentials: true, passwordSecret: "FRONT", media: true, echoCode: "*43" },
    });
    expect(stdout).toMatch(/media +echo test \*43 announces voice at 127\.0\.0\.1/);
    expect(stdout).not.toContain("demo-1002");
    expect(code).toBe(0);
  });

  it.each<[DiagnoseFlags, RegExp]>([
    [{ media: true }, /--media is used with --test-credentials only/],
    [{ echoCode: "*43" }, /--echo-code is used with --media only/],
    [
      { media: true, testCredentials: true, echoCode: "110" },
      /--echo-code: it may reach an emergency service/,
    ],
    [{ media: true, testCredentials: true, position: "abroad" }, /--position is inside or outside/],
  ])("refuses flags that do not fit: %o", async (flags, says) => {
    const { code, stderr } = await command(9, flags);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });
});

describe("the tool", () => {
  it("calls the echo test with testCredentials, and says so where it does not", async () => {
    const sandboxed = await connectToSandbox();
    closers.push(() => sandboxed.close());
    const { sipHost: sipDomain, sipPort: port } = sandboxed.sandbox;
    const target = { agentId: FRONT_DESK, sipDomain, port, transport: "udp", username: "1002" };
    const asked = { ...target, testCredentials: true, password: "demo-1002", media: true, echoCode: "*43" };
    const { text } = await sandboxed.call("diagnose_sip_registration", asked);
    expect(text).toMatch(/pbx-media-works/);
    const untested = await sandboxed.call("diagnose_sip_registration", { ...target, media: true });
    expect(untested.text).toMatch(/The echo test was not called: that needs testCredentials true/);
    const emergency = await sandboxed.call("diagnose_sip_registration", { ...asked, echoCode: "112" });
    expect(emergency.text).toMatch(/echoCode must be one to six digits that reach no emergency service/);
  });

  it("rings no one's phone in the place of an echo test more than three times in ten minutes", async () => {
    const sandboxed = await connectToSandbox();
    closers.push(() => sandboxed.close());
    const line = { agentId: FRONT_DESK, ...sandboxed.pbx };
    await sandboxed.call("configure_sip_registration", { ...line, username: "1001", password: "demo-1001" });
    const { agentId: _, ...pbx } = line;
    const asked = { ...pbx, username: "1002", testCredentials: true, password: "demo-1002", media: true };
    const seen: string[] = [];
    for (const echoCode of ["1001", "1001", "1001", "1001", "*43"]) {
      seen.push((await sandboxed.call("diagnose_sip_registration", { ...asked, echoCode })).text);
    }
    for (const text of seen.slice(0, 3)) expect(text).toMatch(/the call to 1001 rang/);
    expect(seen[3]).toMatch(/no call was placed: 3 test calls to one extension within ten minutes/);
    expect(seen[4]).toMatch(/pbx-media-works/);
  });

  it("does not take the extension itself for an echo test", async () => {
    const { sipPort } = await sandbox();
    const seen = await look(sipPort, { media: { echoCode: "1002" } });
    expect(why(seen)).toMatch(/^1002 is not called: /);
    expect(seen.calls).toBe(0);
  });
});
