import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** Cisco Unified Communications Manager, third-party SIP device. */
export const preset: Preset = {
  ...lineOf("cisco-cucm"),
  confidence: "medium",
  conditions: [
    {
      text: "A third-party SIP device with a licence, and an End User with digest credentials set as its Digest User.",
      source: "thirdParty86",
      confidence: "high",
    },
    {
      text: "CUCM, or an edge before it, is reachable from the internet.",
      source: "inferred",
      confidence: "low",
    },
  ],
  needsAuthUsername: "yes",
  fields: {
    sipDomain: {
      use: "set",
      form: "{CUCM host or IP address}",
      reason: "Must be the address of the CUCM server, which is the proxy.",
      source: "thirdParty86",
      confidence: "medium",
    },
    username: {
      use: "set",
      form: "{directory number}",
      reason: "Must equal the directory number on the device's line.",
      where: {
        text: "Device > Phone > the line's Directory Number",
        source: "thirdParty86",
        confidence: "high",
      },
      source: "thirdParty86",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The End User's digest credentials.",
      where: {
        text: "User Management > End User > Digest Credentials",
        source: "thirdParty86",
        confidence: "high",
      },
      source: "thirdParty86",
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
      reason: "The SIP default; the cluster's own setting was not read.",
      source: "inferred",
      confidence: "low",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The usual default; the device's security profile decides.",
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
      use: "set",
      form: "{Digest User}",
      reason: "CUCM knows third-party devices by the digest user: it must be the End User set on the device.",
      where: { text: "Device > Phone > Digest User", source: "thirdParty86", confidence: "high" },
      source: "thirdParty86",
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
      text: "User Management > End User: create a user and set Digest Credentials.",
      source: "thirdParty86",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Device > Phone > Add: third-party SIP device Basic (one line) or Advanced (up to eight); enter a dummy MAC address.",
      source: "thirdParty86",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Set Digest User to that end user; one user for one third-party device.",
      source: "thirdParty86",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Add the directory number to the line; it must match the username of the registration.",
      source: "thirdParty86",
      confidence: "high",
    },
    {
      stage: "remote",
      text: "Set SIP profile, device pool and security profile as the site requires.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Line group, hunt pilot or route pattern to the directory number.",
      source: "inferred",
      confidence: "low",
    },
    { stage: "check", text: "The device shows as registered.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "Neither of two devices registers.",
      cause: "Both have the same digest user.",
      fix: "One user each.",
      source: "thirdParty86",
      confidence: "high",
    },
    {
      symptom: "Registration is refused.",
      cause: "Directory number and username differ.",
      fix: "DN as username, digest user as authUsername.",
      source: "thirdParty86",
      confidence: "high",
    },
    {
      symptom: "A client that pins the realm to the domain fails.",
      cause: "CUCM's realm is ccmsipline.",
      fix: "Nothing to set: the client must take the offered realm.",
      source: "feature15",
      confidence: "low",
    },
    {
      symptom: "CUCM treats the device as unknown.",
      cause: "Third-party phones send no MAC address; the username identifies them.",
      fix: "Check Digest User and directory number.",
      source: "thirdParty86",
      confidence: "high",
    },
    {
      symptom: "The device cannot be added.",
      cause: "Licences are used up (older guide: basic 3, advanced 6 device licence units).",
      fix: "Check licences.",
      source: "expert",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "401 again or 404",
      codes: [401, 404],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "Digest User or directory number does not match.",
      fix: "Correct both.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "A firewall, or the security profile.",
      fix: "Ask the CUCM administrator.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "SIP, assumed", source: "inferred", confidence: "low" },
    { port: 5060, transport: "tcp", use: "SIP, assumed", source: "inferred", confidence: "low" },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
  ],
  tls: [],
  nat: [],
  codecs: [
    {
      text: "G.711 mu-law and A-law, G.722, G.729, GSM FR, G.723.1, G.728 (older list for third-party phones).",
      source: "thirdParty60",
      confidence: "medium",
    },
  ],
  wire: WIRE["cisco-cucm"],
  sources: {
    thirdParty86: {
      kind: "vendor",
      title: "CUCM 8.6: third-party SIP phones",
      url: "https://www.cisco.com/en/US/docs/voice_ip_comm/cucm/admin/8_6_1/ccmcfg/b09sip3p.html",
    },
    thirdParty60: {
      kind: "vendor",
      title: "CUCM 6.0: third-party SIP phones",
      url: "https://www.cisco.com/c/en/us/td/docs/voice_ip_comm/cucm/admin/6_0_1/ccmcfg/bccmbk/b09sip3p.html",
    },
    expert: {
      kind: "third-party",
      title: "CCExpert: third-party SIP phone support in CUCM",
      url: "https://www.ccexpert.us/cisco-unified/sip-thirdparty-ip-phone-support-in-cucm.html",
    },
    feature15: {
      kind: "inference",
      title: "CUCM 15 feature guide, read in a copy without a lasting address",
    },
    traces: { kind: "inference", title: "Server header in SIP traces found in public texts" },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "Ports and security profile of the cluster; TLS depends on the profile.",
    "Reachability from the internet (Expressway and the like).",
    "Licence names in version 15.",
  ],
};
