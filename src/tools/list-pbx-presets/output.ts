import { z } from "zod";
import { replyShape } from "../core/schemas.js";
import { presetDetailSchema } from "./detail.js";

export const listOutput = z.object({
  match: z
    .enum(["sure", "known", "several", "guess", "none"])
    .optional()
    .describe("Of a query. known: without a preset; guess: ask the user"),
  known: z
    .array(
      z.object({
        name: z.string(),
        registers: z.string(),
        says: z.string(),
        source: z.string().optional(),
        unconfirmed: z.string().optional(),
      }),
    )
    .optional(),
  presets: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      registers: z.enum(["conditional", "no"]).optional().describe("Absent: yes"),
      summary: z.string().optional(),
    }),
  ),
  preset: presetDetailSchema.optional(),
  ...replyShape,
});

export type ListOutput = z.output<typeof listOutput>;
