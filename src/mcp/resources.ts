import type {
  CallToolRequest,
  CallToolResult,
  Resource,
  ResourceTemplate,
} from "@modelcontextprotocol/sdk/types.js";
import { nearest } from "../base/nearest.js";
import { once } from "../base/once.js";
import { MODIFIED } from "../guides/modified.js";
import { cleanText } from "../redaction/text.js";
import { echoed } from "../redaction/untrusted.js";
import type { Services } from "../tools/core/context.js";
import type { Asked, Handlers } from "./protocol.js";
import { RESOURCE_NOT_FOUND, Refusal } from "./refusal.js";
import { REGISTRATION_TEMPLATE, registrationOf } from "./registration-address.js";

const MARKDOWN = "text/markdown";

type Family = keyof typeof MODIFIED;

const RESOURCES: readonly Resource[] = [
  resource(
    "presets",
    "PBX catalogue",
    "Every PBX and SIP provider that is known, in a line, with the address of its page.",
  ),
  resource(
    "states",
    "Registration states",
    "What each state of a registration means, its usual causes and what to do.",
  ),
  resource(
    "troubleshooting",
    "Troubleshooting",
    "SIP answers and symptoms, with the address of each one's page.",
  ),
];

const TEMPLATES: readonly ResourceTemplate[] = [
  template(
    "presets",
    "id",
    "One PBX",
    "Everything known about one PBX: fields and where to find them, steps, pitfalls, failures, ports, sources. The id is the one in list_pbx_presets.",
  ),
  template(
    "troubleshooting",
    "code",
    "One SIP answer or symptom",
    "What it means, its causes and what helps: a SIP code (403) or a symptom (one-way-audio).",
  ),
  {
    uriTemplate: REGISTRATION_TEMPLATE,
    name: "agents-registration",
    title: "One agent's registration",
    description:
      "Whether an agent is registered now, with the content of get_sip_status, as JSON. The id is the one in list_telzino_agents. Subscribe to be notified when its state changes.",
    mimeType: "application/json",
    annotations: { audience: ["user", "assistant"] },
  },
];

function annotations(family: Family) {
  return {
    annotations: { audience: ["user" as const, "assistant" as const], lastModified: MODIFIED[family].at },
  };
}

function resource(family: Family, title: string, description: string): Resource {
  return {
    uri: `telzino://${family}`,
    name: family,
    title,
    description,
    mimeType: MARKDOWN,
    ...annotations(family),
  };
}

function template(family: Family, variable: string, title: string, description: string): ResourceTemplate {
  const uriTemplate = `telzino://${family}/{${variable}}`;
  return {
    uriTemplate,
    name: `${family}-${variable}`,
    title,
    description,
    mimeType: MARKDOWN,
    ...annotations(family),
  };
}

type ResourceHandlers = Pick<
  Handlers,
  "listResources" | "listResourceTemplates" | "readResource" | "watchResource"
>;

/**
 * Offers the catalogue, the states, the troubleshooting table and agents' registrations. What is read is loaded when it is read.
 *
 * @param callTool in the reader's name.
 */
export function resourceHandlers(
  services: Services,
  callTool: (params: CallToolRequest["params"], asked: Asked) => Promise<CallToolResult>,
): ResourceHandlers {
  return {
    listResources: () => ({ resources: [...RESOURCES] }),
    listResourceTemplates: () => ({ resourceTemplates: [...TEMPLATES] }),
    async readResource({ uri }, asked) {
      const agentId = registrationOf(uri);
      if (agentId === undefined) return { contents: [{ uri, mimeType: MARKDOWN, text: await textOf(uri) }] };
      const { readRegistration } = await loadRegistrations();
      return readRegistration(uri, agentId, services, (given) =>
        callTool({ name: "get_sip_status", arguments: { ...given } }, asked),
      );
    },
    async watchResource(uri, tell, signal) {
      const agentId = registrationOf(uri);
      if (agentId !== undefined) {
        const { watchRegistration } = await loadRegistrations();
        return watchRegistration(uri, agentId, services, tell, signal);
      }
      // That changes only with this program.
      await textOf(uri);
      return () => {};
    },
  };
}

const loadRegistrations = once(() => import("./registration-resource.js"));

/** @throws Refusal where there is no such resource. */
async function textOf(uri: string): Promise<string> {
  const { family, item } = addressOf(uri) ?? {};
  const text = family && (item === undefined ? await wholeOf(family) : await oneOf(family, item));
  if (text === undefined) throw await notFound(uri, family, item);
  return text;
}

/** Takes `telzino://presets/3cx` apart. */
function addressOf(uri: string): { family: Family; item?: string } | undefined {
  const [, family, item] = /^telzino:\/\/([a-z]{1,20})(?:\/([\w%.-]{1,100}))?\/?$/i.exec(uri) ?? [];
  const known = family?.toLowerCase();
  if (known !== "presets" && known !== "states" && known !== "troubleshooting") return undefined;
  return item === undefined ? { family: known } : { family: known, item: item.toLowerCase() };
}

async function wholeOf(family: Family): Promise<string> {
  const documents = await import("../guides/documents.js");
  switch (family) {
    case "presets":
      return documents.presetsDocument((await import("../presets/index.js")).listPresets());
    case "states":
      return documents.statesDocument((await import("../registration/states.js")).knownStates());
    case "troubleshooting":
      return documents.troublesDocument((await import("../answers/index.js")).listTroubles());
  }
}

async function oneOf(family: Family, item: string): Promise<string | undefined> {
  if (family === "presets") {
    const preset = await (await import("../presets/index.js")).loadPreset(item);
    return preset && `${(await import("../presets/render.js")).renderPresetMarkdown(preset)}\n`;
  }
  if (family === "troubleshooting") {
    const trouble = (await import("../answers/index.js")).troubleOf(item);
    return trouble && (await import("../guides/documents.js")).troubleDocument(trouble);
  }
  return undefined;
}

/** Everything that a template's variable may be. */
export async function itemsOf(family: Family): Promise<string[]> {
  if (family === "presets") return (await import("../presets/index.js")).listPresets().map(({ id }) => id);
  if (family === "troubleshooting") {
    return (await import("../answers/index.js")).listTroubles().map(({ id }) => id);
  }
  return [];
}

async function notFound(uri: string, family: Family | undefined, item: string | undefined): Promise<Refusal> {
  const near = family && item !== undefined ? nearest(item, await itemsOf(family)) : undefined;
  const hint =
    near === undefined
      ? `There are: ${[...RESOURCES.map((each) => each.uri), ...TEMPLATES.map((each) => each.uriTemplate)].join(", ")}`
      : `Did you mean telzino://${family}/${near}?`;
  return new Refusal(RESOURCE_NOT_FOUND, `No resource ${echoed(uri, 120)}. ${hint}`, {
    uri: cleanText(uri, 300),
  });
}
