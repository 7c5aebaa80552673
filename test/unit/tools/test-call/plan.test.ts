import { describe, expect, it } from "vitest";
import type { NamedSecrets } from "../../../../src/passwords/named.js";
import { HOSTS } from "../../../../src/presets/catalogue.js";
import { loadPreset } from "../../../../src/presets/index.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { shownText, untrusted } from "../../../../src/redaction/untrusted.js";
import { TelzinoError } from "../../../../src/telzino/errors.js";
import type { Agent, RegistrationState, StoredRegistration } from "../../../../src/telzino/types.js";
import type { CallContext, CallRights } from "../../../../src/tools/core/context.js";
import { ToolError } from "../../../../src/tools/core/errors.js";
import type { TestCallInput } from "../../../../src/tools/test-call/input.js";
import { confirmedOf, isDown, isReady, noPassword, planOf } from "../../../../src/tools/test-call/plan.js";
import { wouldDo } from "../../../../src/tools/test-call/reply.js";
import { servicesFor } from "../../../support/mcp.js";
import { plain } from "../../../support/plain.js";

const AGENT = "aaaaaaaa-1111-4111-8111-111111111111";
const STORED: StoredRegistration = {
  ...{ sipDomain: "pbx.example.com", username: "1001", transport: "tls", port: 5061 },
};
const INPUT = { agentId: AGENT, callerUsername: "1002", callerSecret: "DESK" };
const SECRETS: NamedSecrets = new Map([
  ["DESK", { secret: new Secret("mulberry-1002"), hosts: [] }],
  ["PINNED", { secret: new Secret("mulberry-1003"), hosts: ["other.example.com"] }],
]);
const ANY: CallRights = {};

interface Around {
  stored?: StoredRegistration | null;
  rights?: CallRights | undefined;
  state?: RegistrationState | Error;
  hosted?: boolean;
  name?: string;
}

function contextOf({ stored = STORED, rights, state = "REGISTERED_STATE", hosted, name = "Desk" }: Around) {
  const { api } = servicesFor();
  const agent: Agent = { id: AGENT, name: untrusted(name), status: "active", registration: stored };
  const services = servicesFor(
    {
      ...api,
      getAgent: async () => agent,
      getStatus: async () => {
        if (state instanceof Error) throw state;
        return { state };
      },
    },
    {
      sipSecrets: SECRETS,
      ...(rights === undefined ? {} : { testCalls: rights }),
      ...(hosted ? { targetPolicy: {} as never } : {}),
    },
  );
  return { services, signal: new AbortController().signal } as unknown as CallContext;
}

const planned = (more: Partial<TestCallInput> = {}, around: Around = {}) =>
  planOf({ ...INPUT, ...more }, contextOf({ rights: ANY, ...around }));

/** Why no call is planned. */
async function objection(more: Partial<TestCallInput> = {}, around: Around = {}): Promise<string> {
  const refused = await planned(more, around).then(
    () => undefined,
    (error: Error) => error,
  );
  if (refused === undefined) return "none";
  expect(refused).toBeInstanceOf(ToolError);
  return shownText(refused.message, () => undefined);
}

