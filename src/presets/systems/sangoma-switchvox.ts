import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Sangoma Switchvox. */
export const preset: Preset = {
  ...lineOf("sangoma-switchvox"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{public FQDN or IP address of the Switchvox}",
      reason: "The address at which it is reached from the internet.",
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The extension's number.",
      where: { text: "Setup > Extensions > Manage > the extension", source: "training", confidence: "high" },
      source: "training",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The Phone Password, which is separate from the login password.",
      where: {
        text: "Setup > Extensions > Manage > the extension > Phone Settings > Phone Password",
        source: "training",
        confidence: "high",
      },
      source: "training",
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
      reason: "The SIP default; Switchvox's own page on ports was not read.",
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
      reason: "The extension is the user.",
      source: "training",
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
      text: 'Setup > Extensions > Manage > Create Extension, type "SIP Phone or SIP Adapter for Analog Phone (ATA)".',
      source: "training",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Set extension, name and the Phone Password.",
      source: "training",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Do not use Manage Phones: it is for Sangoma's own phones.",
      source: "phones",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Add the extension to a queue, IVR or incoming call rule.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "See the registration in the extension list.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "401 although the admin's password works.",
      cause: "Phone password and login password are different.",
      fix: "Use the Phone Password.",
      source: "training",
      confidence: "high",
    },
    {
      symptom: "No provisioning data is offered.",
      cause: "Manage Phones does not configure third-party devices.",
      fix: "Register by hand.",
      source: "phones",
      confidence: "medium",
    },
    {
      symptom: "Warning icons at the extension.",
      cause: "The password is weak.",
      fix: "A strong Phone Password.",
      source: "passwords",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "The login password was used.",
      fix: "Use the Phone Password.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "Firewall or port.",
      fix: "Check the network.",
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
    training: {
      kind: "vendor",
      title: "Switchvox: manage extensions, admin training part 1",
      url: "https://sangomakb.atlassian.net/wiki/spaces/Switchvox/pages/448200970/Switchvox+Manage+Extensions+Admin+Training+pt.+1",
    },
    phones: {
      kind: "vendor",
      title: "Switchvox knowledge base: phones",
      url: "https://sangomakb.atlassian.net/wiki/pages/viewpage.action?pageId=589889538",
    },
    passwords: {
      kind: "vendor",
      title: "Switchvox knowledge base: extension passwords",
      url: "https://sangomakb.atlassian.net/wiki/pages/viewpage.action?navigatingVersions=true&pageId=517767298",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["SIP and TLS ports.", "Cloud Switchvox.", "NAT and codecs."],
};
