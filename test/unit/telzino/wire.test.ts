import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import {
  readAgent,
  readAgentPage,
  readSavedRegistration,
  readStatus,
  readStoredRegistration,
  readToken,
} from "../../../src/telzino/wire.js";
import { AGENT_ID } from "../../support/telzino-client.js";
import { asShown } from "../../support/untrusted-text.js";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a registration's status", () => {
  it("is read as documented", () => {
    const answer = {
      success: true,
      data: {
        state: "REGISTERED_STATE",
        stateCode: 3,
        enabled: "yes",
        expires: 1_771_788_661,
        lastRegisterSent: "2026-02-22T12:00:00Z",
        registrationTimeout: "3600",
        isRegistered: true,
        errorMessage: "Successfully registered",
      },
    };
    expect(readStatus(answer)).toEqual({
      state: "REGISTERED_STATE",
      stateCode: 3,
      enabled: true,
      expires: new Date("2026-02-22T19:31:01Z"),
      lastRegisterSent: new Date("2026-02-22T12:00:00Z"),
      registrationTimeoutSeconds: 3_600,
      isRegistered: true,
      message: "Successfully registered",
    });
  });

  it("passes a state through that no one knows, in upper case", () => {
    expect(readStatus({ state: " Unregistering_State ", stateCode: "8" })).toEqual({
      state: "UNREGISTERING_STATE",
      stateCode: 8,
    });
  });

  it.each([
    {},
    null,
    [],
    "REGISTERED_STATE",
    { data: { stateCode: 3 } },
    { data: { state: 3 } },
    { data: null },
  ])("is not made up from %j", (answer) => {
    expect(readStatus(answer)).toBeUndefined();
  });

  it("drops what it can't read and keeps the rest", () => {
    const odd = {
      enabled: "perhaps",
      expires: "soon",
      lastRegisterSent: {},
      isRegistered: null,
      stateCode: "x",
    };
    expect(readStatus({ data: { ...odd, state: "NOT_FOUND", registrationTimeout: -1 } })).toEqual({
      state: "NOT_FOUND",
    });
  });

  it.each([
    [1_771_788_661_000, "2026-02-22T19:31:01.000Z"],
    ["1771788661", "2026-02-22T19:31:01.000Z"],
    ["2026-02-22T12:00:00+02:00", "2026-02-22T10:00:00.000Z"],
    ["2026-02-22T12:00:00", "2026-02-22T12:00:00.000Z"],
    ["2026-02-22 12:00:00", "2026-02-22T12:00:00.000Z"],
    ["Sun Feb 22 12:00:00 2026", "2026-02-22T12:00:00.000Z"],
  ])("takes %j for a time, in UTC where no zone is named", (expires, iso) => {
    expect(readStatus({ state: "X", expires })?.expires?.toISOString()).toBe(iso);
  });

  it.each([0, "0", "", -1, 1e300])("takes %j for no time", (expires) => {
    expect(readStatus({ state: "X", expires })).toEqual({ state: "X" });
  });

  it.each([
    ["yes", true],
    ["YES", true],
    ["true", true],
    [1, true],
    ["no", false],
    [false, false],
    ["0", false],
  ])("takes %j for %s", (enabled, meant) => {
    expect(readStatus({ state: "X", enabled })?.enabled).toBe(meant);
  });
});

describe("a stored registration", () => {
  it.each([
    [null, null],
    ["null", null],
    [{}, null],
    [undefined, undefined],
    [42, undefined],
    ["broken {", undefined],
    [[], undefined],
  ])("%j is read as %j", (value, meant) => {
    expect(readStoredRegistration(value)).toBe(meant);
  });

  it("is read with numbers in strings, other cases, and as JSON text", () => {
    const stored = { sipDomain: "pbx.local", username: 100, port: "5061", transport: "TLS", subscribe: "no" };
    const meant = { sipDomain: "pbx.local", username: "100", port: 5061, transport: "tls", subscribe: false };
    expect(readStoredRegistration(stored)).toEqual(meant);
    expect(readStoredRegistration(JSON.stringify(stored))).toEqual(meant);
  });

  it("loses only the fields that can't be read", () => {
    const odd = {
      port: 70_000,
      proxy: "",
      authUsername: null,
      did: [],
      subscribe: "?",
      aor: "sip:x",
      sipRealm: "x",
    };
    expect(readStoredRegistration({ ...odd, sipDomain: "pbx.local", transport: "ws" })).toEqual({
      sipDomain: "pbx.local",
      transport: "ws",
    });
  });

  it("comes out of a PUT without its password", () => {
    const saved = readSavedRegistration({ success: true, data: { username: "100", password: "canary" } });
    expect(saved).toEqual({ username: "100" });
    expect(saved).not.toHaveProperty("password");
  });
});

