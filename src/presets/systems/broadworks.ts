import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** A provider that runs Cisco BroadWorks, formerly BroadSoft. */
export const preset: Preset = {
  ...lineOf("broadworks"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "sometimes",
  fields: {
    sipDomain: {
      use: "set",
      form: "{provider's domain}",
      reason: "As the provider names it.",
      source: "spectralink",
      confidence: "medium",
    },
    username: {
      use: "set",
      form: "{line/port, often the number}",
      reason: "The address that registers is the line/port, not the extension.",
      where: { text: "The user's address or device page, line/port", source: "inferred", confidence: "low" },
      source: "spectralink",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The password of the user's Authentication service.",
      where: {
        text: "The user's Authentication service in the portal, or from the provider",
        source: "spectralink",
        confidence: "medium",
      },
      source: "spectralink",
      confidence: "medium",
    },
    proxy: {
      use: "if-needed",
      form: "{provider's SBC}",
      reason: "The domain itself often does not answer.",
      source: "inferred",
      confidence: "low",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "The SIP default; each provider has its own.",
      source: "inferred",
      confidence: "low",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The usual default; ask whether TLS is offered.",
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
      use: "if-needed",
      form: "{Authentication service user name}",
      reason: "Where it differs from the line/port: the digest user must match the Authentication service.",
      where: { text: "The user's Authentication service", source: "spectralink", confidence: "medium" },
      source: "spectralink",
      confidence: "high",
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
      text: "Have the provider create a device profile (generic SIP) and assign a line/port to the agent's user.",
      source: "spectralink",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Read line/port, Authentication user name and password.",
      source: "spectralink",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "sipDomain = the provider's domain, proxy = its SBC.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Route the number or hunt group to that user.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "Ask the provider whether the line shows as registered.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "401 or 404 although the password is right.",
      cause: "Line/port is not the extension.",
      fix: "Use the full line/port.",
      source: "spectralink",
      confidence: "medium",
    },
    {
      symptom: "The digest is refused.",
      cause: "The Authentication user differs from the line/port.",
      fix: "Put it into authUsername.",
      source: "spectralink",
      confidence: "high",
    },
    {
      symptom: "The domain does not answer.",
      cause: "An SBC stands between.",
      fix: "Set proxy.",
      source: "inferred",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "401 again or 403",
      codes: [401, 403],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "Line/port and Authentication user mixed up.",
      fix: "Set username and authUsername apart.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "proxy is missing.",
      fix: "Set proxy.",
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
    spectralink: {
      kind: "third-party",
      title: "BroadSoft partner configuration guide, Spectralink 84 (copy)",
      url: "https://manualshive.com/ru/manual/cisco/broadsoft-broadworks-spectralink-84-series/67747?page=25",
    },
    partnerGuide: {
      kind: "third-party",
      title: "BroadSoft partner configuration guide (copy)",
      url: "https://docplayer.net/amp/8490592-Broadsoft-partner-configuration-guide.html",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["Port and TLS of any given provider.", "NAT and codecs."],
};
