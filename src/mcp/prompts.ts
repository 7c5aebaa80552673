import type { Prompt } from "@modelcontextprotocol/sdk/types.js";
import { INVALID_PARAMS } from "../base/json-rpc.js";
import type { Guide, GuideContext } from "../guides/context.js";
import { cleanText } from "../redaction/text.js";
import { echoed } from "../redaction/untrusted.js";
import type { Services } from "../tools/core/context.js";
import type { Handlers } from "./protocol.js";
import { Refusal } from "./refusal.js";

/** Longer than any name; a pasted log belongs into the conversation, not into an argument. */
const MAX_ARGUMENT = 200;

const AGENT = "Name of the Telzino agent, or part of it";
const PBX = "The PBX or provider as you call it, e.g. FreePBX 17, 3CX, RingEX";

interface PromptDefinition {
  name: string;
  title: string;
  description: string;
  arguments: Readonly<Record<string, string>>;
  /** Loads the guide's text when it is asked for. */
  guide(given: Readonly<Record<string, string | undefined>>, context: GuideContext): Promise<Guide>;
}

const PROMPTS: readonly PromptDefinition[] = [
  {
    name: "setup_pbx",
    title: "Connect an agent to a PBX",
    description:
      "Connects a Telzino agent to a PBX step by step, asks only for what is missing, and ends with a test call.",
    arguments: { agent: AGENT, pbx: PBX },
    guide: async ({ agent, pbx }, context) =>
      (await import("../guides/setup.js")).setupGuide({ agent, pbx }, context),
  },
  {
    name: "troubleshoot_sip",
    title: "Find out why an agent is not reachable",
    description:
      "Finds out why an agent does not register or takes no calls, from evidence, and fixes one thing at a time.",
    arguments: {
      agent: AGENT,
      symptom: "What is seen: a SIP code, a state, or your own words, e.g. 403, one-way audio",
    },
    guide: async ({ agent, symptom }, context) =>
      (await import("../guides/troubleshoot.js")).troubleGuide({ agent, symptom }, context),
  },
  {
    name: "migrate_pbx",
    title: "Move an agent to another PBX",
    description:
      "Moves an agent from one PBX to another, with a way back until a call has proved the new one.",
    arguments: { agent: AGENT, from: "The PBX that the agent is on now", to: "The PBX that it moves to" },
    guide: async ({ agent, from, to }, context) =>
      (await import("../guides/migrate.js")).migrationGuide({ agent, from, to }, context),
  },
];

/** Offers the guides as prompts. */
export function promptHandlers(
  services: Services,
  isReadOnly: (id: string | number) => boolean,
): Pick<Handlers, "listPrompts" | "getPrompt"> {
  return {
    listPrompts: () => ({ prompts: PROMPTS.map((prompt) => surfaceOf(prompt, services)) }),
    async getPrompt(params, id) {
      const prompt = PROMPTS.find(({ name }) => name === params.name);
      if (prompt === undefined) {
        const known = PROMPTS.map(({ name }) => name).join(", ");
        throw new Refusal(INVALID_PARAMS, `Unknown prompt ${echoed(params.name, 60)}. There are: ${known}`);
      }
      const given = readArguments(prompt, params.arguments, services);
      const { summary, text } = await prompt.guide(given, await contextOf(services, isReadOnly(id)));
      // Own words and the caller's, in which nothing is redacted: that would confirm a guess.
      return {
        description: summary,
        messages: [{ role: "user" as const, content: { type: "text" as const, text } }],
      };
    },
  };
}

function surfaceOf(
  { name, title, description, arguments: known }: PromptDefinition,
  services: Services,
): Prompt {
  const offered = Object.entries(known).filter(([argument]) => isOffered(argument, services));
  return {
    name,
    title,
    description,
    arguments: offered.map(([argument, words]) => ({ name: argument, description: words, required: false })),
  };
}

/** If the configuration binds the agent, the user is not asked which. */
function isOffered(argument: string, { boundAgentId }: Services): boolean {
  return argument !== "agent" || boundAgentId === undefined;
}

/** What a prompt takes, cleaned; blanks count as left out, and what it does not take is passed over. */
function readArguments(
  { arguments: known }: PromptDefinition,
  raw: Readonly<Record<string, string>> | undefined,
  services: Services,
): Record<string, string | undefined> {
  const names = Object.keys(known).filter((name) => isOffered(name, services));
  return Object.fromEntries(names.map((name) => [name, cleanText(raw?.[name], MAX_ARGUMENT) || undefined]));
}

async function contextOf(services: Services, readOnly: boolean): Promise<GuideContext> {
  const { offeredTools } = await import("../tools/index.js");
  return {
    tools: new Set(offeredTools({ readOnly }).map(({ name }) => name)),
    agentIsBound: services.boundAgentId !== undefined,
    passwords: {
      page: services.entry !== undefined,
      argument: services.passwordArgument,
      named: (services.sipSecrets?.size ?? 0) > 0,
    },
  };
}
