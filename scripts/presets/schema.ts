import { z } from "zod";
import { PRESET_FIELDS } from "../../src/presets/types.js";

/** The types of `src/presets/types.ts` as zod. What it returns has its keys in this order. */

const text = z.string().trim().min(3).max(700);
const key = z.string().regex(/^[a-z][A-Za-z0-9]*$/, "a source key is one camelCase word");
const port = z.int().min(1).max(65535);
const transport = z.enum(["udp", "tcp", "tls"]);
const value = z.union([z.string().min(1), z.number(), z.boolean()]);
const provenance = { source: key, confidence: z.enum(["high", "medium", "low"]) };
const fact = z.strictObject({ text, ...provenance });

const fieldAdvice = z
  .strictObject({
    use: z.enum(["set", "if-needed", "omit", "ask"]),
    value: value.optional(),
    form: z.string().min(1).optional(),
    reason: text,
    where: fact.optional(),
    alternatives: z.array(z.strictObject({ value, when: text, ...provenance })).optional(),
    ...provenance,
  })
  .refine((advice) => advice.use !== "set" || advice.value !== undefined || advice.form !== undefined, {
    message: "a field that is set needs a value or a form",
  })
  .refine((advice) => advice.use !== "omit" || (advice.value === undefined && advice.form === undefined), {
    message: "a field that is omitted has no value",
  });

const source = z.strictObject({
  kind: z.enum(["vendor", "vendor-source", "third-party", "standard", "platform", "measured", "inference"]),
  title: text,
  url: z.url({ protocol: /^https$/ }).optional(),
});

const wirePattern = z.strictObject({
  pattern: z.string().min(3),
  product: z.string().min(2),
  example: z.string().min(3),
  note: text.optional(),
  ...provenance,
});

const documentedExample = z.strictObject({
  settings: z.strictObject({
    sipDomain: z.string(),
    username: z.string(),
    proxy: z.string().optional(),
    port,
    transport,
  }),
  differs: text,
  suggested: z.array(z.strictObject({ transport, port, note: text })).min(1),
  ...provenance,
});

export const presetSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  name: z.string().min(2).max(80),
  vendor: z.string().min(2).max(60),
  category: z.enum(["on-premises PBX", "cloud PBX", "SIP provider", "router", "generic"]),
  aliases: z.array(z.string().min(2).max(60)).min(1),
  registers: z.enum(["yes", "conditional", "no"]),
  summary: z.string().min(20).max(160),
  inside: z.string().optional(),
  confidence: z.enum(["high", "medium", "low"]),
  conditions: z.array(fact),
  needsAuthUsername: z.enum(["yes", "sometimes", "no", "unknown"]),
  fields: z.record(z.enum(PRESET_FIELDS), fieldAdvice).optional(),
  instead: z.strictObject({ text, presets: z.array(z.string()).min(1), ...provenance }).optional(),
  documentedExample: documentedExample.optional(),
  steps: z
    .array(
      z.strictObject({
        stage: z.enum(["prepare", "account", "remote", "routing", "check"]),
        text,
        ...provenance,
      }),
    )
    .min(1),
  existing: z.array(fact),
  lookalikes: z.array(
    z.strictObject({
      value: text,
      takenFor: z.enum(["sipDomain", "username", "password", "authUsername"]),
      tell: text,
      ...provenance,
    }),
  ),
  inUse: z.array(fact),
  platformAddress: z.array(fact),
  audio: z.array(
    z.strictObject({
      setting: z.enum([
        "external address",
        "local networks",
        "media ports",
        "media path",
        "encryption",
        "codecs",
      ]),
      where: text,
      symptom: text,
      restart: text.optional(),
      ...provenance,
    }),
  ),
  echoTest: z.strictObject({ code: z.string().regex(/^[\d*#]{1,6}$/), ...provenance }).optional(),
  evidence: z.array(z.strictObject({ gives: z.enum(["log", "capture", "both"]), text, ...provenance })),
  newPassword: fact.optional(),
  setupNotes: z
    .array(z.strictObject({ when: z.enum(["other-auth-username", "tls"]), text, ...provenance }))
    .optional(),
  noRegistrar: z
    .array(
      z.strictObject({
        host: z
          .string()
          .regex(/^(?:\*\.)?(?:(?:\*|[a-z0-9-]+)\.)*[a-z0-9-]+\.[a-z]+$/, "a host, or *. and a domain"),
        reason: text,
        instead: text,
        ...provenance,
      }),
    )
    .min(1)
    .optional(),
  traps: z.array(z.strictObject({ symptom: text, cause: text, fix: text, ...provenance })).min(1),
  failures: z
    .array(
      z.strictObject({
        signal: text,
        codes: z.array(z.int().min(100).max(699)),
        states: z.array(z.string().regex(/^[A-Z_]+$/)).min(1),
        cause: text,
        fix: text,
        ...provenance,
      }),
    )
    .min(1),
  ports: z.array(
    z.strictObject({
      port,
      transport: z.enum(["udp", "tcp", "tls", "rtp", "other"]),
      lastPort: port.optional(),
      use: text,
      ...provenance,
    }),
  ),
  extraEndpoints: z.array(z.strictObject({ transport, port })),
  tls: z.array(fact),
  nat: z.array(fact),
  codecs: z.array(fact),
  wire: z.array(wirePattern),
  sources: z.record(key, source),
  unverified: z.array(text),
});

/** A line of `known-names.yaml`. */
export const knownNameSchema = z.strictObject({
  name: z.string().min(2).max(60),
  aliases: z.array(z.string().min(2).max(60)).default([]),
  maker: z.string().min(2).max(60).optional(),
  kind: z.enum([
    "on-premises PBX",
    "cloud PBX",
    "SIP provider",
    "contact centre",
    "voice platform",
    "session border controller",
    "phone or client",
    "gateway or router",
    "SIP server",
  ]),
  family: z.string().min(2).max(60).optional(),
  registers: z.enum(["yes", "trunk", "no", "unknown"]),
  guide: z.string().default("generic-sip"),
  says: z.string().min(10).max(300),
  source: z.url({ protocol: /^https$/ }).optional(),
});
