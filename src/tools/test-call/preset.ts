import { loadPreset, type Preset, recognizeServer } from "../../presets/index.js";
import { knownHost } from "../../presets/known-host.js";
import type { StoredRegistration } from "../../telzino/types.js";
import type { TestCallFacts } from "./facts.js";

/** The PBX that was called, by its host or by how it names itself in its answers; `undefined` where that is not known. */
export async function presetOf(
  { proxy, sipDomain }: Pick<StoredRegistration, "proxy" | "sipDomain">,
  { call, control }: Pick<TestCallFacts, "call" | "control">,
): Promise<Preset | undefined> {
  const host = knownHost(proxy ?? sipDomain)?.preset.id;
  const server = call?.setup.facts?.server ?? control?.setup.facts?.server;
  const [first, second] = server === undefined ? [] : recognizeServer(server.unwrap());
  // Several systems share a header: then none is taken.
  const named = first?.confidence !== "low" && second === undefined ? first?.id : undefined;
  const id = host ?? named;
  return id === undefined ? undefined : loadPreset(id);
}
