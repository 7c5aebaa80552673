import { z } from "zod";
import type { Services } from "./context.js";

/** The file that a call names in place of lines. */
export const fileField = z
  .string()
  .min(1)
  .max(1_000)
  .describe("Instead of log: path of a log or capture (.pcap) that the user named")
  .optional();

/** A tool's parameters without `file`, where the server's files are not the caller's: what it stands for is then needed. */
export function offeredFileField(
  shape: Readonly<Record<string, z.core.SomeType>>,
  { readsFiles }: Pick<Services, "readsFiles">,
): Record<string, z.core.SomeType> {
  const { file, log, ...others } = shape;
  if (readsFiles === true || file === undefined) return { ...shape };
  return log instanceof z.ZodOptional ? { log: log.unwrap(), ...others } : others;
}
