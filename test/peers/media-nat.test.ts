import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BehindNat, type Probed, startBehindNat, type Truth } from "./support/behind-nat.js";
import { lacks } from "./support/index.js";
import { lacksNamespaces, lacksSipHelper } from "./support/namespaces.js";
import { type Hearing, NAT_SCENARIOS, type NatScenario } from "./support/nat-scenarios.js";
import { Pool } from "./support/pool.js";

/**
 * The media probe of the built program against Asterisk 22 behind a router, from behind another one, from a public address and
 * from inside. What is true is what the kernel counts at both ends.
 */

/** Fewer packets of voice are none. */
const SOME = 20;
const NETS = 4;
/** Findings that have nothing to do with voice: the account and the host that is dialled. */
const OTHERS = new Set(["digest-in-clear", "nat", "name-private-only"]);

const HEARS: Readonly<Record<Hearing, string>> = {
  both: "both",
  pbx: "only the PBX",
  caller: "only the caller",
  nobody: "no one",
};
const PLACES = { caller: "behind NAT", public: "public", lan: "inside" } as const;

function row({ title, circumstances, hears, finds, heldOut }: NatScenario): string {
  const place = PLACES[circumstances.from ?? "caller"];
  const told = finds.map((find) => find.replace(/(\S+) (\S+)/, "`$2` ($1)")).join(", ");
  return `| ${place} | ${title}${heldOut ? " ¹" : ""} | ${hears ? HEARS[hears] : "no call"} | ${told} |`;
}

function heard({ pbxReceived, callerReceived }: Truth): Hearing {
  if (pbxReceived >= SOME) return callerReceived >= SOME ? "both" : "pbx";
  return callerReceived >= SOME ? "caller" : "nobody";
}

/** As a scenario has them. */
function told({ findings }: Probed): string[] {
  return findings
    .filter(({ id, severity }) => !OTHERS.has(id) && (severity !== "info" || id === "pbx-media-works"))
    .map(({ id, confidence }) => `${confidence} ${id}`);
}

it("is written down in docs/calls.md, scenario by scenario", async () => {
  const docs = await readFile(new URL("../../docs/calls.md", import.meta.url), "utf8");
  const table = docs.split("\n").filter((line) => /^\| (?:behind NAT|public|inside) \|/.test(line));
  expect(table).toEqual(NAT_SCENARIOS.map(row));
});

const isSkipped = (await lacks("asterisk22")) || (await lacksNamespaces());
const hasNoHelper = isSkipped || (await lacksSipHelper());

describe.skipIf(isSkipped)("a call to the echo test of an Asterisk behind NAT", () => {
  const nets = new Pool<BehindNat>();
  beforeAll(() => nets.start(NETS, startBehindNat));
  afterAll(() => nets.stop());

  async function probe(scenario: NatScenario): Promise<Probed> {
    return nets.lend((net) => net.probe(scenario.circumstances));
  }

  for (const scenario of NAT_SCENARIOS) {
    const { title, circumstances, hears, finds, cause, sipHelper } = scenario;
    const name = `${PLACES[circumstances.from ?? "caller"]}: ${title}`;
    it.skipIf(sipHelper && hasNoHelper).concurrent(name, async () => {
      const probed = await probe(scenario);
      const { truth, findings } = probed;
      const all = JSON.stringify({ truth, findings }, null, 1);
      expect(truth.callerSent, all).toBeGreaterThanOrEqual(hears === undefined ? 0 : SOME);
      if (hears === undefined) expect(truth.callerSent, all).toBe(0);
      else expect(heard(truth), all).toBe(hears);
      expect(told(probed), all).toEqual(finds);
      if (cause !== undefined) expect(findings[0]?.cause, all).toMatch(cause);
    });
  }
});
