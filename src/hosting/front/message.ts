import { knownTools } from "../../tools/index.js";

/** What a message is about, as far as the authenticator has to know. */
export interface MessageView {
  /** For the log; cut, and only of letters that a method has. */
  method: string;
  /** Name of the called tool where there is such a tool; `other` for any other name. */
  tool?: string;
  writes: boolean;
  probes: boolean;
}

const HINTS = new Map(knownTools().map(({ name, hints }) => [name, hints]));
/** They send packets to a PBX. */
const PROBES: ReadonlySet<string> = new Set(["diagnose_sip_registration", "test_call"]);

/** A tool's name as a label: what callers make up must not fill the memory of those who collect metrics. */
export function toolLabel(name: unknown): string {
  return typeof name === "string" && HINTS.has(name) ? name : "other";
}

/** Looks at a parsed body. It need not be a valid message: mistakes are reported later. */
export function viewOf(message: unknown): MessageView {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } };
  const shown = typeof method === "string" && /^[\w/]{1,64}$/.test(method) ? method : "other";
  if (shown !== "tools/call") return { method: shown, writes: false, probes: false };
  const tool = toolLabel(params?.name);
  return {
    method: shown,
    tool,
    // An unknown tool changes nothing: it is refused further in.
    writes: HINTS.get(tool)?.readOnlyHint === false,
    probes: PROBES.has(tool),
  };
}
