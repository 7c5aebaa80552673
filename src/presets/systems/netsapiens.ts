import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** NetSapiens (Crexendo), under its own or a provider's name. */
export const preset: Preset = {
  ...lineOf("netsapiens"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{tenant domain}",
      reason: "The tenant's domain, not the portal's host.",
      where: {
        text: "Users > the user > Phones > the device > Domain/Proxy",
        source: "addPhone",
        confidence: "medium",
      },
      source: "addPhone",
      confidence: "medium",
    },
    username: {
      use: "set",
      form: "{extension}{letter}, e.g. 1001a",
      reason:
        "Extension plus a letter is the recommended device name; the first device may be the bare extension.",
      where: {
        text: "Users > the user > Phones > the device > Username",
        source: "addPhone",
        confidence: "medium",
      },
      source: "devices",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The device's password, not the portal login.",
      where: {
        text: "Users > the user > Phones > the device > Password",
        source: "addPhone",
        confidence: "medium",
      },
      source: "addPhone",
      confidence: "medium",
    },
    proxy: {
      use: "set",
      form: "{core or portal host}",
      reason: "Domain and outbound proxy differ; the domain often does not resolve.",
      where: {
        text: "Users > the user > Phones > the device > Outbound Proxy",
        source: "addPhone",
        confidence: "medium",
      },
      source: "addPhone",
      confidence: "medium",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "An integrator's guide: 5060 unless the provider says otherwise.",
      source: "xima",
      confidence: "medium",
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
      reason: "The device name is the digest user too.",
      source: "addPhone",
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
      text: "Users > the user > Phones > Add Phone; take a suffix letter that no one uses.",
      source: "addPhone",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Leave the model blank for a device that is registered by hand.",
      source: "addPhone",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Edit the device and copy Domain/Proxy, Outbound Proxy, Username and Password.",
      source: "addPhone",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Add the device to the user's Answering Rules (ring all or sequential).",
      source: "addPhone",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Point the number at the user, or add the user to a queue or auto attendant.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "The user's device list shows a registered contact.",
      source: "addPhone",
      confidence: "medium",
    },
  ],
  traps: [
    {
      symptom: "Calls to the device are not guaranteed to work.",
      cause: "The device's name is not extension plus one letter.",
      fix: "Use extension plus letter.",
      source: "devices",
      confidence: "high",
    },
    {
      symptom: "403 or 404, or the request goes to the wrong server.",
      cause: "Domain and outbound proxy differ and one is missing.",
      fix: "Set both fields.",
      source: "addPhone",
      confidence: "medium",
    },
    {
      symptom: "Registered, but no calls.",
      cause: "Answering Rules decide which devices ring.",
      fix: "Tick the new device there.",
      source: "addPhone",
      confidence: "medium",
    },
    {
      symptom: "Calls ring elsewhere too.",
      cause: "The user has several devices.",
      fix: "Give the agent a user of its own, or remove other devices.",
      source: "inferred",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "403 or 404",
      codes: [403, 404],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "Wrong domain, or wrong device suffix.",
      fix: "Copy both from the device's screen.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "Registered, but no calls",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "Answering rules or time frame.",
      fix: "Correct the rules.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    {
      port: 5060,
      transport: "udp",
      use: "SIP, unless the provider says otherwise",
      source: "xima",
      confidence: "medium",
    },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
  ],
  tls: [],
  nat: [
    {
      text: "Per device: Nat Wan Automatic for devices on a LAN, None for public addresses.",
      source: "connections",
      confidence: "medium",
    },
  ],
  codecs: [],
  wire: WIRE.netsapiens,
  sources: {
    devices: {
      kind: "vendor",
      title: "NetSapiens API: device overview",
      url: "https://pbx.readme.io/reference/device-overview",
    },
    addPhone: {
      kind: "third-party",
      title: "voipdocs.io: add a SIP phone",
      url: "https://voipdocs.io/en/articles/104-add-a-sip-phone",
    },
    connections: {
      kind: "vendor",
      title: "NetSapiens admin guide: managing connections",
      url: "https://adminguide.netsapiens.com/nms/managing-connections",
    },
    xima: {
      kind: "third-party",
      title: "Xima: information needed to integrate with NetSapiens",
      url: "https://guide.xima.cloud/docs/required-information-to-integrate-xima-ccaas-with-netsapiens",
    },
    traces: { kind: "inference", title: "SIP banners found in public texts" },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["TLS port and transports.", "Whether providers change the rule for device names.", "Codecs."],
};
