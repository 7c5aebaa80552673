import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Zoom Phone, third-party SIP device with a common area. */
export const preset: Preset = {
  ...lineOf("zoom-phone"),
  confidence: "low",
  conditions: [
    { text: "TLS and SRTP: devices without them cannot register.", source: "algo", confidence: "medium" },
    {
      text: "Zoom expects a device certificate, which the platform may not be able to present: test before promising anything.",
      source: "algo",
      confidence: "medium",
    },
  ],
  needsAuthUsername: "sometimes",
  fields: {
    sipDomain: {
      use: "ask",
      form: "{SIP domain from the device page}",
      reason: "As Zoom shows it for the device.",
      where: {
        text: "Zoom web portal > Phone System Management > Phones & Devices > the device",
        source: "algo",
        confidence: "medium",
      },
      source: "algo",
      confidence: "medium",
    },
    username: {
      use: "ask",
      form: "{user from the device page}",
      reason: "As Zoom shows it for the device.",
      where: {
        text: "Zoom web portal > Phone System Management > Phones & Devices > the device",
        source: "algo",
        confidence: "medium",
      },
      source: "algo",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "As Zoom shows it for the device.",
      where: {
        text: "Zoom web portal > Phone System Management > Phones & Devices > the device",
        source: "algo",
        confidence: "medium",
      },
      source: "algo",
      confidence: "medium",
    },
    proxy: {
      use: "ask",
      form: "{proxy from the device page}",
      reason: "As Zoom shows it for the device.",
      source: "algo",
      confidence: "medium",
    },
    port: {
      use: "ask",
      reason: "No page of Zoom's on ports could be read.",
      source: "inferred",
      confidence: "low",
    },
    transport: {
      use: "set",
      value: "tls",
      reason: "UDP and TCP never register.",
      source: "algo",
      confidence: "medium",
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
      form: "{authorization ID from the device page}",
      reason: "Where Zoom shows one that differs from the user.",
      source: "algo",
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
      text: "Add a Common Area (name, extension, package, country, time zone).",
      source: "algo",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Phones & Devices > Add: display name and a MAC address; third-party devices are identified by it.",
      source: "algo",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Assign the device to the common area; copy registrar, proxy, user and password.",
      source: "algo",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Point an auto receptionist or call queue at the extension.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "The device shows as online under Phones & Devices.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "UDP and TCP never register.",
      cause: "TLS and SRTP are mandatory.",
      fix: "Use tls; the client must do SRTP.",
      source: "algo",
      confidence: "medium",
    },
    {
      symptom: "The handshake is refused.",
      cause: "A device certificate is expected.",
      fix: "Test before promising anything: the platform may not be able to present one.",
      source: "algo",
      confidence: "medium",
    },
    {
      symptom: "The device cannot be added.",
      cause: "A MAC address is required.",
      fix: "Enter a well-formed one reserved for the agent.",
      source: "algo",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "TLS failure",
      codes: [],
      states: ["INTERNAL_ERROR_STATE", "REGISTER_TIMEOUT_STATE"],
      cause: "Certificate or TLS version.",
      fix: "See the traps.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "401 again or 403",
      codes: [401, 403],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "Wrong user or password.",
      fix: "Copy both again.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [],
  extraDoors: [],
  tls: [
    {
      text: "TLS is mandatory; Zoom's own list of ports could not be read.",
      source: "algo",
      confidence: "medium",
    },
  ],
  nat: [
    {
      text: "Cloud registrar: nothing to forward on the customer's side.",
      source: "inferred",
      confidence: "low",
    },
  ],
  codecs: [],
  wire: [],
  sources: {
    algo: {
      kind: "third-party",
      title: "Algo: Zoom configuration (third-party SIP endpoints)",
      url: "https://docs.algosolutions.com/docs/zoom-configuration",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "Zoom's registrar host and ports.",
    "Whether Zoom accepts an uncertified software endpoint at all.",
    "Codecs.",
  ],
};
