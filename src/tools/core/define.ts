import type { z } from "zod";
import type { CallContext } from "./context.js";
import type { Fact } from "./facts.js";

/** The four hints of an MCP tool (`ToolAnnotations`); all of them, since the protocol's defaults are the worst case. */
export interface ToolHints {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** A sentence, or alternatives to it for servers that offer less. */
export type NextStep = string | readonly string[];

/** What a tool answers. `mcp/reply.ts` makes the MCP result of it. */
export interface ToolReply<Data> {
  /** In the order of the text. Their fields make the structured content, but for `nextSteps`, which comes from `next`. */
  facts: readonly Fact<Omit<Data, "nextSteps">>[];
  /**
   * What to do next, the best first; at most three are shown. One that names a tool or parameter that this server does
   * not offer is left out; where it has alternatives, the first that names none takes its place.
   */
  next?: readonly NextStep[];
}

export interface ToolDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  /** `snake_case`, at most 40 characters. */
  name: string;
  /** Names that it had: it still answers to them, and they are listed nowhere. */
  formerNames?: readonly string[];
  title: string;
  /** What it does, when to use it, when not, an example. */
  description: string;
  /** What users call it. Clients that hand over a tool only when it is looked for search these words too. */
  searchWords?: string;
  /** Flat and strict; every property described. `agentId` is taken out where the configuration binds an agent. */
  input: Input;
  /** Stored fields that `null` takes away, or their names in the parameter `clear`. */
  clearable?: readonly string[];
  output: Output;
  hints: ToolHints;
  /**
   * Who answers, the API apart, may be the caller's own: what is configured is not looked for in it, since what is left out
   * would tell the caller whether a guess is right. What the call itself sends or reads is.
   */
  asksWhomCallerNames?: boolean;
  run(input: z.output<Input>, call: CallContext): Promise<ToolReply<z.output<Output>>>;
}

/** Ties a tool's `run` to the types of its schemas. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): ToolDefinition<Input, Output> {
  return definition;
}
