import { knownHost } from "../../presets/known-host.js";
import type { PresetCategory } from "../../presets/types.js";
import { settingText } from "../../redaction/untrusted.js";
import type { StoredRegistration } from "../../telzino/types.js";

export interface Line extends Pick<StoredRegistration, "sipDomain" | "proxy" | "username"> {
  /** Of the preset that was given or recognised. */
  readonly category?: PresetCategory | undefined;
}

/** Whether calls arrive through a provider's number, and not at an extension of a PBX. */
function isProvider({ sipDomain, proxy, category }: Line): boolean {
  const known = category ?? knownHost(proxy ?? sipDomain)?.preset.category;
  return known === "SIP provider";
}

/** The number or extension that the user is asked to call, in the terms of the PBX or provider. */
export function callee(line: Line): string {
  if (isProvider(line)) return "a number that leads to this account";
  return line.username === undefined ? "the extension" : `extension ${settingText(line.username)}`;
}

/** The proof to make once it is registered. */
export function callStep(line: Line): string {
  return `Ask the user to call ${callee(line)} now, to say a sentence and to listen, and call watch_test_call right away: it shows from the agent's log who was heard.`;
}

/** What is missing where it is registered and no call comes. */
export function routeStep(line: Line): string {
  return isProvider(line)
    ? "If no call arrives, a number must be assigned to that account at the provider, and its calls routed there."
    : "If no call arrives, the PBX must route something to that extension (inbound route, ring group, queue).";
}
