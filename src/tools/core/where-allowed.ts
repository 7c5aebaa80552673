import { TelzinoError } from "../../telzino/errors.js";

/** The value read, or nothing if these credentials may not read it: the rest of the answer is still valid. */
export async function orWhereAllowed<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TelzinoError && error.code === "forbidden") return undefined;
    throw error;
  }
}
