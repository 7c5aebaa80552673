import { afterAll, describe, expect, it } from "vitest";
import { NO_NETWORKS } from "../../../../src/base/networks.js";
import { readHttpSettings } from "../../../../src/config/http.js";
import { loadConfig } from "../../../../src/config/index.js";
import { PbxLedger } from "../../../../src/diagnosis/pbx-ledger.js";
import { readTenantsFile } from "../../../../src/hosting/tenants/file.js";
import type { OpenTenant, TenantSettings } from "../../../../src/hosting/tenants/services.js";
import { TenantsSource } from "../../../../src/hosting/tenants/source.js";
import { publicTargetsOnly } from "../../../../src/hosting/tenants/target-policy.js";
import { Tenants } from "../../../../src/hosting/tenants/tenants.js";
import { ProcessLocks } from "../../../../src/registration/agent-locks.js";
import { Folder, keptLog, madeToken } from "../../../support/hosting.js";

const folder = new Folder();
afterAll(() => folder.remove());

/** As many tenants as asked for, each with a token and its own principal. */
function many(count: number, more: (index: number) => object = () => ({})) {
  const password = folder.write("password.txt", "password-of-all");
  const tokens: string[] = [];
  const entries = Array.from({ length: count }, (_, index) => {
    const { token, entry } = madeToken("bot");
    tokens.push(token);
    return [
      `t${index}`,
      {
        credentials: { clientId: `client-${index}`, clientSecretFile: password },
        secrets: { PBX: { file: password } },
        principals: [`user-${index}`],
        tokens: [entry],
        ...more(index),
      },
    ];
  });
  return { tokens, content: { tenants: Object.fromEntries(entries) as Record<string, object> } };
}

const plansOf = (content: unknown) => readTenantsFile(folder.write("plans.json", content)).tenants;

