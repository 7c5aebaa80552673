import { TelzinoError } from "../../telzino/errors.js";

/** What is read, or nothing where these credentials may not: what else is told still stands. */
export async function orWhereAllowed<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TelzinoError && error.code === "forbidden") return undefined;
    throw error;
  }
}
