import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { presetSchema } from "../../../scripts/presets/schema.js";
import { listPresets, loadPreset, PRESET_FIELDS, type Preset } from "../../../src/presets/index.js";
import { knownStates } from "../../../src/registration/states.js";

const FOLDER = join(import.meta.dirname, "../../../src/presets/systems");
/** Each file's name is the id of its preset: there is no other list of them. */
const IDS = readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ""));

const PORTS = z.int().min(1).max(65535);

const compact = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

async function load(id: string): Promise<Preset> {
  const preset = await loadPreset(id);
  if (!preset) throw new Error(`no preset ${id}`);
  return preset;
}

/** Every object in a preset that carries a source, with the path to it. */
function provenances(value: unknown, path = ""): { path: string; source: string; confidence: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, item]) => provenances(item, `${path}/${key}`));
  const { source, confidence } = value as { source?: unknown; confidence?: unknown };
  return typeof source === "string" && typeof confidence === "string"
    ? [{ path, source, confidence }, ...inner]
    : inner;
}

/** Every string in a preset outside its sources. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

describe("the catalogue", () => {
  it("lists the system of each file once, with the generic one last", () => {
    const ids = listPresets().map(({ id }) => id);
    expect(IDS.length).toBeGreaterThan(30);
    expect([...ids].sort()).toEqual([...IDS].sort());
    expect(ids.at(-1)).toBe("generic-sip");
  });

  it("goes by kind of system", () => {
    const kinds = listPresets().map(({ category }) => category);
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual([
      "on-premises PBX",
      "cloud PBX",
      "SIP provider",
      "router",
      "generic",
    ]);
  });

  it("has no name or alias that leads to two systems", () => {
    const owners = new Map<string, string>();
    for (const { id, name, aliases } of listPresets()) {
      for (const key of new Set([id, name, ...aliases].map(compact))) {
        expect(owners.get(key) ?? id, `"${key}" of ${id}`).toBe(id);
        owners.set(key, id);
      }
    }
  });

  it("does not repeat an alias within a system", () => {
    for (const { id, aliases } of listPresets()) {
      expect(new Set(aliases.map(compact)).size, id).toBe(aliases.length);
    }
  });

  it("knows nothing under an id that is not in its table, whatever is in it", async () => {
    for (const id of ["", "nobody", "../index", "systems/3cx", "3cx.js", "__proto__", "3CX"]) {
      expect(await loadPreset(id)).toBeUndefined();
    }
  });

  it("describes in plain types what its schema checks", async () => {
    const keys = new Set((await Promise.all(IDS.map(load))).flatMap((preset) => Object.keys(preset)));
    expect(Object.keys(presetSchema.shape).sort()).toEqual([...keys].sort());

    // The rest is for the compiler: the two must describe the same.
    type Checked = z.infer<typeof presetSchema>;
    type Mutable<T> = T extends readonly (infer Item)[]
      ? Mutable<Item>[]
      : T extends object
        ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
        : T;
    // Optional properties differ only in an explicit undefined, which the files cannot hold.
    type Loose<T> = T extends (infer Item)[]
      ? Loose<Item>[]
      : T extends object
        ? { [Key in keyof T]-?: Loose<Exclude<T[Key], undefined>> }
        : T;
    expectTypeOf<keyof Checked>().toEqualTypeOf<keyof Preset>();
    expectTypeOf<Loose<Mutable<Preset>>>().toExtend<Loose<Checked>>();
    expectTypeOf<Loose<Checked>>().toExtend<Loose<Mutable<Preset>>>();
  });
});

describe.each(IDS)("%s", (id) => {
  it("follows the schema", async () => {
    expect(presetSchema.safeParse(await load(id)).error?.issues ?? []).toEqual([]);
  });

  it("has the id of its file", async () => {
    const preset = await load(id);
    expect(preset.id).toBe(id);
  });

  it("gives every field of the API, or says that nothing can register and what works instead", async () => {
    const preset = await load(id);
    if (preset.registers === "no") {
      expect(preset.fields).toBeUndefined();
      const instead = preset.instead?.presets ?? [];
      expect(instead.length).toBeGreaterThan(0);
      for (const other of instead) expect((await load(other)).registers, other).not.toBe("no");
      expect(preset.fields).toBeUndefined();
    } else {
      expect(preset.instead).toBeUndefined();
      expect(Object.keys(preset.fields ?? {}).sort()).toEqual([...PRESET_FIELDS].sort());
    }
  });

  it("names its conditions where it registers under conditions", async () => {
    const preset = await load(id);
    expect(preset.conditions.length > 0).toBe(preset.registers === "conditional");
  });

  it("holds no password, not even a placeholder that looks like one", async () => {
    const password = (await load(id)).fields?.password;
    if (!password) return;
    expect(password.use).toBe("ask");
    expect(password.value).toBeUndefined();
    expect(password.form).toBeUndefined();
    expect(password.alternatives).toBeUndefined();
  });

  it("sets authUsername exactly where it says that one is needed", async () => {
    const { fields, needsAuthUsername } = await load(id);
    if (!fields) return;
    const uses = { yes: "set", sometimes: "if-needed", no: "omit", unknown: "ask" } as const;
    expect(fields.authUsername.use).toBe(uses[needsAuthUsername]);
  });

  it("gives field values that the API takes", async () => {
    const { fields } = await load(id);
    if (!fields) return;
    const values = (field: "port" | "transport" | "subscribe" | "sipDomain") =>
      [fields[field].value, ...(fields[field].alternatives ?? []).map(({ value }) => value)].filter(
        (value) => value !== undefined,
      );
    for (const port of values("port")) expect(PORTS.safeParse(port).success, String(port)).toBe(true);
    for (const transport of values("transport")) expect(["udp", "tcp", "tls"]).toContain(transport);
    for (const subscribe of values("subscribe")) expect(subscribe).toBe(false);
    for (const domain of values("sipDomain")) expect(domain).toMatch(/^[a-z0-9{}. -]+$/i);
    if (typeof fields.sipDomain.value === "string") expect(fields.sipDomain.value).toMatch(/^[a-z0-9.-]+$/);
  });

  it("keeps TLS off port 5060 in everything it recommends", async () => {
    const { fields, extraEndpoints, documentedExample } = await load(id);
    expect(extraEndpoints.filter(({ transport, port }) => transport === "tls" && port === 5060)).toEqual([]);
    expect(fields?.transport.value === "tls" && fields.port.value === 5060).toBe(false);
    for (const { transport, port } of documentedExample?.suggested ?? []) {
      expect(transport === "tls" && port === 5060).toBe(false);
    }
  });

  it("bases every fact on a source that it lists, and lists none in vain", async () => {
    const preset = await load(id);
    const used = provenances(preset);
    for (const { path, source } of used) expect(Object.keys(preset.sources), path).toContain(source);
    const cited = new Set(used.map(({ source }) => source));
    // A document without its own fact is further reading; anything without an address would be empty.
    for (const [key, { url }] of Object.entries(preset.sources)) {
      expect(cited.has(key) || url !== undefined, key).toBe(true);
    }
  });

  it("marks what is inferred as of low confidence, and gives every other source an address", async () => {
    const preset = await load(id);
    for (const { path, source, confidence } of provenances(preset)) {
      if (preset.sources[source]?.kind === "inference") expect(confidence, path).toBe("low");
    }
    for (const [key, { kind, url }] of Object.entries(preset.sources)) {
      if (kind === "platform" || kind === "measured" || kind === "inference")
        expect(url, key).toBeUndefined();
      else expect(url, key).toMatch(/^https:\/\/[a-z0-9.-]+\.[a-z]+(\/|$)/);
    }
  });

  it("asserts nothing that it lists as not verified", async () => {
    const { unverified, sources: _sources, ...facts } = await load(id);
    const asserted = new Set(texts(facts).map(compact));
    for (const claim of unverified) expect(asserted.has(compact(claim)), claim).toBe(false);
  });

  it("names only states that exist", async () => {
    const known: ReadonlySet<string> = new Set(knownStates().map(({ state }) => state));
    for (const { states } of (await load(id)).failures) {
      for (const state of states) expect(known.has(state), state).toBe(true);
    }
  });

  it("has an endpoint for each value that it recommends, and each port range in order", async () => {
    const { fields, extraEndpoints, ports } = await load(id);
    const { port, transport } = fields ? { port: fields.port.value, transport: fields.transport.value } : {};
    if (port !== undefined && transport !== undefined) {
      expect(extraEndpoints).toContainEqual({ transport, port });
    }
    for (const { port: first, lastPort } of ports) expect(lastPort ?? first).toBeGreaterThanOrEqual(first);
  });

  it("takes steps in order: what must be there, the account, access, calls, the check", async () => {
    const order = ["prepare", "account", "remote", "routing", "check"];
    const stages = (await load(id)).steps.map(({ stage }) => order.indexOf(stage));
    expect(stages).toEqual([...stages].sort((left, right) => left - right));
  });

  it("holds plain text: no line breaks, no control characters, no blanks at the ends", async () => {
    for (const text of texts(await load(id))) {
      expect(text).not.toMatch(/\p{Cc}/u);
      expect(text).toBe(text.trim());
    }
  });
});

describe("the platform's documented examples", () => {
  const documented = { source: "platform", confidence: "high" };

  it("keeps FreePBX's values and says why pbx.local cannot work from the cloud", async () => {
    const { documentedExample } = await load("freepbx-pjsip");
    expect(documentedExample).toMatchObject({
      ...documented,
      settings: { sipDomain: "pbx.local", username: "100", port: 5060, transport: "udp" },
    });
    expect(Object.keys(documentedExample?.settings ?? {})).not.toContain("proxy");
    expect(documentedExample?.differs).toMatch(/\.local/);
  });

  it("keeps 3CX's values beside TLS on 5061 and the Auth ID", async () => {
    const { documentedExample, needsAuthUsername } = await load("3cx");
    expect(documentedExample).toMatchObject({
      ...documented,
      settings: {
        sipDomain: "company.3cx.us",
        username: "1001",
        proxy: "company.3cx.us",
        port: 5060,
        transport: "tls",
      },
    });
    expect(documentedExample?.suggested[0]).toMatchObject({ port: 5061, transport: "tls" });
    expect(needsAuthUsername).toBe("yes");
  });

  it("keeps Twilio's values beside TLS on 5061", async () => {
    const { documentedExample } = await load("twilio-sip-domain");
    expect(documentedExample).toMatchObject({
      ...documented,
      settings: { sipDomain: "yourdomain.sip.twilio.com", username: "agent", port: 5060, transport: "tls" },
    });
    expect(documentedExample?.suggested[0]).toMatchObject({ port: 5061, transport: "tls" });
  });

  it("marks no other system's values as the platform's", async () => {
    for (const id of IDS) {
      const { documentedExample, sources } = await load(id);
      const expected = ["freepbx-pjsip", "3cx", "twilio-sip-domain"].includes(id);
      expect(documentedExample !== undefined, id).toBe(expected);
      expect(
        Object.values(sources).some(({ kind }) => kind === "platform"),
        id,
      ).toBe(expected);
    }
  });
});

describe("what people ask about the systems that most of them use", () => {
  const MOST_USED = [
    ...[
      "freepbx-pjsip",
      "freepbx-chan-sip",
      "asterisk-pjsip",
      "fusionpbx",
      "freeswitch",
      "3cx",
      "yeastar-p-series",
    ],
    ...[
      "grandstream-ucm63xx",
      "avm-fritzbox",
      "kamailio-opensips",
      "cisco-cucm",
      "issabel",
      "vitalpbx",
      "generic-sip",
    ],
  ];

  it.each(MOST_USED)("%s answers", async (id) => {
    const preset = await load(id);
    for (const key of ["existing", "lookalikes", "inUse", "platformAddress", "audio", "evidence"] as const)
      expect(preset[key].length, key).toBeGreaterThan(0);
    expect(preset.steps.some(({ stage }) => stage === "routing")).toBe(true);
    // Each lookalike is told apart from another field than itself, and none holds a value.
    for (const { takenFor, tell } of preset.lookalikes) {
      expect(["sipDomain", "username", "password", "authUsername"]).toContain(takenFor);
      expect(tell).not.toMatch(/\d{4,}/);
    }
  });

  it.each(MOST_USED)(
    "%s says of the external address and the media ports which side hears nothing",
    async (id) => {
      const { audio } = await load(id);
      expect(audio.map(({ setting }) => setting)).toContain("external address");
      for (const { symptom } of audio) expect(symptom).toMatch(/hear|silence|address|talk/i);
    },
  );
});

describe("values that are ready to be sent", () => {
  const defaultsOf = ({ fields }: Preset) =>
    Object.fromEntries(
      Object.entries(fields ?? {}).flatMap(([name, { use, value }]) =>
        use === "set" && value !== undefined ? [[name, value]] : [],
      ),
    );

  it("leave out what differs per customer", async () => {
    expect(defaultsOf(await load("ringcentral"))).toEqual({
      sipDomain: "sip.ringcentral.com",
      port: 5090,
      transport: "udp",
      subscribe: false,
    });
    expect(defaultsOf(await load("freepbx-pjsip"))).toEqual({
      port: 5060,
      transport: "udp",
      subscribe: false,
    });
  });

  it("do not guess a port where none is known", async () => {
    expect(defaultsOf(await load("wildix"))).toEqual({ subscribe: false });
    expect(defaultsOf(await load("zoom-phone"))).toEqual({ transport: "tls", subscribe: false });
  });
});
