import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Zadarma, SIP number or cloud PBX extension. */
export const preset: Preset = {
  ...lineOf("zadarma"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{sip.zadarma.com for a SIP number, pbx.zadarma.com for a PBX extension}",
      reason: "Two hosts for two products.",
      source: "vapi",
      confidence: "medium",
    },
    username: {
      use: "set",
      form: "{SIP number, or account-extension, e.g. 123456-100}",
      reason: "The login of the product.",
      where: { text: "My > SIP settings, or My PBX > the extension", source: "vapi", confidence: "medium" },
      source: "vapi",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The SIP password of that login.",
      where: { text: "My > SIP settings, or My PBX > the extension", source: "vapi", confidence: "medium" },
      source: "vapi",
      confidence: "medium",
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
      reason: "The SIP default; not confirmed by Zadarma.",
      source: "inferred",
      confidence: "low",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "Encryption and transport differ per product.",
      alternatives: [{ value: "tcp", when: "if UDP is blocked", source: "inferred", confidence: "low" }],
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
      reason: "The login is the digest user.",
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
      text: "Decide: plain SIP number (sip.zadarma.com) or PBX extension (pbx.zadarma.com).",
      source: "vapi",
      confidence: "medium",
    },
    { stage: "account", text: "Copy the login and the SIP password.", source: "vapi", confidence: "medium" },
    {
      stage: "routing",
      text: "Assign the virtual number to the PBX or to that login.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Use the number's External server (SIP URI) only if calls are to leave Zadarma.",
      source: "vapi",
      confidence: "low",
    },
    { stage: "check", text: "Call the number.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "The registration stops working.",
      cause: "Activating an IP SIP trunk disables registration on that login.",
      fix: "Use another login, or switch the trunk off.",
      source: "trunk",
      confidence: "high",
    },
    {
      symptom: "Registered, but no calls.",
      cause: "Login of one product at the host of the other.",
      fix: "Use the host that matches the login.",
      source: "notes",
      confidence: "low",
    },
    {
      symptom: "TLS attempts fail.",
      cause: "Encryption and transport differ per product.",
      fix: "UDP or TCP, unless the guide for that login says otherwise.",
      source: "notes",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "401 or 407 again after the credentials were sent",
      codes: [401, 407],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Login or password.",
      fix: "Copy both again.",
      source: "notes",
      confidence: "low",
    },
    {
      signal: "Registered, but no calls",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "The number is not assigned to that PBX or login.",
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
  codecs: [],
  wire: [],
  sources: {
    trunk: {
      kind: "vendor",
      title: "Zadarma FAQ: what is the SIP trunk",
      url: "https://zadarma.com/en/support/faq/voip/what_is_the_sip_trunk/",
    },
    vapi: {
      kind: "third-party",
      title: "Vapi: Zadarma guide",
      url: "https://github.com/VapiAI/docs/blob/HEAD/fern/advanced/sip/sip-zadarma.mdx",
    },
    notes: {
      kind: "inference",
      title: "Other projects' notes on pbx.zadarma.com logins and 407 (no lasting addresses)",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["Ports and TLS from Zadarma itself.", "Codecs and NAT."],
};
