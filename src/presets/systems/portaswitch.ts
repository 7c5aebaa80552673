import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** A provider that runs PortaOne's PortaSwitch. */
export const preset: Preset = {
  ...lineOf("portaswitch"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{provider's PortaSIP host}",
      reason: "As the provider names it.",
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{account ID}",
      reason: "The account, not the customer's login.",
      where: { text: "The account's ID", source: "account", confidence: "medium" },
      source: "account",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The service password authenticates the account's calls.",
      where: { text: "Account > Account info > Service password", source: "account", confidence: "medium" },
      source: "account",
      confidence: "high",
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
      reason: "The SIP default; ask the provider.",
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
      reason: "The account ID is the user.",
      source: "account",
      confidence: "medium",
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
      stage: "account",
      text: "Ask the provider for an account (not just a number) and its service password.",
      source: "account",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Ask which PortaSIP host and port to use.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "The provider assigns the number or follow-me to that account.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "The account info panel shows the registration: user agent, contact, expiry.",
      source: "account",
      confidence: "medium",
    },
  ],
  traps: [
    {
      symptom: "401 or 404.",
      cause: "The customer's login was used.",
      fix: "Use the account ID.",
      source: "account",
      confidence: "medium",
    },
    {
      symptom: "A second device takes calls away.",
      cause: "Two devices on one account.",
      fix: "Ask for a second account.",
      source: "inferred",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "401 again or 403",
      codes: [401, 403],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "The service password.",
      fix: "Have it reset.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "Registered, but no calls",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "Routing or follow-me.",
      fix: "Ask the provider.",
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
  codecs: [],
  wire: [],
  sources: {
    account: {
      kind: "vendor",
      title: "PortaOne documentation: account info",
      url: "https://docs.portaone.com/docs/mr101-account-account-info",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["Ports, TLS and codecs."],
};
