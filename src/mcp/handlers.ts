import type { CallToolRequest, CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { INVALID_PARAMS } from "../base/json-rpc.js";
import { once } from "../base/once.js";
import { present } from "../base/present.js";
import { NAME, VERSION } from "../base/version.js";
import { echoed } from "../redaction/untrusted.js";
import type { CallContext, CallPlace, Services } from "../tools/core/context.js";
import { completionHandler } from "./completions.js";
import { instructions } from "./instructions.js";
import { listedTools } from "./listed.js";
import { promptHandlers } from "./prompts.js";
import type { Asked, Handlers } from "./protocol.js";
import { Refusal } from "./refusal.js";
import { resourceHandlers } from "./resources.js";
import type { RpcId } from "./rpc.js";
import type { Checks } from "./tool.js";

/** What has been cancelled counts no longer than this, also where it should never end. Milliseconds. */
const CANCELLED_MS = 60_000;

/** A call of a tool that has ended. */
interface ToolCallSeen {
  /** As the client named it, known or not. */
  tool: string;
  outcome: "ok" | "error" | "unknown_tool" | "cancelled";
  ms: number;
}

/** The sandbox that a server has embedded. */
interface EmbeddedSandbox {
  /** What is in it, for the instructions. */
  description: string;
  /** Starts it, once. Absent: it has started. */
  start?(): Promise<void>;
}

export interface HandlerOptions {
  sandbox?: EmbeddedSandbox;
  observe?(call: ToolCallSeen): void;
  /** The place of the call with that id. @throws when its request has ended. Absent: the server has one user. */
  placeOf?(id: RpcId): CallPlace;
  /**
   * Whether who sent the request with that id may only look, whatever the services offer; without an id, who begins. All
   * tools stay listed, so a client can ask for the scope that a call lacks. Absent: there are no scopes.
   */
  mayOnlyRead?(id?: RpcId): boolean;
  /** The connection outlasts a request, or a request may, so the client can be notified of changes. */
  lasts?: boolean;
}

/** The handlers over given services. They do no I/O with the client themselves. */
export function handlersOf(services: Services, options: HandlerOptions): Handlers {
  const isReadOnly = (id?: RpcId) => services.readOnly || options.mayOnlyRead?.(id) === true;
  const inPlace = async (params: CallToolRequest["params"], asked: Asked, seenBy: HandlerOptions) => {
    const place = options.placeOf?.(asked.id);
    const letGo = place?.hold();
    if (letGo) asked.signal.addEventListener("abort", () => setTimeout(letGo, CANCELLED_MS).unref());
    try {
      await options.sandbox?.start?.();
      const call = contextOf({ services, asked, place, readOnly: isReadOnly(asked.id) });
      return await callTool(params, call, seenBy);
    } finally {
      letGo?.();
    }
  };
  // Reading a resource does not count as a tool call.
  const resources = resourceHandlers(services, (params, asked) => {
    const { observe: _, ...uncounted } = options;
    return inPlace(params, asked, uncounted);
  });
  const complete = completionHandler(services);
  return {
    serverInfo: { name: NAME, title: "Telzino SIP", version: VERSION },
    capabilities: {
      ...{ tools: {}, prompts: {}, completions: {} },
      resources: options.lasts === true ? { subscribe: true } : {},
    },
    instructions: instructions({ ...services, readOnly: isReadOnly() }, options.sandbox?.description),
    async listTools() {
      // After the answer: it keeps the process busy for a moment, and its calls come next.
      setImmediate(() => options.sandbox?.start?.().catch(() => {}));
      return listedTools(services);
    },
    callTool: (params, asked) => inPlace(params, asked, options),
    ...promptHandlers(services, isReadOnly),
    ...resources,
    async watchResource(...given) {
      await options.sandbox?.start?.();
      return resources.watchResource(...given);
    },
    async complete(...given) {
      await options.sandbox?.start?.();
      return complete(...given);
    },
  };
}

async function callTool(
  { name, arguments: given }: CallToolRequest["params"],
  call: Omit<CallContext, keyof Checks>,
  { observe }: HandlerOptions,
): Promise<CallToolResult> {
  const started = performance.now();
  const { offerOf, runTool } = await loadTools();
  const offer = offerOf(call.services);
  const entry = offer.named(name);
  const seen = (outcome: ToolCallSeen["outcome"]) =>
    observe?.({ tool: entry?.tool.name ?? name, outcome, ms: performance.now() - started });
  if (!entry) {
    seen("unknown_tool");
    const known = offer.names.join(", ");
    throw new Refusal(INVALID_PARAMS, `Unknown tool ${echoed(name, 60)}. This server has: ${known}`);
  }
  try {
    const result = await runTool(entry.tool, entry.input, given, call);
    seen(result.isError === true ? "error" : "ok");
    return result;
  } catch (error) {
    seen("cancelled");
    throw error;
  }
}

/** The tools, loaded when one is called. */
const loadTools = once(() => import("./offer.js"));

interface CallParts {
  services: Services;
  asked: Asked;
  place: CallPlace | undefined;
  readOnly: boolean;
}

function contextOf({ services, asked, place, readOnly }: CallParts): Omit<CallContext, keyof Checks> {
  const { progressToken, signal, askUser, opened } = asked;
  let last = -1;
  return {
    services,
    readOnly,
    signal,
    ...present({ place, askUser, opened }),
    progress(message, done = last + 1, total) {
      if (progressToken === undefined || signal.aborted) return;
      // The protocol wants progress to grow with each notification.
      last = Math.max(done, last + 0.01);
      asked.tellProgress({ progressToken, progress: last, message, ...present({ total }) }).catch(() => {});
    },
  };
}
