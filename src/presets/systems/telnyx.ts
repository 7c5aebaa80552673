import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** Telnyx, SIP connection of the Credentials type. */
export const preset: Preset = {
  ...lineOf("telnyx"),
  confidence: "high",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      value: "sip.telnyx.com",
      reason: "The registrar; regional hosts exist.",
      alternatives: [
        { value: "sip.telnyx.eu", when: "Europe", source: "registration", confidence: "high" },
        { value: "sip.telnyx.ca", when: "Canada", source: "registration", confidence: "high" },
        { value: "sip.telnyx.com.au", when: "Australia", source: "registration", confidence: "high" },
      ],
      source: "registration",
      confidence: "high",
    },
    username: {
      use: "set",
      form: "{credential username}",
      reason: "The connection's username; keep it as the contact's user too.",
      where: {
        text: "Portal > Voice > SIP Trunking > the connection > Authentication and routing > Credentials",
        source: "registration",
        confidence: "medium",
      },
      source: "registration",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The connection's password.",
      where: {
        text: "Portal > Voice > SIP Trunking > the connection > Authentication and routing > Credentials",
        source: "registration",
        confidence: "medium",
      },
      source: "registration",
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
      reason: "Telnyx: 5060 for TCP; its phone guides use the host without a port for UDP and TCP.",
      alternatives: [
        { value: 5061, when: "with transport tls", source: "guides", confidence: "low" },
        { value: 7443, when: "alternative TLS port", source: "guides", confidence: "low" },
      ],
      source: "registration",
      confidence: "high",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "On credential connections the client's registration decides.",
      alternatives: [
        {
          value: "tcp",
          when: "Telnyx reuses the connection that the client opened",
          source: "registration",
          confidence: "high",
        },
        { value: "tls", when: "with port 5061", source: "guides", confidence: "low" },
      ],
      source: "registration",
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
      reason: "The username is the digest user.",
      source: "registration",
      confidence: "high",
    },
    did: {
      use: "if-needed",
      form: "{E.164 number}",
      reason: "Useful as caller ID on calls that the agent places.",
      source: "registration",
      confidence: "medium",
    },
  },
  steps: [
    {
      stage: "account",
      text: "Create a SIP connection of the Credentials type; set username and password.",
      source: "registration",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Leave the transport to the client.",
      source: "registration",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Numbers: assign the number to the connection.",
      source: "registration",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Attach an Outbound Voice Profile if the agent places calls.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "Register, then call the number. A refresh of about 180 s is advised where it can be chosen.",
      source: "registration",
      confidence: "medium",
    },
  ],
  traps: [
    {
      symptom: "405 Method Not Allowed.",
      cause: "siphv.telnyx.com (the high-volume product) has no registrar.",
      fix: "Use sip.telnyx.com or a regional host.",
      source: "registration",
      confidence: "high",
    },
    {
      symptom: "Calls to the number fail; it looks dead.",
      cause: "Until the registration is complete there is no address of record.",
      fix: "Finish the registration before testing.",
      source: "registration",
      confidence: "high",
    },
    {
      symptom: "Registered, but calls out fail.",
      cause: "INVITEs are authenticated separately (407).",
      fix: "The same credentials have to be used.",
      source: "registration",
      confidence: "high",
    },
    {
      symptom: "SIP URI calls into the connection are rejected.",
      cause: "The contact's user is not the connection's username.",
      fix: "Keep the username.",
      source: "registration",
      confidence: "medium",
    },
    {
      symptom: "Telnyx sends to port 5060 of a TCP client.",
      cause: "It aliases the contact of a short-lived TCP source port to 5060.",
      fix: "Nothing to set as a rule.",
      source: "registration",
      confidence: "medium",
    },
    {
      symptom: "Calls land far away or fail.",
      cause: "Wrong region.",
      fix: "Take the regional host.",
      source: "registration",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Wrong password.",
      fix: "Reset the credential.",
      source: "registration",
      confidence: "high",
    },
    {
      signal: "405",
      codes: [405],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "The siphv host.",
      fix: "Change the host.",
      source: "registration",
      confidence: "high",
    },
    {
      signal: "Registered, but no calls",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "The number is not assigned to the connection.",
      fix: "Assign it.",
      source: "registration",
      confidence: "medium",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "SIP", source: "registration", confidence: "high" },
    { port: 5060, transport: "tcp", use: "SIP", source: "registration", confidence: "high" },
    { port: 5061, transport: "tls", use: "SIP over TLS", source: "guides", confidence: "low" },
    { port: 7443, transport: "tls", use: "SIP over TLS, alternative", source: "guides", confidence: "low" },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
    { transport: "tls", port: 7443 },
  ],
  tls: [{ text: "TLS 1.2 and 1.3 on 5061 and 7443.", source: "guides", confidence: "low" }],
  nat: [
    {
      text: "Telnyx reuses the TCP or TLS connection that the client opened.",
      source: "registration",
      confidence: "high",
    },
  ],
  codecs: [],
  wire: WIRE.telnyx,
  sources: {
    registration: {
      kind: "vendor",
      title: "Telnyx: SIP registration",
      url: "https://support.telnyx.com/en/articles/4363904-sip-registration",
    },
    guides: {
      kind: "inference",
      title: "Telnyx's security page and phone guides, read in copies without lasting addresses",
    },
    traces: { kind: "inference", title: "Server header in SIP traces found in public texts" },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["The portal's menu wording today.", "Codecs."],
};
