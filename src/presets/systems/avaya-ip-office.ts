import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Avaya IP Office on the customer's premises. */
export const preset: Preset = {
  ...lineOf("avaya-ip-office"),
  confidence: "medium",
  conditions: [
    {
      text: "A free 3rd Party IP Endpoints licence; without one the device cannot register.",
      source: "licences",
      confidence: "high",
    },
    {
      text: "SIP registration is enabled on the LAN where the request arrives.",
      source: "phones1100",
      confidence: "medium",
    },
  ],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{public FQDN or IP address of the IP Office or its SBC}",
      reason: "The address at which the system, or the SBC before it, is reached.",
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The SIP extension's number.",
      where: { text: "User > Extension", source: "phones1100", confidence: "medium" },
      source: "phones1100",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The user's Login Code is used for registration.",
      where: {
        text: "User > Telephony > Supervisor Settings > Login Code",
        source: "phones1100",
        confidence: "medium",
      },
      source: "phones1100",
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
      reason: "The SIP default; Avaya's pages on ports were not read.",
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
      reason: "No separate auth ID was found.",
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
      text: "Check for a free 3rd Party IP Endpoints licence.",
      source: "licences",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "System > LAN1 > SIP Registrar: enable it; auto-create only if wanted.",
      source: "phones1100",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Create a User and a SIP Extension; set the user's Login Code.",
      source: "phones1100",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Extension > SIP VoIP: leave IP Address at 0.0.0.0 unless the platform's address is fixed; choose the codecs.",
      source: "sipVoip",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "For an agent outside, use the supported remote or SBC method rather than exposing the system.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Point the incoming call route or a group at the extension.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "See the extension as registered in System Status.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "The device cannot register at all.",
      cause: "No 3rd Party IP Endpoints licence is free.",
      fix: "Add the licence or free one.",
      source: "licences",
      confidence: "high",
    },
    {
      symptom: "Refused from the platform's address.",
      cause: "The extension has a fixed IP address.",
      fix: "Set 0.0.0.0, or the right address.",
      source: "sipVoip",
      confidence: "high",
    },
    {
      symptom: "Works until another device takes the licence.",
      cause: "Licences are taken in the order of registration.",
      fix: "Reserve a licence on the extension.",
      source: "licences",
      confidence: "medium",
    },
    {
      symptom: "Unexpected extensions appear.",
      cause: "Auto-create is on with a trivial password.",
      fix: "Switch auto-create off after the set-up.",
      source: "inferred",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "Refused at registration",
      codes: [401, 403],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "Login Code or licence.",
      fix: "Check both.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "The registrar is disabled on that LAN.",
      fix: "Enable it.",
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
  codecs: [
    {
      text: "G.711 A-law and mu-law, G.729, G.722 64K; OPUS on Linux-based systems, G.723.1 on the IP500 V2.",
      source: "sipVoip",
      confidence: "high",
    },
  ],
  wire: [],
  sources: {
    licences: {
      kind: "vendor",
      title: "Avaya IP Office: telephone endpoint licences",
      url: "https://ipofficekb.avaya.com/businesspartner/ipoffice/mergedProjects/installation/telephoneendpoint_licenses.htm",
    },
    sipVoip: {
      kind: "vendor",
      title: "Avaya IP Office Web Manager R12.3: extension, SIP VoIP",
      url: "https://documentation.avaya.com/en-us/home/bundle/ip-office/IPOfficeWebManagerR12_3/the-call-managementmenu/CallMgmtExtentions/CallMgmtExtnAddExtnSIPVoIP.html",
    },
    phones1100: {
      kind: "vendor",
      title: "Avaya 1100 series installation: login code and registrar",
      url: "https://www.manualslib.com/manual/1073022/Avaya-1100-Series.html?page=20",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["SIP and TLS ports.", "Cloud variants.", "NAT settings."],
};
