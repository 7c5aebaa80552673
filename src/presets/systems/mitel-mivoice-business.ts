import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Mitel MiVoice Business, generic SIP phone, from outside by way of the MiVoice Border Gateway (MBG). */
export const preset: Preset = {
  ...lineOf("mitel-mivoice-business"),
  confidence: "medium",
  conditions: [
    {
      text: "An IP User licence, or Single Line User where configured so.",
      source: "sipPhones",
      confidence: "low",
    },
    {
      text: "From outside: the MBG is enabled for SIP and has the device.",
      source: "mbg11",
      confidence: "medium",
    },
  ],
  needsAuthUsername: "sometimes",
  fields: {
    sipDomain: {
      use: "set",
      form: "{MiVoice Business host, or the MBG's public host}",
      reason: "From outside it is the MBG that answers.",
      source: "mbg11",
      confidence: "medium",
    },
    username: {
      use: "set",
      form: "{directory number}",
      reason: "The DN; through an MBG the set-side username.",
      where: {
        text: "MBG > Teleworking > SIP > the device > set-side username",
        source: "mbg11",
        confidence: "medium",
      },
      source: "mbg11",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "Through an MBG the set-side password; directly the generic SIP phone's password.",
      where: {
        text: "MBG > Teleworking > SIP > the device; or Users and Services Configuration > the user",
        source: "mbg11",
        confidence: "medium",
      },
      source: "mbg11",
      confidence: "high",
    },
    proxy: {
      use: "if-needed",
      form: "{MBG address}",
      reason: "For remote agents, where sipDomain does not lead to the MBG.",
      source: "mbg11",
      confidence: "medium",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "The SIP default; Mitel's ports were not read.",
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
      use: "if-needed",
      form: "{set-side username}",
      reason: "Where the MBG's set-side username differs from the DN.",
      where: { text: "MBG > Teleworking > SIP > the device", source: "mbg11", confidence: "medium" },
      source: "mbg11",
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
      stage: "prepare",
      text: "Check licences: a generic SIP phone needs an IP User licence, or Single Line User where configured so.",
      source: "sipPhones",
      confidence: "low",
    },
    {
      stage: "account",
      text: "Users and Services Configuration: add a user with a generic SIP phone and its DN; set the password.",
      source: "sipPhones",
      confidence: "low",
    },
    {
      stage: "account",
      text: "SIP Device Capabilities: choose the values recommended for a generic device.",
      source: "sipPhones",
      confidence: "low",
    },
    {
      stage: "remote",
      text: "MBG > Teleworking > SIP > add the device; its set-side username and password are what the agent registers with.",
      source: "mbg11",
      confidence: "medium",
    },
    { stage: "routing", text: "Route calls to the DN.", source: "inferred", confidence: "low" },
    { stage: "check", text: "See the device's registration state.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "The agent is refused with the PBX's password.",
      cause: "The MBG has credentials of its own (set-side); ICP-side ones go to the PBX.",
      fix: "Give the set-side values to the agent; leave ICP-side empty only when both share the password.",
      source: "mbg11",
      confidence: "high",
    },
    {
      symptom: "The MBG warns or refuses the device.",
      cause: "The set-side password is weak.",
      fix: "A strong password.",
      source: "mbg11",
      confidence: "medium",
    },
    {
      symptom: "The user cannot be created.",
      cause: "Licences are used up.",
      fix: "Add IP User licences.",
      source: "sipPhones",
      confidence: "low",
    },
    {
      symptom: "Features or media go wrong.",
      cause: "The device profile is not Mitel's recommended one.",
      fix: "Set SIP Device Capabilities as recommended.",
      source: "sipPhones",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "Refused",
      codes: [401, 403],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "Set-side credentials.",
      fix: "Correct them on the MBG.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "The MBG is not enabled for SIP, or the PBX's own address was used.",
      fix: "Register to the MBG.",
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
  nat: [{ text: "The MBG is Mitel's answer to NAT.", source: "mbg11", confidence: "medium" }],
  codecs: [],
  wire: [],
  sources: {
    mbg11: {
      kind: "vendor",
      title: "MiVoice Border Gateway 11.0 online help: add or edit SIP devices",
      url: "https://productdocuments.mitel.com/AEM/Applications/MiVoice%20Border%20Gateway/11.0/MBG%20Online%20Help/HTML5/MBG_Online_Help/Content/TUG/Add_or_Edit_SIP_Devices.html",
    },
    mbg115: {
      kind: "vendor",
      title: "MiVoice Border Gateway 11.5 SP1 online help",
      url: "https://web-dev.mitel.com/document-center/applications/mivoice-border-gateway/11.5sp1/en/mbg-online-help",
    },
    sipPhones: {
      kind: "inference",
      title: 'Mitel help, "SIP Phone Support - Description" (no public address kept)',
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "Ports, and TLS for generic devices.",
    "Layout of the MiVoice Business pages.",
    "MiCollab and hosted variants.",
    "Codecs.",
  ],
};
