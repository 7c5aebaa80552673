import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProbeHistory } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { diagnoseQuickly, targetOf } from "../../support/diagnosis.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What is said and sent after a login was refused, or accepted. */

const wrong = new Secret("wrong");
const right = new Secret("secret");
let registrar: ScriptedRegistrar;
let history: ProbeHistory;
let connected: ConnectedClient | undefined;
beforeEach(async () => {
  registrar = await ScriptedRegistrar.start({
    script: digestScript({ challengeStatus: 407 }),
    transports: ["tcp", "udp"],
  });
  history = new ProbeHistory();
});
afterEach(async () => {
  await connected?.close();
  await registrar.close();
});

const logins = () => registrar.requests.filter(({ headers }) => headers.has("Proxy-Authorization")).length;

describe("after a refused password", () => {
  it("the same is not sent again, which the verdict says, and no step sends it", async () => {
    const look = () => diagnoseQuickly(targetOf(registrar, "tcp"), { password: wrong, history });
    await look();
    const { verdict, nextSteps } = await look();
    expect(verdict.outcome).toBe("not_proven");
    expect(verdict.text).toMatch(/This very password was refused there.*and was not sent again/);
    expect(nextSteps.join(" ")).toMatch(/correct them before anything is sent again/);
    expect(nextSteps.join(" ")).not.toMatch(/test the credentials next|configure/);
    expect(logins()).toBe(1);
  });

  it("no call of a tool is advised that sends it again", async () => {
    connected = await connectInProcess(servicesFor(undefined, { platformIsLocal: true }));
    const given = { ...targetOf(registrar, "tcp"), testCredentials: true, password: "wrong" };
    await connected.call("diagnose_sip_registration", given);
    const { text } = await connected.call("diagnose_sip_registration", given);
    const [, next = ""] = text.split("Next:");
    expect(next).toMatch(/compare user, auth ID and SIP password/);
    expect(next).not.toMatch(/configure_sip_registration|testCredentials/);
  });

  it.each([
    ["tcp", "of a server without a name", {}],
    ["udp", "of a server without a name", {}],
    ["udp", "of one with a name of its own", { headers: [["Server", "Example PBX 7"]] }],
    ["udp", "of Kamailio", { headers: [["Server", "kamailio (5.7.4)"]] }],
  ] as const)(
    "a corrected one is tested at once (%s, %s), also where a look came before",
    async (transport, _of, options) => {
      registrar.follow(digestScript({ challengeStatus: 407, ...options }));
      const look = (password?: Secret) =>
        diagnoseQuickly(targetOf(registrar, transport), { history, ...(password ? { password } : {}) });
      const outcomes = [];
      for (const password of [undefined, wrong, right]) {
        const { verdict, mayTest } = await look(password);
        expect(mayTest).toBe(true);
        outcomes.push(verdict.outcome);
      }
      expect(outcomes).toEqual(["not_proven", "problem", "proven"]);
      expect(logins()).toBe(2);
    },
  );

  it("a corrected one waits, and is not asked for, where the nonce is Asterisk's whatever name it has", async () => {
    for (const headers of [[], [["Server", "kamailio (5.7.4)"]]] as const) {
      registrar.follow(digestScript({ challengeStatus: 407, nonces: "pjsip", headers }));
      history = new ProbeHistory();
      const before = logins();
      const first = await diagnoseQuickly(targetOf(registrar), { password: wrong, history });
      expect(first.mayTest).toBe(false);
      await diagnoseQuickly(targetOf(registrar), { password: right, history });
      expect(logins() - before).toBe(1);
    }
  });

  it("force is named only where it will be carried out", async () => {
    const look = (force: boolean) =>
      diagnoseQuickly(targetOf(registrar, "tcp"), { password: wrong, history, force });
    const whyNot = async () => {
      const { notChecked } = await look(false);
      return notChecked.map(({ why }) => why).join(" ");
    };
    // Each request may count there: its nonces are those of Asterisk's PJSIP.
    registrar.follow(digestScript({ challengeStatus: 407, nonces: "pjsip" }));
    await look(false);
    expect(await whyNot()).toMatch(/it is not sent again now/);
    await look(true);
    expect(logins()).toBe(1);
    registrar.follow(digestScript({ headers: [["Server", "kamailio (5.7.4)"]] }));
    history = new ProbeHistory();
    await look(false);
    expect(await whyNot()).toMatch(/unless force is given/);
    const { evidence } = await look(true);
    expect(evidence.credentials?.outcome).toBe("refused");
    expect(await whyNot()).not.toMatch(/force/);
  });
});

it("silence after an accepted login is no ban", async () => {
  await diagnoseQuickly(targetOf(registrar), { password: right, history });
  registrar.follow(() => undefined);
  const { findings, evidence } = await diagnoseQuickly(targetOf(registrar), { history });
  expect(evidence.history).not.toHaveProperty("counted");
  expect(findings.map(({ id }) => id)).not.toContain("banned-after-refusals");
});
