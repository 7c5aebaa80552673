import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import type { Services } from "../tools/core/context.js";

/** Written in by the build: the answer to `tools/list` of a plain configuration, as JSON; undefined when the sources run unbundled. */
declare const LISTED_TOOLS: string | undefined;

const ahead = typeof LISTED_TOOLS === "undefined" ? undefined : LISTED_TOOLS;

type Offering = Pick<
  Services,
  "boundAgentId" | "passwordArgument" | "readOnly" | "readsFiles" | "sipSecrets" | "testCalls"
>;

/**
 * The answer to `tools/list` as the build has made it, so startup need not load the tools. Undefined where the
 * configuration changes what a tool takes: then it is made from the tools themselves.
 */
export function listedAhead(services: Offering): { tools: Tool[] } | undefined {
  const { boundAgentId, passwordArgument, readOnly, readsFiles, sipSecrets, testCalls } = services;
  const plain =
    boundAgentId === undefined &&
    testCalls === undefined &&
    passwordArgument &&
    readsFiles === true &&
    (sipSecrets?.size ?? 0) === 0;
  if (ahead === undefined || !plain) return undefined;
  const { tools } = JSON.parse(ahead) as { tools: Tool[] };
  return { tools: readOnly ? tools.filter((tool) => tool.annotations?.readOnlyHint === true) : tools };
}
