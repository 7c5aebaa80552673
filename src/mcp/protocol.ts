import type {
  CallToolRequest,
  CallToolResult,
  CompleteRequest,
  CompleteResult,
  GetPromptRequest,
  GetPromptResult,
  ListPromptsResult,
  ListResourcesResult,
  ListResourceTemplatesResult,
  ListToolsResult,
  ReadResourceRequest,
  ReadResourceResult,
} from "@modelcontextprotocol/sdk/types.js";
import type { CallContext, OpenedPage } from "../tools/core/context.js";
import type { RpcId } from "./rpc.js";

interface ProgressParams {
  progressToken: string | number;
  progress: number;
  total?: number;
  message: string;
}

/** A request for a tool, as the adapter of its era hands it over. */
export interface Asked {
  id: RpcId;
  /** Ends with the request. */
  signal: AbortSignal;
  /** Absent: the client does not want to be told how far the call has got. */
  progressToken?: string | number | undefined;
  tellProgress(params: ProgressParams): Promise<void>;
  /** Absent: the client cannot ask its user. */
  askUser?: CallContext["askUser"];
  /** The same call has asked its user before. */
  opened?: OpenedPage;
}

/** What this server answers, in the shape of the protocol and of no era. Errors of the protocol are `Refusal`s. */
export interface Handlers {
  serverInfo: { name: string; title: string; version: string };
  capabilities: Record<"tools" | "prompts" | "completions", Record<string, never>> & {
    /** `subscribe`: the connection, or the answer to one request, can last and notify the client of changes. */
    resources: { subscribe?: true };
  };
  instructions: string;
  listTools(): Promise<ListToolsResult>;
  callTool(params: CallToolRequest["params"], asked: Asked): Promise<CallToolResult>;
  listPrompts(): ListPromptsResult;
  getPrompt(params: GetPromptRequest["params"], id: RpcId): Promise<GetPromptResult>;
  listResources(): ListResourcesResult;
  listResourceTemplates(): ListResourceTemplatesResult;
  readResource(params: ReadResourceRequest["params"], asked: Asked): Promise<ReadResourceResult>;
  /**
   * Reports changes of a resource until the returned function is called; most never change.
   *
   * @throws Refusal where there is no such resource.
   */
  watchResource(uri: string, tell: () => void, signal: AbortSignal): Promise<() => void>;
  complete(params: CompleteRequest["params"], signal: AbortSignal): Promise<CompleteResult>;
}
