import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Vodia PBX; much is from its predecessor pbxnsip. */
export const preset: Preset = {
  ...lineOf("vodia"),
  confidence: "low",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{tenant domain}",
      reason: "The tenant's domain name in the PBX.",
      where: { text: "The PBX's list of tenants (domains)", source: "inferred", confidence: "low" },
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The extension within that tenant.",
      source: "inferred",
      confidence: "low",
    },
    password: { use: "ask", reason: "The extension's SIP password.", source: "inferred", confidence: "low" },
    proxy: {
      use: "if-needed",
      form: "{host of the PBX}",
      reason: "When the tenant's domain does not resolve to the PBX.",
      source: "inferred",
      confidence: "low",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "The predecessor documents 5060 for UDP and TCP; ports are set per installation.",
      where: { text: "The PBX's page of ports (bindings)", source: "inferred", confidence: "low" },
      alternatives: [
        {
          value: 5061,
          when: "with transport tls (predecessor's default)",
          source: "portSetup",
          confidence: "low",
        },
      ],
      source: "portSetup",
      confidence: "low",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The usual default.",
      source: "portSetup",
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
      text: "Create the extension in the right tenant and copy its SIP password.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "remote",
      text: "Check the port bindings on the PBX's page of ports.",
      source: "portSetup",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Point an IVR, hunt group or agent group at the extension.",
      source: "inferred",
      confidence: "low",
    },
    { stage: "check", text: "Look at the list of registrations.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "Refused, or answered for the wrong tenant.",
      cause: "Tenant domain and host name differ.",
      fix: "Tenant into sipDomain, host into proxy.",
      source: "inferred",
      confidence: "low",
    },
    {
      symptom: "No answer on 5060.",
      cause: "Ports are per installation; several sockets can be configured.",
      fix: "Read the bindings page.",
      source: "portSetup",
      confidence: "low",
    },
  ],
  failures: [
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "Another bound port, or a firewall.",
      fix: "Check the bindings.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "401 or 403",
      codes: [401, 403],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "Wrong tenant or password.",
      fix: "Correct sipDomain; copy the password.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    {
      port: 5060,
      transport: "udp",
      use: "SIP (predecessor's default)",
      source: "portSetup",
      confidence: "low",
    },
    {
      port: 5060,
      transport: "tcp",
      use: "SIP (predecessor's default)",
      source: "portSetup",
      confidence: "low",
    },
    {
      port: 5061,
      transport: "tls",
      use: "SIP over TLS (predecessor's default)",
      source: "portSetup",
      confidence: "low",
    },
  ],
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
    portSetup: {
      kind: "vendor",
      title: "pbxnsip wiki: port setup (the predecessor)",
      url: "https://wiki.pbxnsip.com/index.php/Port_Setup",
    },
    pointer: {
      kind: "third-party",
      title: "NetVault: where Vodia's documentation is",
      url: "https://helpdesk.netvault.net.au/portal/en/kb/articles/vodia-pbx-documentation",
    },
    own: {
      kind: "vendor",
      title: "Vodia documentation (not read for this preset)",
      url: "https://doc.vodia.com",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "Vodia's current page on ports.",
    "Names of screens.",
    "NAT and codec defaults.",
    "How it names itself in the Server header.",
  ],
};
