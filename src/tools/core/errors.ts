import type { NextStep } from "./define.js";

/**
 * A call that could not be carried out because of what was asked, not because of the API. The message says
 * what was wrong and what right looks like; `next` names the call to make.
 */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly next: readonly NextStep[];

  constructor(message: string, next: readonly NextStep[] = []) {
    super(message);
    this.next = next;
  }
}