/** Tenants that write down which of them were opened, asked and closed. */
function counted() {
  const kept = keptLog();
  const [opened, asked, closed]: string[][] = [[], [], []];
  const around = {
    log: kept.log,
    proxy: {},
    targetPolicy: publicTargetsOnly(NO_NETWORKS),
    ledger: new PbxLedger(),
    passwordArgument: true,
    locks: new ProcessLocks(),
  };
  const open = ({ name }: TenantSettings): OpenTenant => {
    opened?.push(name);
    const probe = async () => void asked?.push(name);
    const close = async () => void closed?.push(name);
    return { name, probe, close } as unknown as OpenTenant;
  };
  const tenants = new Tenants({ config: loadConfig({}), around, retireMs: 0, open });
  return { ...kept, tenants, opened, asked, closed };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("Tenants", () => {
  it("opens none before its first call, and then that one alone, once", async () => {
    const { tokens, content } = many(300);
    const { tenants, opened } = counted();
    expect(await tenants.replace(plansOf(content))).toEqual({ kept: 0, opened: 300, retired: 0 });
    expect([...tenants.all]).toHaveLength(300);
    expect(tenants.byToken("tsm_unknown")).toBeUndefined();
    expect(opened).toEqual([]);
    const holder = tenants.byToken(tokens[7] ?? "");
    expect([holder?.tenant.name, holder?.token.name]).toEqual(["t7", "bot"]);
    expect(opened).toEqual([]);
    const first = holder?.tenant.open();
    expect(tenants.byPrincipal("user-7")?.open()).toBe(first);
    expect(opened).toEqual(["t7"]);
  });

  it("closes those alone that were opened", async () => {
    const { tenants, closed } = counted();
    await tenants.replace(plansOf(many(20).content));
    tenants.byPrincipal("user-3")?.open();
    await tenants.close();
    expect(closed).toEqual(["t3"]);
    expect(tenants.byPrincipal("user-3")).toBeUndefined();
  });

  it("keeps a tenant whose settings are the same, opened or not, and closes a changed one when its calls had time", async () => {
    const { tenants, opened, closed } = counted();
    const { content } = many(10);
    await tenants.replace(plansOf(content));
    const [same, changed] = ["user-1", "user-2"].map((principal) => tenants.byPrincipal(principal)?.open());
    const after = structuredClone(content);
    for (const name of ["t2", "t4"]) Object.assign(after.tenants[name] ?? {}, { readOnly: true });
    delete after.tenants.t9;
    expect(await tenants.replace(plansOf(after))).toEqual({ kept: 7, opened: 2, retired: 3 });
    expect(opened).toEqual(["t1", "t2"]);
    expect(tenants.byPrincipal("user-1")?.open()).toBe(same);
    expect(tenants.byPrincipal("user-2")?.open()).not.toBe(changed);
    await turn();
    expect(closed).toEqual(["t2"]);
  });

  it("takes what pages for passwords say for a setting, and finds a tenant by its name", async () => {
    const { tenants } = counted();
    const { content } = many(2);
    await tenants.replace(plansOf(content));
    const before = tenants.byName("t1");
    expect(before).toBe(tenants.byPrincipal("user-1"));
    const after = structuredClone(content);
    Object.assign(after.tenants.t1 ?? {}, { passwordPage: false });
    await tenants.replace(plansOf(after));
    expect(tenants.byName("t1")).not.toBe(before);
    expect(tenants.byName("t9")).toBeUndefined();
  });

  it("opens none that has left the file, also for who asks one after the other", async () => {
    const { tenants, opened, asked } = counted();
    await tenants.replace(plansOf(many(3).content));
    const [first, second] = [...tenants.all];
    const signal = new AbortController().signal;
    await first?.probe(signal);
    await tenants.replace(plansOf(many(1).content));
    await expect(second?.probe(signal)).rejects.toThrow(/no longer in the file/);
    expect(opened).toEqual(["t0"]);
    expect(asked).toEqual(["t0"]);
  });

  it("takes nothing over once it is closed", async () => {
    const { tenants } = counted();
    const replacing = tenants.replace(plansOf(many(2_000).content));
    await tenants.close();
    expect(await replacing).toBeUndefined();
    expect([...tenants.all]).toEqual([]);
  });
});

describe("TenantsSource", () => {
  const settings = readHttpSettings({ tenants: "tenants.json" });
  const sourceOf = (content: unknown) => {
    const made = counted();
    const path = folder.write("source.json", content);
    return { ...made, source: new TenantsSource(path, made.tenants, settings, made.log) };
  };

  it("lets others continue while it reads, who see the old tenants until all of the new are there", async () => {
    const old = many(1);
    const { source, tenants, lines } = sourceOf(old.content);
    await source.load();
    const next = many(1_500);
    folder.write("source.json", next.content);
    const numbers: number[] = [];
    let reading = true;
    const reload = source.reload().then(() => {
      reading = false;
    });
    while (reading) {
      numbers.push([...tenants.all].length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await reload;
    expect(numbers.length).toBeGreaterThan(5);
    expect(new Set(numbers.slice(0, -1))).toEqual(new Set([1]));
    expect([...tenants.all]).toHaveLength(1_500);
    expect(lines.at(-1)).toMatch(/read again kept=1 opened=1499 retired=0/);
  });

  it("reads again once for all who ask meanwhile, and after the reading that is under way", async () => {
    const { source, tenants, lines } = sourceOf(many(50).content);
    const first = source.reload();
    await new Promise((resolve) => setImmediate(resolve));
    folder.write("source.json", many(60).content);
    await Promise.all([first, source.reload(), source.reload(), source.reload()]);
    expect(lines.filter((line) => line.includes("was read again"))).toHaveLength(2);
    expect([...tenants.all]).toHaveLength(60);
  });

  it("tells a few of very many problems when it reads again, and all of them at start", async () => {
    const { source, lines } = sourceOf(many(1).content);
    await source.load();
    folder.write("source.json", many(50, () => ({ readonly: true })).content);
    await source.reload();
    expect(lines.at(-1)).toContain("tenants.t0.readonly is not a setting");
    expect(lines.at(-1)).toContain("… and 30 more.");
    await expect(source.load()).rejects.toThrow(/tenants\.t49\.readonly is not a setting/);
  });
});
