import type { z } from "zod";
import type { CallContext } from "./context.js";

/** The four hints of an MCP tool (`ToolAnnotations`); all of them, since the protocol's defaults are the worst case. */
export interface ToolHints {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** What a tool answers. `mcp/reply.ts` makes the MCP result of it. */
export interface ToolReply<Data> {
  /** Lines for reading; alone they must do for a client that ignores structured content. */
  lines: readonly (string | undefined | false)[];
  /** The same facts, of the tool's output schema, but for `nextSteps`, which is filled in from `next`. */
  data: Omit<Data, "nextSteps">;
  /** What to do next, the best first; at most three are shown. */
  next?: readonly string[];
}

export interface ToolDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  /** `snake_case`, at most 40 characters. */
  name: string;
  title: string;
  /** What it does, when to use it, when not, an example. */
  description: string;
  /** Flat and strict; every property described. `agentId` is taken out where the configuration binds an agent. */
  input: Input;
  output: Output;
  hints: ToolHints;
  /**
   * Who answers may be the caller's own: what is configured is not looked for in it, since what is left out would tell the
   * caller whether a guess is right. What the call itself sends or reads is.
   */
  asksWhomCallerNames?: boolean;
  run(input: z.output<Input>, call: CallContext): Promise<ToolReply<z.output<Output>>>;
}

/** Ties a tool's `run` to the types of its own schemas. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): ToolDefinition<Input, Output> {
  return definition;
}
