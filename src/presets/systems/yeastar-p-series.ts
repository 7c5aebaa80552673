import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Yeastar P-Series, appliance, software and cloud editions. */
export const preset: Preset = {
  ...lineOf("yeastar-p-series"),
  confidence: "medium",
  conditions: [
    {
      text: "Allow Remote Registration is enabled for the extension; it is off by default.",
      source: "applianceSecurity",
      confidence: "high",
    },
    {
      text: "No user-agent or address restriction keeps the platform out.",
      source: "applianceSecurity",
      confidence: "high",
    },
  ],
  needsAuthUsername: "sometimes",
  fields: {
    sipDomain: {
      use: "set",
      form: "{public FQDN or IP address of the PBX}",
      reason: "The address at which the PBX is reached from the internet.",
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The extension's number.",
      source: "k2",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The extension's Registration Password.",
      where: {
        text: "The extension's form > Registration Password (read on the K2 page)",
        source: "k2",
        confidence: "low",
      },
      source: "k2",
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
      reason: "The SIP default; Yeastar's own default could not be read.",
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
      form: "{Registration Name}",
      reason: "The extension's Registration Name where it differs from its number.",
      where: {
        text: "The extension's form > Registration Name (read on the K2 page)",
        source: "k2",
        confidence: "low",
      },
      source: "k2",
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
      text: "Create the extension; copy Registration Name and Registration Password.",
      source: "k2",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Extension > Security: enable Allow Remote Registration (off by default).",
      source: "applianceSecurity",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Leave SIP User Agent Identification off, or add the platform's user agent prefix.",
      source: "applianceSecurity",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Leave SIP Registration IP Restriction open, or add the platform's addresses.",
      source: "applianceSecurity",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Open SIP and RTP on the firewall, or use the vendor's remote access.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Inbound route, IVR, queue or ring group to the extension.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "See the extension's status in the extension list.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "Registration from outside fails though the password is right.",
      cause: "Allow Remote Registration is off by default.",
      fix: "Enable it for that extension.",
      source: "applianceSecurity",
      confidence: "high",
    },
    {
      symptom: "Registration fails only for the agent.",
      cause: "A user agent restriction is set.",
      fix: "Clear it or add the platform's prefix.",
      source: "applianceSecurity",
      confidence: "high",
    },
    {
      symptom: "Registration fails only from the platform's address.",
      cause: "An IP restriction is set on the extension.",
      fix: "Add the platform's address range.",
      source: "applianceSecurity",
      confidence: "high",
    },
    {
      symptom: "It stops answering after bad tries.",
      cause: "Auto defence has blocked the address.",
      fix: "Mend the credentials; Security > Blocked IPs > delete; add to Allowed IPs.",
      source: "cloudSecurity",
      confidence: "medium",
    },
    {
      symptom: "Credentials are refused although the password is right.",
      cause: "The Registration Name is not always the number.",
      fix: "Set authUsername to the Registration Name.",
      source: "k2",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "403 or no answer from outside, fine on the LAN",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE", "REGISTER_TIMEOUT_STATE"],
      cause: "Remote registration is off, or the address is blocked.",
      fix: "Enable it; unblock the address.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Registration Name or password.",
      fix: "Set authUsername; copy the password.",
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
    applianceSecurity: {
      kind: "vendor",
      title: "Yeastar P-Series Appliance: extension security overview",
      url: "https://help.yeastar.com/en/p-series-appliance-edition/administrator-guide/extension-security-overview.html",
    },
    security: {
      kind: "vendor",
      title: "Yeastar P-Series: extension security overview",
      url: "https://help.yeastar.com/en/p-series/administrator-guide/extension-security-overview.html",
    },
    cloudSecurity: {
      kind: "vendor",
      title: "Yeastar P-Series Cloud: security overview",
      url: "https://help.yeastar.com/en/p-series-cloud-edition/administrator-guide/security-overview.html",
    },
    k2: {
      kind: "vendor",
      title: "Yeastar K2: create a SIP extension (another series)",
      url: "https://help.yeastar.com/en/k2/topic/create-a-sip-extension.html",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "The P-Series' default SIP and TLS ports.",
    "That the P-Series has the same Registration Name field as the K2.",
    "The exact form of a P-Series extension.",
    "NAT and codec settings.",
  ],
};