describe("agents", () => {
  const whole = {
    id: AGENT_ID,
    organization_id: "22222222-2222-4222-8222-222222222222",
    name: "Front\u200b Desk\n",
    description: null,
    status: "Active",
    agent_type: "simple",
    system_prompt: "canary prompt",
    mcp_servers: [{ auth_headers: { authorization: "canary header" } }],
    sip_registration_data: null,
  };

  it("keep the fields that are used and lose all others", () => {
    expect(readAgent(whole)).toEqual({
      id: AGENT_ID,
      name: "Front Desk",
      organizationId: "22222222-2222-4222-8222-222222222222",
      status: "active",
      type: "simple",
      registration: null,
    });
  });

  it.each([
    [{ is_active: false }, "inactive"],
    [{ is_active: true }, "active"],
    [{ is_active: false, status: "active" }, "active"],
    [{ is_active: true, status: "cancelled" }, "cancelled"],
    [{}, undefined],
  ])(
    "say by their status whether they are active, and by is_active where there is none: %j",
    (said, status) => {
      expect(readAgent({ id: AGENT_ID, ...said })?.status).toBe(status);
    },
  );

  it("without sip_registration_data do not say whether one is stored", () => {
    expect(readAgent({ id: AGENT_ID })).toEqual({ id: AGENT_ID, name: "", registration: undefined });
  });

  it("are shown without their own password, whoever shows them and holds nothing", () => {
    const said = `Desk ${base64("tulip-rocket-482913")}`;
    const word = "busy-Tulip-Rocket";
    const stored = { ...whole, sip_registration_data: { username: "100", password: "tulip-rocket-482913" } };
    const agent = readAgent({ ...stored, name: said, organization_id: said, status: word, agent_type: word });
    const { name, status, type, organizationId } = agent ?? {};
    const shown = asShown({ name, short: name?.shortened(40), status, type, organizationId });
    expect(shown).toEqual({
      ...{ name: LEFT_OUT, short: LEFT_OUT },
      ...{ status: LEFT_OUT, type: LEFT_OUT, organizationId: LEFT_OUT },
    });
    expect(asShown(readAgent({ ...stored, name: "Desk" })?.name)).toBe("Desk");
  });

  it("come in pages as documented", () => {
    const pagination = { page: 2, limit: 1, total: 3, totalPages: 3, hasNext: true, hasPrev: true };
    const page = readAgentPage({ data: [whole], pagination }, { page: 2, limit: 1 });
    expect(page).toMatchObject({ page: 2, limit: 1, total: 3, totalPages: 3, hasNext: true });
    expect(page?.agents.map(({ id }) => id)).toEqual([AGENT_ID]);
  });

  it.each([
    [{ data: [whole] }, {}, { page: 1, limit: 50, hasNext: false }],
    [{ data: [whole] }, { page: 3, limit: 1 }, { page: 3, limit: 1, hasNext: true }],
    [[whole], {}, { page: 1, limit: 50, hasNext: false }],
    [{ data: Array(50).fill(whole) }, { limit: 100 }, { page: 1, limit: 100, hasNext: true }],
    [{ data: Array(49).fill(whole) }, { limit: 100 }, { page: 1, limit: 100, hasNext: false }],
    [
      { data: Array(50).fill(whole), pagination: { limit: 100 } },
      {},
      { page: 1, limit: 100, hasNext: false },
    ],
    [{ data: [], pagination: null }, {}, { page: 1, limit: 50, hasNext: false }],
    [
      { data: [], pagination: { page: "2", limit: "10", total: "21" } },
      {},
      { page: 2, limit: 10, total: 21, hasNext: true },
    ],
    [{ data: [], pagination: { page: 2, totalPages: 2 } }, {}, { page: 2, totalPages: 2, hasNext: false }],
    [{ data: [], pagination: { page: -1, hasNext: "maybe" } }, { page: 4 }, { page: 4, hasNext: false }],
  ])("come in pages whose numbers may be missing: %j asked with %j", (answer, asked, meant) => {
    expect(readAgentPage(answer, asked)).toMatchObject(meant);
  });

  it("are read up to the hundredth, and it is told how many came where those are more than were asked for", () => {
    const data = Array.from({ length: 60_000 }, (_, index) => ({ id: `a${index}` }));
    const page = readAgentPage({ data }, { limit: 20 });
    expect(page?.agents).toHaveLength(100);
    expect(page?.agents.at(-1)?.id).toBe("a99");
    expect(page?.sent).toBe(60_000);
    expect(readAgentPage({ data: data.slice(0, 20) }, { limit: 20 })).not.toHaveProperty("sent");
    expect(readAgentPage({ data: data.slice(0, 51) }, {})).toMatchObject({ sent: 51 });
  });

  it("have what is JSON text in itself read, where it is no longer than such a thing is", () => {
    const stored = (more: number) =>
      JSON.stringify({
        ...Object.fromEntries(Array.from({ length: more }, (_, at) => [at, 1])),
        username: "1",
      });
    const read = (more: number) => readAgent({ id: "a", sip_registration_data: stored(more) })?.registration;
    expect(read(300)).toMatchObject({ username: "1" });
    expect(read(500)).toBeUndefined();
  });

  it("without an id are left out of a page", () => {
    expect(readAgentPage({ data: [null, 1, {}, { name: "x" }, whole] }, {})?.agents).toHaveLength(1);
  });

  it.each([{}, null, "agents", { data: {} }, { data: "x" }])("are not made up from %j", (answer) => {
    expect(readAgentPage(answer, {})).toBeUndefined();
  });
});

describe("whatever comes", () => {
  it("no reader fails at lists in lists without end", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(readStatus({ state: "REGISTERED", expires: deep, subscribe: deep, port: deep })).toMatchObject({
      state: "REGISTERED",
    });
    expect(readSavedRegistration({ subscribe: deep, sip_domain: deep, password: deep })).toEqual({});
  });

  it("no reader fails", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const answer of [value, { data: value }, { data: [value] }, { state: value, expires: value }]) {
          readStatus(answer);
          readAgentPage(answer, {});
          readSavedRegistration(answer);
          readToken(answer);
        }
      }),
    );
  });
});
