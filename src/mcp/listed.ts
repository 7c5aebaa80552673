import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { once } from "../base/once.js";
import {
  isNeeded,
  isParameterOffered,
  isSecretName,
  isToolOffered,
  type Offering,
  secretNames,
} from "../tools/core/offered.js";

/** Written in by the build: `everyTool()` as JSON, so startup need not load the tools; undefined when the sources run unbundled. */
declare const EVERY_TOOL: string | undefined;

/** Not kept: most connections ask for the list once. */
async function everyTool(): Promise<Tool[]> {
  if (typeof EVERY_TOOL === "undefined") return (await loadOffer()).everyTool();
  return JSON.parse(EVERY_TOOL) as Tool[];
}

const loadOffer = once(() => import("./offer.js"));

/** The answer to `tools/list`. */
export async function listedTools(offering: Offering): Promise<{ tools: Tool[] }> {
  const tools = (await everyTool())
    .filter(({ name, annotations }) =>
      isToolOffered({ name, onlyReads: annotations?.readOnlyHint === true }, offering),
    )
    .map((tool) => ({ ...tool, inputSchema: offeredInput(tool.inputSchema, offering) }));
  return { tools };
}

/** What `offeredFields` does to the schema that reads the arguments. */
function offeredInput(
  { properties: every = {}, required: needed = [], ...schema }: Tool["inputSchema"],
  offering: Offering,
): Tool["inputSchema"] {
  const names = Object.keys(every).filter((name) => isParameterOffered(name, offering));
  const required = names.filter(
    (name) => needed.includes(name) || isNeeded(name, Object.keys(every), offering),
  );
  const properties = Object.fromEntries(
    names.map((name) => [name, { ...every[name], ...namesIn(name, offering) }]),
  );
  return { ...schema, properties, ...(required.length > 0 ? { required } : {}) };
}

function namesIn(parameter: string, { sipSecrets }: Offering) {
  if (!isSecretName(parameter) || sipSecrets === undefined) return {};
  const { names, description } = secretNames(parameter, sipSecrets);
  return { enum: names, description };
}
