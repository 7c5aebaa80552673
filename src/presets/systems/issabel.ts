import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Issabel PBX. */
export const preset: Preset = {
  ...lineOf("issabel"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
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
      form: "{extension}",
      reason: "The extension's number.",
      where: { text: "PBX > Extensions > the extension", source: "inferred", confidence: "low" },
      source: "inferred",
      confidence: "low",
    },
    password: {
      use: "ask",
      reason: "The extension's Secret.",
      where: { text: "PBX > Extensions > the extension > Secret", source: "inferred", confidence: "low" },
      source: "inferred",
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
      reason: "chan_sip's default; PJSIP extensions are on 5066.",
      where: {
        text: "PBX > Settings > SIP (or PJSIP) > Bind Port",
        source: "settings",
        confidence: "medium",
      },
      alternatives: [
        { value: 5066, when: "for a PJSIP extension", source: "settings", confidence: "high" },
        { value: 5061, when: "with tls for a chan_sip extension", source: "settings", confidence: "high" },
        { value: 5067, when: "with tls for a PJSIP extension", source: "settings", confidence: "high" },
      ],
      source: "settings",
      confidence: "high",
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
      reason: "The extension is the digest user.",
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
      text: "Create the extension; chan_sip is the classic driver. Copy the Secret.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "account",
      text: "Note its driver: PJSIP extensions use port 5066, chan_sip ones 5060.",
      source: "settings",
      confidence: "medium",
    },
    { stage: "account", text: "Apply the configuration.", source: "inferred", confidence: "low" },
    {
      stage: "routing",
      text: "Route inbound calls, a queue or an IVR to it.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "The extension shows as registered on the Asterisk console.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "401 or no answer on 5060 for a PJSIP extension.",
      cause: "PJSIP listens on 5066 (TLS 5067), chan_sip on 5060 (TLS 5061).",
      fix: "Use the port of the driver that owns the extension.",
      source: "settings",
      confidence: "high",
    },
    {
      symptom: "Very short refreshes are lengthened.",
      cause: "Expiry is limited to 60-3600 s, 120 s by default.",
      fix: "Ask for 120 to 3600 s.",
      source: "settings",
      confidence: "high",
    },
  ],
  failures: [
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "The wrong port for the driver.",
      fix: "Switch ports.",
      source: "settings",
      confidence: "low",
    },
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "The Secret.",
      fix: "Copy it again.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "403 after the credentials were sent",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "On chan_sip extensions: the Secret or the user.",
      fix: "Copy it again.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "chan_sip", source: "settings", confidence: "high" },
    { port: 5061, transport: "tls", use: "chan_sip", source: "settings", confidence: "high" },
    { port: 5066, transport: "udp", use: "PJSIP", source: "settings", confidence: "high" },
    { port: 5067, transport: "tls", use: "PJSIP", source: "settings", confidence: "high" },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "udp", port: 5066 },
    { transport: "tls", port: 5061 },
    { transport: "tls", port: 5067 },
  ],
  tls: [{ text: "5061 for chan_sip, 5067 for PJSIP extensions.", source: "settings", confidence: "high" }],
  nat: [],
  codecs: [
    {
      text: "ulaw, alaw and others in the list of the SIP settings.",
      source: "settings",
      confidence: "medium",
    },
  ],
  wire: [],
  sources: {
    settings: {
      kind: "vendor-source",
      title: "IssabelPBX, sipsettings/functions.inc.php (defaults of both drivers)",
      url: "https://github.com/IssabelFoundation/issabelPBX/blob/HEAD/sipsettings/functions.inc.php",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "Current Issabel menus.",
    "Which driver a fresh installation creates extensions on.",
    "NAT settings.",
    "How it names itself in the Server header.",
  ],
};
