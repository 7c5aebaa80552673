import { TelzinoError } from "../../telzino/errors.js";

/** What is read, or nothing where the API does not give it: what else is told still stands. @throws the signal's reason. */
export async function orUnknown<Value>(
  reading: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelzinoError)) throw error;
    return undefined;
  }
}
