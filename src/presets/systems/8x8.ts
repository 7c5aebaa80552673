import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** 8x8 Work and X Series; nearly everything has to be asked. */
export const preset: Preset = {
  ...lineOf("8x8"),
  confidence: "low",
  conditions: [
    {
      text: "8x8 support adds a generic third-party SIP device and hands out its values.",
      source: "inferred",
      confidence: "low",
    },
  ],
  needsAuthUsername: "unknown",
  fields: {
    sipDomain: { use: "ask", reason: "The registrar that 8x8 names.", source: "inferred", confidence: "low" },
    username: {
      use: "ask",
      form: "{extension or device name}",
      reason: "As 8x8 names it.",
      source: "inferred",
      confidence: "low",
    },
    password: { use: "ask", reason: "The device's SIP password.", source: "inferred", confidence: "low" },
    proxy: {
      use: "ask",
      reason: "Only 8x8 knows whether one is needed.",
      source: "inferred",
      confidence: "low",
    },
    port: { use: "ask", reason: "Not found in public.", source: "inferred", confidence: "low" },
    transport: { use: "ask", reason: "Not found in public.", source: "inferred", confidence: "low" },
    subscribe: {
      use: "set",
      value: false,
      reason:
        "Presence and message-waiting subscriptions are not needed to take calls and are often refused.",
      source: "inferred",
      confidence: "low",
    },
    authUsername: {
      use: "ask",
      reason: "Ask whether an authentication name differs from the user.",
      source: "inferred",
      confidence: "low",
    },
    did: {
      use: "omit",
      reason: "The PBX sets the caller's number; give it only if the provider asks for one.",
      source: "inferred",
      confidence: "low",
    },
  },
  steps: [
    {
      stage: "prepare",
      text: "Ask 8x8 whether a generic third-party SIP device may be added, and for registrar, user, password and proxy.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "account",
      text: "Set the agent up as a user, extension or ring group member.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Route the queue or auto attendant to it.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "Confirm the registration with 8x8 support.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "There is nothing to configure in the Admin Console.",
      cause: "SIP trunk settings are changed by 8x8's support, not there.",
      fix: "Open a case with 8x8.",
      source: "faq",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "Any refusal",
      codes: [],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "No generic device is provisioned.",
      fix: "Ask 8x8.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [],
  extraDoors: [],
  tls: [],
  nat: [],
  codecs: [],
  wire: [],
  sources: {
    faq: {
      kind: "third-party",
      title: "EfficiencyIT: X Series SIP trunk FAQ",
      url: "https://support.efficiencyit.com/portal/en/kb/articles/x-series-sip-trunk-faq",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["Everything about registration of own devices."],
};
