import { expect } from "vitest";
import { FRONT_DESK } from "../../support/agents.js";
import type { ScriptedModel, Step, Turn } from "./script.js";

/** From the first look to a registered agent, as a model goes it. */

const NOBODY = "99999999-9999-4999-8999-999999999999";
/** Of the sandbox's PBX. */
export const PASSWORD = "demo-1001";

export interface Pbx {
  sipDomain: string;
  port: number;
}

/** Host and port of the PBX as the server's instructions name them. */
export function pbxIn({ instructions }: Turn): Pbx {
  const [, sipDomain, port] = /sipDomain (\S+), port (\d+)/.exec(instructions) ?? [];
  if (sipDomain === undefined) throw new Error(`no PBX in the instructions: ${instructions}`);
  return { sipDomain, port: Number(port) };
}

/** @param openPage what the person does with the address that the assistant passes on. */
export function wholeWay(pbxOf: (turn: Turn) => Pbx, openPage: (url: string) => Promise<void>): Step[] {
  return [
    () => ({ call: "list_telzino_agents", with: {} }),
    () => ({ call: "list_pbx_presets", with: { query: "3cx" } }),
    () => ({ call: "get_sip_status", with: { agentId: NOBODY } }),
    () => ({ call: "list_pbx_presets", with: { querry: "3cx" } }),
    (_last, turn) => ({
      call: "configure_sip_registration",
      with: { agentId: FRONT_DESK, username: "1001", ...pbxOf(turn) },
    }),
    async (last) => {
      await openPage(addressIn(last?.text ?? ""));
      return { call: "get_sip_status", with: { agentId: FRONT_DESK, waitSeconds: 20 } };
    },
    () => ({ say: "Front Desk is registered." }),
  ];
}

function addressIn(text: string): string {
  const [url] = /https?:\/\/[^\s"<>,]+\/(?:e|password)\/[\w-]+/.exec(text) ?? [];
  if (url === undefined) throw new Error(`no address of a page in: ${text}`);
  return url;
}

/** That each step came to what it should, as far as the model can know. */
export function expectWholeWay(model: ScriptedModel): void {
  const [agents = "", preset = "", unknown = "", misspelt = "", configured = "", status = ""] = [
    0, 1, 2, 3, 4, 5,
  ].map((index) => model.result(index));
  expect(agents).toContain(FRONT_DESK);
  expect(agents).toContain("Front Desk");
  expect(preset).toContain("needs the Auth ID as authUsername");
  // What is not certain is said to be so, in whichever of the two forms of a result the client hands over.
  expect(preset).toContain("not confirmed by the vendor");
  expect(unknown).toMatch(/No such agent.*list_telzino_agents/s);
  // No client refuses it by itself, or leaves it out and makes the call without it.
  expect(misspelt).toMatch(/querry\W+is not a parameter of this tool: did you mean query\?/);
  expect(configured).toContain("Nothing is written yet");
  expect(configured).toMatch(/Give the user (?:that|the) address [^.]*as it is/);
  expect(configured).not.toMatch(/declined|dismissed/);
  expect(status).toContain("The platform is registered");
  expect(status).not.toContain("it is being tried");
  for (const { results } of model.turns) {
    expect(results.filter(({ text }) => text.includes(PASSWORD))).toEqual([]);
  }
}
