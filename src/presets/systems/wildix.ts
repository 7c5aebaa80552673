import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Wildix; nearly everything has to be asked. */
export const preset: Preset = {
  ...lineOf("wildix"),
  confidence: "low",
  conditions: [
    {
      text: "The Wildix partner provides a generic SIP extension and its values.",
      source: "inferred",
      confidence: "low",
    },
    { text: "A licence for the user.", source: "wms", confidence: "medium" },
  ],
  needsAuthUsername: "unknown",
  fields: {
    sipDomain: {
      use: "ask",
      reason: "The registrar or PBX domain name, as the partner names it.",
      source: "wms",
      confidence: "low",
    },
    username: {
      use: "ask",
      form: "{extension}",
      reason: "As the partner names it.",
      source: "inferred",
      confidence: "low",
    },
    password: {
      use: "ask",
      reason: "The SIP password of that extension.",
      source: "inferred",
      confidence: "low",
    },
    proxy: {
      use: "ask",
      reason: "Only the partner knows whether one is needed.",
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
      text: "Ask the Wildix partner for a generic SIP extension, its password, the registrar, port and transport.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "account",
      text: "Add the agent as a user in WMS with the licence that the partner names.",
      source: "wms",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Route calls to that user or its queue.",
      source: "inferred",
      confidence: "low",
    },
    { stage: "check", text: "Confirm the registration in WMS.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "Refused, or no audio.",
      cause: "Third-party devices may need a profile on the partner's side.",
      fix: "Have the partner create the device entry.",
      source: "inferred",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "Any refusal",
      codes: [],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "The device is not provisioned in WMS.",
      fix: "Ask the partner.",
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
    wms: {
      kind: "vendor",
      title: "Wildix: WMS start guide (PBX domain name, licences)",
      url: "https://wildix.atlassian.net/wiki/pages/diffpages.action?originalId=147652815&pageId=149684281",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "SIP ports and transports.",
    "Wildix's policy on third-party SIP.",
    "Everything else but that a PBX domain name and licences per user exist.",
  ],
};
