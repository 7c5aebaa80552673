import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Vonage SIP, formerly Nexmo SIP connect. */
export const preset: Preset = {
  ...lineOf("vonage"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
  instead: {
    text: "Register the agent on a PBX or SBC and forward the Vonage number to that PBX's SIP URI, or handle the number with a Voice API application.",
    presets: ["freepbx-pjsip", "asterisk-pjsip", "freeswitch"],
    source: "overview",
    confidence: "medium",
  },
  steps: [
    {
      stage: "prepare",
      text: "Do not register: Vonage's own sample for FreePBX sets Registration to None.",
      source: "freepbx",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Register the agent on a PBX, and set the number's Forward to SIP to that PBX's SIP URI (optionally with ;transport=tls).",
      source: "overview",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Or handle the number with a Voice API application.",
      source: "overview",
      confidence: "medium",
    },
  ],
  traps: [
    {
      symptom: "A registration times out.",
      cause: "There is nothing to register with.",
      fix: "Use a PBX in between.",
      source: "freepbx",
      confidence: "medium",
    },
    {
      symptom: "Callers hear silence or busy.",
      cause: "Forwarding needs a SIP address that can be reached (5xx fails over, 486 on time-out).",
      fix: "Put the agent behind a public PBX.",
      source: "overview",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "Any REGISTER",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "No registrar.",
      fix: "Use another design.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "calls, not registration", source: "overview", confidence: "high" },
    { port: 5060, transport: "tcp", use: "calls, not registration", source: "overview", confidence: "high" },
    { port: 5061, transport: "tls", use: "calls, not registration", source: "overview", confidence: "high" },
  ],
  extraDoors: [],
  tls: [
    {
      text: "TLS 1.2 on 5061, with the one SRTP suite AES_CM_128_HMAC_SHA1_80; for calls.",
      source: "overview",
      confidence: "high",
    },
  ],
  nat: [],
  codecs: [{ text: "PCMA, PCMU, iLBC, G.729, G.722, Speex16.", source: "overview", confidence: "high" }],
  wire: [],
  sources: {
    freepbx: {
      kind: "vendor",
      title: "Vonage: configure FreePBX",
      url: "https://developer.vonage.com/en/sip/configure/freepbx",
    },
    overview: {
      kind: "vendor",
      title: "Vonage (Nexmo developer documentation): SIP overview",
      url: "https://github.com/Nexmo/nexmo-developer/blob/HEAD/_documentation/en/voice/sip/overview.md",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["A page that says in words that REGISTER is not supported."],
};