describe("a test call", () => {
  it("rings the agent's stored extension, as the caller, where the agent registers", async () => {
    const plan = await planned();
    expect(plan).toMatchObject({
      ...{
        agentId: AGENT,
        agentName: expect.stringContaining("Desk"),
        extension: "1001",
        passwordFrom: { kind: "named", name: "DESK" },
        holdSeconds: 0,
      },
      ...{ position: "outside", echoCode: undefined, status: { state: "REGISTERED_STATE" } },
      target: { sipDomain: "pbx.example.com", username: "1002", transport: "tls", port: 5061 },
    });
    expect(plan.password?.reveal()).toBe("mulberry-1002");
    expect(isReady(plan)).toBe(true);
    expect(plan.target).not.toHaveProperty("proxy");
  });

  it("is not placed where nothing is stored that could be called", async () => {
    const { sipDomain: _, ...nowhere } = STORED;
    const { username: _user, ...nobody } = STORED;
    for (const stored of [null, nowhere, nobody]) {
      expect(await objection({}, { stored: stored as StoredRegistration })).toMatch(/nothing is stored/);
    }
  });

  it.each([
    [
      "an extension that may reach an emergency service",
      { ...STORED, username: "911" },
      {},
      /emergency service/,
    ],
    ["what is no extension", { ...STORED, username: "+49301234567" }, {}, /not an extension/],
    ["an echo code that switches something", STORED, { echoCode: "*72" }, /is not known as the code/],
    ["the agent's extension as the echo test", STORED, { echoCode: "1001" }, /so no echo test/],
    ["the calling extension as the echo test", STORED, { echoCode: "1002" }, /so no echo test/],
    ["an echo code that may get an outside line", STORED, { echoCode: "9411" }, /outside line/],
    ["the agent's own extension as the caller", STORED, { callerUsername: "1001" }, /is the agent's own/],
  ])("is not placed with %s", async (_what, stored, more, why) => {
    expect(await objection(more, { stored })).toMatch(why);
  });

  it("is not placed where the configuration allows none, or none there", async () => {
    const at = (rights: CallRights | undefined, more: Partial<TestCallInput> = {}, stored = STORED) =>
      planOf({ ...INPUT, ...more }, contextOf({ rights, stored })).then(
        () => "placed",
        (error: Error) => shownText(error.message, () => undefined),
      );
    expect(await at(undefined)).toMatch(/places test calls at nobody/);
    expect(await at({ hosts: ["pbx.example.com"] })).toBe("placed");
    expect(await at({ hosts: ["other.example.com"] })).toMatch(/not at pbx\.example\.com/);
    const proxied = { ...STORED, proxy: "edge.example.net" };
    expect(await at({ hosts: ["pbx.example.com"] }, {}, proxied)).toMatch(/not at edge\.example\.net/);
    expect(await at({ hosts: ["pbx.example.com", "edge.example.net"] }, {}, proxied)).toBe("placed");
    expect(await at({ extensions: ["1001"] })).toBe("placed");
    expect(await at({ extensions: ["1002"] })).toMatch(/to 1002, and not to 1001/);
    expect(await at({ extensions: ["1001"] }, { echoCode: "*43" })).toMatch(/and not to "?\*43/);
    expect(await at({ extensions: ["1001", "*43"] }, { echoCode: "*43" })).toBe("placed");
  });

  it("is made with no password that is pinned elsewhere or not configured", async () => {
    await expect(planned({ callerSecret: "PINNED" })).rejects.toThrow(/is pinned to/);
    await expect(planned({ callerSecret: "OTHER" })).rejects.toThrow(/No SIP password is configured/);
    const stored = { ...STORED, proxy: "pbx.example.net", sipDomain: "other.example.com" };
    await expect(planned({ callerSecret: "PINNED" }, { stored })).rejects.toThrow(/proxy/);
  });

  it("is made with a password that was typed, which has no name", async () => {
    const typed = new Secret("typed-mulberry");
    const plan = await planOf({ ...INPUT, callerSecret: typed }, contextOf({ rights: ANY }));
    expect([plan.passwordFrom, plan.password]).toEqual([{ kind: "typed" }, typed]);
  });

  it("waits for a password from the page, where there is one, and is refused where there is none", async () => {
    const { callerSecret: _, ...unnamed } = INPUT;
    const call = contextOf({ rights: ANY });
    const refused = (await planOf(unnamed, call).catch((error: ToolError) => error)) as ToolError;
    expect(plain(refused.message)).toBe("No call was placed: the SIP password of extension 1002 is needed.");
    expect(plain(refused.next)).toEqual([
      expect.stringMatching(/^If this server holds it, name it in callerSecret: .*DESK/),
      expect.stringContaining("TELZINO_SIP_SECRET_<NAME>"),
      expect.stringContaining("watch_test_call proves the line"),
    ]);
    for (const sipSecrets of [undefined, new Map()]) {
      const none = noPassword("1002", { ...call.services, sipSecrets } as never, "The page was closed.");
      expect(plain(none.message)).toMatch(/ is needed\. The page was closed\.$/);
      expect(none.next).toHaveLength(2);
    }
    call.services.entry = {} as never;
    const plan = await planOf(unnamed, call);
    expect([plan.passwordFrom, plan.password, isReady(plan)]).toEqual([{ kind: "page" }, undefined, false]);
  });

  it("takes the stored port where the transport is the stored one, and a given one before both", async () => {
    expect((await planned({ transport: "udp" })).target).not.toHaveProperty("port");
    expect((await planned({ transport: "udp" })).target.transport).toBe("udp");
    expect((await planned({ transport: "tls" })).target.port).toBe(5061);
    expect((await planned({ transport: "udp", port: 5062 })).target.port).toBe(5062);
    const stored = { ...STORED, proxy: "edge.example.net", transport: "quic" as never };
    const odd = await planned({ callerAuthUsername: "auth" }, { stored });
    expect(odd.target).toMatchObject({ proxy: "edge.example.net", authUsername: "auth" });
    expect(odd.target).not.toHaveProperty("transport");
  });

  it("calls an echo test where its code is given, or known by the host's name", async () => {
    const stored = { ...STORED, sipDomain: "192.168.1.20" };
    expect((await planned({}, { stored })).echoCode).toBeUndefined();
    // A documented host, of which no echo test is documented.
    expect(
      (await planned({}, { stored: { ...STORED, sipDomain: "siphv.telnyx.com" } })).echoCode,
    ).toBeUndefined();
    expect((await planned({ echoCode: "9196" })).echoCode).toBe("9196");
  });

  it("is seen from inside the PBX's network at a private address of the user's machine, and otherwise not", async () => {
    const inside = { ...STORED, sipDomain: "192.168.1.20" };
    expect((await planned({}, { stored: inside })).position).toBe("inside");
    expect((await planned({}, { stored: inside, hosted: true })).position).toBe("outside");
    expect((await planned({}, { stored: { ...STORED, sipDomain: "192.0.2.1" } })).position).toBe("outside");
    expect((await planned({}, { stored: { ...inside, proxy: "edge.example.net" } })).position).toBe(
      "outside",
    );
    expect((await planned({ seenFrom: "inside" })).position).toBe("inside");
  });

  it("is planned also where the status cannot be read, or the agent has no name", async () => {
    const gone = new TelzinoError("unavailable" as never, "no answer" as never);
    expect((await planned({}, { state: gone })).status).toBeUndefined();
    expect((await planned({}, { name: "" })).agentName).toBeUndefined();
  });
});

describe("a plan of a test call", () => {
  it("is read with the signal of the call, so that it ends with it", async () => {
    const call = contextOf({ rights: ANY });
    const { signal } = call;
    const given: (AbortSignal | undefined)[] = [];
    const { getAgent, getStatus } = call.services.api;
    call.services.api.getAgent = async (id, options) => {
      given.push(options?.signal);
      return getAgent(id, options);
    };
    call.services.api.getStatus = async (id, options) => {
      given.push(options?.signal);
      return getStatus(id, options);
    };
    await planOf(INPUT, call);
    expect(given).toEqual([signal, signal]);
  });

  it("that is refused says what can be done instead", async () => {
    const nextOf = async (stored: StoredRegistration | null) => {
      const error = await planned({ echoCode: "*72" }, { stored }).catch((refused: ToolError) => refused);
      return (error as ToolError).next;
    };
    expect(JSON.stringify(await nextOf(null))).toMatch(
      /configure_sip_registration connects the agent\..*The agent has to be connected first\./,
    );
    expect(JSON.stringify(await nextOf(STORED))).toMatch(
      /watch_test_call proves the line with a call that the user/,
    );
  });

  it("has no echo test by the host's name as long as none is documented for such a host", async () => {
    const ids = new Set(HOSTS.map(({ preset }) => preset.id));
    const presets = await Promise.all([...ids].map((id) => loadPreset(id)));
    expect(presets.length).toBeGreaterThan(3);
    expect(presets.filter((preset) => preset?.echoTest !== undefined)).toEqual([]);
  });
});

describe("what a call would do", () => {
  const ofEcho = async (echoCode: string) =>
    wouldDo(await planned({ echoCode })).find((line) => line.includes("echo test"));

  it("is said of a code that only an echo test has", async () => {
    expect(await ofEcho("*43")).toMatch(/about 4 s, 28 s at most; .* No one's phone rings\.$/);
  });

  it("is not said to ring nobody where the digits may be a person's extension", async () => {
    for (const code of ["600", "9196"]) {
      expect(await ofEcho(code)).toMatch(/ a phone instead, the call is cancelled as soon as it rings\.$/);
    }
  });
});

describe("what a confirmation of a test call is bound to", () => {
  it("is all that decides what is done, and to whom", async () => {
    const stored = { ...STORED, proxy: "edge.example.net" };
    const more = {
      callerAuthUsername: "auth",
      echoCode: "*43",
      holdSeconds: 36,
      agentId: AGENT.toUpperCase(),
    };
    expect(confirmedOf(await planned(more, { stored }))).toEqual({
      ...{ agentId: AGENT, extension: "1001", secretName: "DESK", echoCode: "*43", holdSeconds: 36 },
      ...{ position: "outside", sipDomain: "pbx.example.com", username: "1002", proxy: "edge.example.net" },
      ...{ port: 5061, transport: "tls", authUsername: "auth" },
    });
  });
});

describe("a registration that is down", () => {
  it.each([
    ["REGISTERED_STATE", false],
    ["WRONG_CREDENTIALS_STATE", true],
    ["NOT_REGISTERED_STATE", true],
  ] as const)("is that in %s: %s", (state, down) => {
    expect(isDown({ state })).toBe(down);
  });

  it("is none of which nothing is known", () => {
    expect(isDown(undefined)).toBe(false);
  });
});
