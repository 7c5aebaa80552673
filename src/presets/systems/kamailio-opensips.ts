import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** Own proxy and registrar with Kamailio or OpenSIPS. */
export const preset: Preset = {
  ...lineOf("kamailio-opensips"),
  confidence: "high",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{SIP domain}",
      reason: "Has to be a domain that the proxy takes for its own.",
      where: {
        text: "alias= in the configuration, or the domain table",
        source: "kamailioCfg",
        confidence: "medium",
      },
      source: "kamailioCfg",
      confidence: "high",
    },
    username: {
      use: "set",
      form: "{subscriber}",
      reason: "The subscriber's name.",
      where: {
        text: "The subscriber table, or your provisioning",
        source: "kamailioCfg",
        confidence: "medium",
      },
      source: "kamailioCfg",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The subscriber's password; the table may hold only ha1.",
      where: {
        text: "The subscriber table, or your provisioning",
        source: "kamailioCfg",
        confidence: "medium",
      },
      source: "kamailioCfg",
      confidence: "high",
    },
    proxy: {
      use: "if-needed",
      form: "{host of the proxy}",
      reason: "Only if the SIP domain does not resolve to the proxy.",
      source: "inferred",
      confidence: "low",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "The samples listen on 5060.",
      where: { text: "listen= (Kamailio), socket= (OpenSIPS)", source: "opensipsCfg", confidence: "medium" },
      alternatives: [
        {
          value: 5061,
          when: "with transport tls, where TLS is enabled",
          source: "inferred",
          confidence: "low",
        },
      ],
      source: "kamailioCfg",
      confidence: "high",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The samples' default.",
      source: "kamailioCfg",
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
      use: "omit",
      reason: "The subscriber is the digest user.",
      source: "kamailioCfg",
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
      text: "Add the subscriber: username, domain, ha1.",
      source: "kamailioCfg",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Enable WITH_AUTH (and WITH_NAT, WITH_TLS as needed) in Kamailio's sample.",
      source: "kamailioCfg",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Make the domain an alias, so that it is taken for the proxy's own.",
      source: "kamailioCfg",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Add a route for calls to the subscriber.",
      source: "inferred",
      confidence: "low",
    },
    { stage: "check", text: "kamctl ul show lists the contact.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "403 Not relaying.",
      cause: "The domain is not aliased.",
      fix: "Add the alias.",
      source: "kamailioCfg",
      confidence: "high",
    },
    {
      symptom: "No answer at all.",
      cause: "Antiflood (pike) drops a noisy address in silence.",
      fix: "Lower the rate and exempt the platform.",
      source: "kamailioCfg",
      confidence: "high",
    },
    {
      symptom: "404 Not here on calls.",
      cause: "No binding is found.",
      fix: "Check the binding and the domain.",
      source: "kamailioCfg",
      confidence: "high",
    },
    {
      symptom: "Longer registrations are shortened.",
      cause: "max_expires is 3600 in the sample.",
      fix: "Ask for less.",
      source: "kamailioCfg",
      confidence: "high",
    },
    {
      symptom: "Anyone can register.",
      cause: "WITH_AUTH is off in the sample.",
      fix: "Enable it.",
      source: "kamailioCfg",
      confidence: "high",
    },
    {
      symptom: "503 Too many registered contacts.",
      cause: "max_contacts is used up.",
      fix: "Raise it, or wait until old contacts run out.",
      source: "measured",
      confidence: "high",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Wrong password or unknown subscriber: both look the same.",
      fix: "Check the subscriber, its domain and its ha1.",
      source: "measured",
      confidence: "high",
    },
    {
      signal: "403 Not relaying",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "The domain.",
      fix: "Add the alias.",
      source: "kamailioCfg",
      confidence: "high",
    },
    {
      signal: "404 Not here",
      codes: [404],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "No binding, or no such user.",
      fix: "Check the domain and the subscriber.",
      source: "kamailioCfg",
      confidence: "medium",
    },
    {
      signal: "503",
      codes: [503],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "The subscriber has no contact left.",
      fix: "Raise max_contacts.",
      source: "measured",
      confidence: "high",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "Antiflood, or the wrong listening socket.",
      fix: "Check pike and ipban.",
      source: "kamailioCfg",
      confidence: "medium",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "SIP in the samples", source: "kamailioCfg", confidence: "high" },
    { port: 5060, transport: "tcp", use: "SIP in the samples", source: "kamailioCfg", confidence: "high" },
    {
      port: 5061,
      transport: "tls",
      use: "usual choice; off until enabled",
      source: "inferred",
      confidence: "low",
    },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
  ],
  tls: [
    {
      text: "TLS is off in Kamailio's sample until WITH_TLS; 5061 is the usual choice.",
      source: "kamailioCfg",
      confidence: "medium",
    },
  ],
  nat: [
    { text: "WITH_NAT adds alias contacts and OPTIONS pings.", source: "kamailioCfg", confidence: "high" },
  ],
  codecs: [
    { text: "Not the proxy's business: the far ends agree on them.", source: "inferred", confidence: "low" },
  ],
  wire: WIRE["kamailio-opensips"],
  sources: {
    kamailioCfg: {
      kind: "vendor-source",
      title: "Kamailio, etc/kamailio.cfg (sample)",
      url: "https://github.com/kamailio/kamailio/blob/HEAD/etc/kamailio.cfg",
    },
    opensipsCfg: {
      kind: "vendor-source",
      title: "OpenSIPS, etc/opensips.cfg (sample)",
      url: "https://github.com/OpenSIPS/opensips/blob/HEAD/etc/opensips.cfg",
    },
    opensipsConfig: {
      kind: "vendor-source",
      title: "OpenSIPS, config.h (default Server header)",
      url: "https://github.com/OpenSIPS/opensips/blob/HEAD/config.h",
    },
    kamailioTrace: {
      kind: "third-party",
      title: "baresip, issue 792: trace with Server kamailio",
      url: "https://github.com/baresip/baresip/issues/792",
    },
    measured: { kind: "measured", title: "Kamailio 5.6, run by this project" },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["The TLS port in OpenSIPS's sample.", "OpenSIPS was not run by this project."],
};
