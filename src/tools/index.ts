import { configureSipRegistration } from "./configure-sip-registration/index.js";
import type { Services } from "./core/context.js";
import type { ToolDefinition } from "./core/define.js";
import { isToolOffered } from "./core/offered.js";
import { diagnoseSipRegistration } from "./diagnose-sip-registration/index.js";
import { explainSipLog } from "./explain-sip-log/index.js";
import { getSipStatus } from "./get-sip-status.js";
import { listAgents } from "./list-agents/index.js";
import { listPbxPresets } from "./list-pbx-presets/index.js";
import { pbxSetupGuide } from "./pbx-setup-guide/index.js";
import { removeSipRegistration } from "./remove-sip-registration.js";
import { testCall } from "./test-call/index.js";
import { watchTestCall } from "./watch-test-call/index.js";

/** Every tool, in the order in which a conversation needs them. A new tool is its file and its line here. */
const TOOLS = [
  listAgents,
  listPbxPresets,
  pbxSetupGuide,
  configureSipRegistration,
  getSipStatus,
  watchTestCall,
  diagnoseSipRegistration,
  explainSipLog,
  removeSipRegistration,
  testCall,
] as unknown as readonly ToolDefinition[];

/** Those of a plain configuration. */
export function allTools(): readonly ToolDefinition[] {
  return offeredTools({ readOnly: false });
}

/** Every tool that some configuration offers. */
export function knownTools(): readonly ToolDefinition[] {
  return TOOLS;
}

/** The tools that a configuration offers: read-only leaves out those that write. */
export function offeredTools(offering: Pick<Services, "readOnly" | "testCalls">): readonly ToolDefinition[] {
  return TOOLS.filter(({ name, hints }) => isToolOffered({ name, onlyReads: hints.readOnlyHint }, offering));
}
