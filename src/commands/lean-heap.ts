import { setFlagsFromString } from "node:v8";

/**
 * Keeps the heap small. For a command that waits for answers most of its time and runs for long: the memory that V8 takes to be
 * fast would never pay there.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--optimize-for-size");
}
