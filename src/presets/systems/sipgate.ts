import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** sipgate team, basic and trunking. */
export const preset: Preset = {
  ...lineOf("sipgate"),
  confidence: "low",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{sipconnect.sipgate.de for a trunk; for a single line the registrar that the portal shows}",
      reason: "The host depends on the product.",
      source: "projects",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{SIP-ID, e.g. e12345p0}",
      reason: "The SIP-ID, not the phone number or the e-mail address.",
      where: { text: "sipgate portal > the phone line > SIP-ID", source: "projects", confidence: "low" },
      source: "projects",
      confidence: "low",
    },
    password: {
      use: "ask",
      reason: "The SIP password, which is not the portal's.",
      where: {
        text: "sipgate portal > the phone line > SIP password",
        source: "projects",
        confidence: "low",
      },
      source: "projects",
      confidence: "low",
    },
    proxy: {
      use: "omit",
      reason: "The domain itself answers; a proxy that equals the domain adds nothing.",
      source: "inferred",
      confidence: "low",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "The SIP default; not confirmed by sipgate.",
      source: "inferred",
      confidence: "low",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The usual default.",
      source: "inferred",
      confidence: "low",
    },
    subscribe: {
      use: "set",
      value: false,
      reason:
        "Presence and message-waiting subscriptions are not needed to take calls and are often refused.",
      source: "inferred",
      confidence: "low",
    },
    authUsername: {
      use: "omit",
      reason: "The SIP-ID is the digest user.",
      source: "inferred",
      confidence: "low",
    },
    did: {
      use: "if-needed",
      form: "{E.164 number}",
      reason: "May be needed for the caller's number on trunks.",
      source: "inferred",
      confidence: "low",
    },
  },
  steps: [
    {
      stage: "account",
      text: "Portal: create or open the phone line for the agent; note SIP-ID and SIP password.",
      source: "projects",
      confidence: "low",
    },
    {
      stage: "account",
      text: "Trunk customers: the trunk's SIP-ID, and sipconnect.sipgate.de.",
      source: "projects",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Give the line its number, or put it into a group.",
      source: "inferred",
      confidence: "low",
    },
    { stage: "check", text: "Call the number.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "401 or 403.",
      cause: "The SIP-ID is neither the phone number nor the e-mail address.",
      fix: "Use the SIP-ID.",
      source: "projects",
      confidence: "low",
    },
    {
      symptom: "Registration is refused.",
      cause: "Host of the other product (trunk or team).",
      fix: "Take the host that matches the product.",
      source: "projects",
      confidence: "low",
    },
    {
      symptom: "401 again and again.",
      cause: "The portal's password was used.",
      fix: "Copy the SIP password.",
      source: "projects",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "SIP-ID or SIP password.",
      fix: "Reset the SIP password.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "Registered, but no calls",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "No number is assigned to that line.",
      fix: "Assign it.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [{ port: 5060, transport: "udp", use: "SIP, assumed", source: "inferred", confidence: "low" }],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
  ],
  tls: [],
  nat: [],
  codecs: [{ text: "One deployment allows g722, alaw and ulaw.", source: "projects", confidence: "low" }],
  wire: [],
  sources: {
    projects: {
      kind: "inference",
      title: "German agent projects that name sipconnect.sipgate.de and SIP-IDs (no lasting addresses)",
    },
    own: { kind: "vendor", title: "sipgate (not read for this preset)", url: "https://www.sipgate.de" },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "sipgate's own pages on registrar, ports, TLS and codecs.",
    "sipgate.de as the registrar of single lines.",
    "Which of UDP, TCP and TLS are offered.",
  ],
};
