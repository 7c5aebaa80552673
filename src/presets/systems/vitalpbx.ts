import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** VitalPBX; little could be verified. */
export const preset: Preset = {
  ...lineOf("vitalpbx"),
  confidence: "low",
  conditions: [],
  needsAuthUsername: "sometimes",
  fields: {
    sipDomain: {
      use: "set",
      form: "{public FQDN or IP address of the PBX}",
      reason: "The address at which it is reached from the internet.",
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{device user, often the extension}",
      reason: "The user of the extension's device.",
      where: { text: "Extensions > the extension > device user", source: "guide", confidence: "low" },
      source: "guide",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The device's password.",
      where: { text: "Extensions > the extension > device password", source: "guide", confidence: "low" },
      source: "guide",
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
      reason: "The SIP default; VitalPBX's ports were not read.",
      source: "inferred",
      confidence: "low",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The usual default; the device's technology and transport decide.",
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
      form: "{device user}",
      reason: "Only when the device user differs from the extension.",
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
      stage: "account",
      text: "Create the extension (number, name, Class of Service) and its device; copy device user and password.",
      source: "guide",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Choose the device's technology (PJSIP) and transport.",
      source: "guide",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Allow the port in the VitalPBX firewall.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Add the extension to a queue, ring group or inbound route.",
      source: "inferred",
      confidence: "low",
    },
    { stage: "check", text: "See the device's status.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "401 again and again.",
      cause: "Device user and extension differ.",
      fix: "Use the device user.",
      source: "guide",
      confidence: "low",
    },
    {
      symptom: "Registered, but calls are not allowed.",
      cause: "Class of Service.",
      fix: "Give it a suitable one.",
      source: "guide",
      confidence: "low",
    },
    {
      symptom: "Banned after failures.",
      cause: "Firewall and fail2ban are part of the product.",
      fix: "Mend the credentials, unban, whitelist.",
      source: "inferred",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "The device's password.",
      fix: "Copy it again.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "Firewall.",
      fix: "Open the port.",
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
    guide: {
      kind: "third-party",
      title: "GTI: creating extensions on VitalPBX",
      url: "https://support.gtiglobalus.com/knowledgebase.php?article=195",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["Ports (SIP, PJSIP, TLS), NAT and codec defaults.", "Current menus."],
};
