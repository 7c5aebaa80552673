import { TelzinoError } from "../../telzino/errors.js";

/** The value read, or nothing if the API does not give it: the rest of the answer is still valid. @throws the signal's reason. */
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
