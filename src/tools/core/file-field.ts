import { z } from "zod";

/** The file that a call names in place of lines. */
export const fileField = z
  .string()
  .min(1)
  .max(1_000)
  .describe("Instead of log: path of a log or capture (.pcap) that the user named")
  .optional();
