import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Cisco Webex Calling, customer-managed device of the Generic SIP Phone profile. */
export const preset: Preset = {
  ...lineOf("cisco-webex-calling"),
  confidence: "medium",
  conditions: [
    {
      text: "A customer-managed device of the Generic SIP Phone profile, with a workspace or user that has a number.",
      source: "customerManaged",
      confidence: "high",
    },
    {
      text: "TLS 1.2, and a registrant that finds the proxy by DNS SRV.",
      source: "customerManaged",
      confidence: "high",
    },
  ],
  needsAuthUsername: "yes",
  fields: {
    sipDomain: {
      use: "set",
      form: "{domain from Control Hub}",
      reason: "As Control Hub shows it for the device.",
      where: {
        text: "Control Hub > Management > Devices > the device",
        source: "customerManaged",
        confidence: "medium",
      },
      source: "customerManaged",
      confidence: "medium",
    },
    username: {
      use: "set",
      form: "{SIP username from Control Hub}",
      reason: "As Control Hub shows it for the device.",
      where: {
        text: "Control Hub > Management > Devices > the device",
        source: "customerManaged",
        confidence: "medium",
      },
      source: "customerManaged",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The device's SIP password; the customer is responsible for it.",
      where: {
        text: "Control Hub > Management > Devices > the device",
        source: "customerManaged",
        confidence: "high",
      },
      source: "customerManaged",
      confidence: "high",
    },
    proxy: {
      use: "set",
      form: "{outbound proxy from Control Hub}",
      reason: "To be resolved by DNS SRV.",
      where: {
        text: "Control Hub > Management > Devices > the device > Outbound Proxy",
        source: "customerManaged",
        confidence: "high",
      },
      source: "customerManaged",
      confidence: "high",
    },
    port: {
      use: "if-needed",
      form: "{port from the SRV record}",
      reason: "SRV gives host and port; Cisco's example answers 5061.",
      source: "srv",
      confidence: "medium",
    },
    transport: {
      use: "set",
      value: "tls",
      reason: "Webex Calling takes SIP over TLS 1.2 only.",
      source: "customerManaged",
      confidence: "high",
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
      form: "{authentication name from Control Hub}",
      reason: "Listed separately from the SIP username.",
      where: {
        text: "Control Hub > Management > Devices > the device",
        source: "customerManaged",
        confidence: "medium",
      },
      source: "customerManaged",
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
      text: "Control Hub > Devices > Add Device > Workspace (or a user).",
      source: "customerManaged",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Choose Customer Managed Device, then the Generic SIP Phone profile; enter a MAC address, which identifies the device.",
      source: "customerManaged",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Assign a number to the workspace or user.",
      source: "customerManaged",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Copy SIP username, authentication name, password and Outbound Proxy.",
      source: "customerManaged",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Make the workspace the destination of the call queue or auto attendant.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "The device shows as online in Control Hub.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "No answer when the proxy is used as a plain host name.",
      cause: "The proxy has to be looked up by SRV.",
      fix: "Use the SRV record's target and port.",
      source: "customerManaged",
      confidence: "high",
    },
    {
      symptom: "Handshake failure.",
      cause: "TLS below 1.2, or plain UDP or TCP.",
      fix: "Use TLS.",
      source: "customerManaged",
      confidence: "high",
    },
    {
      symptom: "An unknown vendor cannot be added.",
      cause: "The device type has to be the generic one.",
      fix: "Choose Generic SIP Phone.",
      source: "customerManaged",
      confidence: "high",
    },
  ],
  failures: [
    {
      signal: "TLS failure",
      codes: [],
      states: ["INTERNAL_ERROR_STATE", "REGISTER_TIMEOUT_STATE"],
      cause: "Certificate or version.",
      fix: "TLS 1.2.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Authentication name or password.",
      fix: "Copy both again.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    {
      port: 5061,
      transport: "tls",
      use: "SIP over TLS in Cisco's SRV example",
      source: "srv",
      confidence: "medium",
    },
  ],
  extraDoors: [{ transport: "tls", port: 5061 }],
  tls: [
    {
      text: "TLS 1.2; 5061 is from Cisco's SRV example, its page of ports was not read.",
      source: "srv",
      confidence: "medium",
    },
  ],
  nat: [
    {
      text: "The SRV lookup of the outbound proxy is required.",
      source: "customerManaged",
      confidence: "high",
    },
  ],
  codecs: [],
  wire: [],
  sources: {
    customerManaged: {
      kind: "vendor",
      title: "Webex: customer-managed devices",
      url: "https://help.webex.com/en-us/article/nemh93t",
    },
    srv: { kind: "vendor", title: "Webex: SRV service discovery", url: "https://help.webex.com/jwkbt2" },
    partnerManaged: {
      kind: "vendor",
      title: "Webex: partner-managed devices",
      url: "https://help.webex.com/cqtlh9",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "The exact names of the fields that Control Hub shows.",
    "The current list of ports; some pages may name other TLS ports.",
    "Codecs and whether SRTP is required.",
  ],
};
