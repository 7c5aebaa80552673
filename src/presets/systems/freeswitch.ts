import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** FreeSWITCH with its bundled configuration. */
export const preset: Preset = {
  ...lineOf("freeswitch"),
  confidence: "high",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{directory domain}",
      reason: "The realm is the domain; the vanilla configuration forces every registration into $${domain}.",
      where: { text: "The <domain> name in conf/directory", source: "registration", confidence: "high" },
      source: "registration",
      confidence: "high",
    },
    username: {
      use: "set",
      form: "{user id}",
      reason: "The id of the directory user.",
      where: { text: 'conf/directory: <user id="…">', source: "registration", confidence: "medium" },
      source: "registration",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The user's password param (or the secret behind its a1-hash).",
      where: {
        text: "conf/directory: param password or a1-hash",
        source: "registration",
        confidence: "high",
      },
      source: "registration",
      confidence: "high",
    },
    proxy: {
      use: "if-needed",
      form: "{host of the server}",
      reason: "Only if the directory domain does not resolve to the server.",
      source: "inferred",
      confidence: "low",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "internal_sip_port is 5060.",
      where: { text: "conf/vars.xml: internal_sip_port", source: "profiles", confidence: "medium" },
      alternatives: [
        { value: 5061, when: "with transport tls, once TLS is on", source: "profiles", confidence: "high" },
      ],
      source: "profiles",
      confidence: "high",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "TLS is false until enabled.",
      alternatives: [
        {
          value: "tls",
          when: "once TLS is enabled on the profile, with port 5061",
          source: "profiles",
          confidence: "high",
        },
        { value: "tcp", when: "if UDP is blocked", source: "inferred", confidence: "low" },
      ],
      source: "profiles",
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
      reason: "The user id is the digest user.",
      source: "registration",
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
      text: "Add a directory user with id and password, or an a1-hash for that realm.",
      source: "registration",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Make sure that a <domain> with the name that the agent uses exists; then reloadxml.",
      source: "registration",
      confidence: "high",
    },
    {
      stage: "remote",
      text: "Open 5060 and the RTP range; behind NAT set ext-sip-ip and ext-rtp-ip.",
      source: "profiles",
      confidence: "high",
    },
    {
      stage: "routing",
      text: "In the dialplan bridge to user/{id}@{domain}.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "sofia status profile internal reg lists the user.",
      source: "registration",
      confidence: "high",
    },
  ],
  traps: [
    {
      symptom: "401 repeats.",
      cause: "The realm is not the directory's domain.",
      fix: "Register with the directory domain; compute an a1-hash anew for that realm.",
      source: "registration",
      confidence: "high",
    },
    {
      symptom: "403, and the log says Can't find user.",
      cause: "No such user in that domain; an IP address was used in place of the domain's name.",
      fix: "Add the user or correct sipDomain.",
      source: "registration",
      confidence: "high",
    },
    {
      symptom: "A wrong password shows as a registrar error, not as wrong credentials.",
      cause: "FreeSWITCH answers a wrong password with 403.",
      fix: "Check the password when the state is REGISTRAR_ERROR_STATE.",
      source: "sofiaReg",
      confidence: "high",
    },
    {
      symptom: "Registered, but calls to the agent never arrive.",
      cause: "The stored contact is a private address.",
      fix: "apply-nat-acl or aggressive-nat-detection on the profile.",
      source: "registration",
      confidence: "high",
    },
    {
      symptom: "The registration comes and goes.",
      cause: "The expiry is shorter than the NAT binding allows for, or refreshes get lost.",
      fix: "A longer expiry and nat-options-ping.",
      source: "registration",
      confidence: "high",
    },
    {
      symptom: "A phone on the same user drops out.",
      cause: "Without multiple-registrations a new REGISTER replaces the old one.",
      fix: "One user per agent.",
      source: "sofiaReg",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "The realm does not match the domain.",
      fix: "Correct sipDomain or the a1-hash.",
      source: "registration",
      confidence: "high",
    },
    {
      signal: "403",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE"],
      cause:
        "Wrong password, unknown user or domain, an empty password, the user's auth-acl, or sip-forbid-register.",
      fix: "Correct the directory entry.",
      source: "sofiaReg",
      confidence: "high",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "Wrong transport or port.",
      fix: "Match the profile's bindings.",
      source: "registration",
      confidence: "medium",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "internal profile", source: "profiles", confidence: "high" },
    { port: 5060, transport: "tcp", use: "internal profile", source: "profiles", confidence: "high" },
    {
      port: 5061,
      transport: "tls",
      use: "internal profile, off until enabled",
      source: "profiles",
      confidence: "high",
    },
    {
      port: 5080,
      transport: "udp",
      use: "external profile, for trunks",
      source: "profiles",
      confidence: "medium",
    },
    { port: 5066, transport: "other", use: "SIP over WebSocket", source: "profiles", confidence: "high" },
    {
      port: 7443,
      transport: "other",
      use: "SIP over secure WebSocket",
      source: "profiles",
      confidence: "high",
    },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
  ],
  tls: [
    {
      text: "TLS is off until enabled: internal 5061, external 5081.",
      source: "profiles",
      confidence: "high",
    },
  ],
  nat: [
    {
      text: "ext-sip-ip and ext-rtp-ip announce the public address; RTP adjusts itself to where it comes from by default.",
      source: "audio",
      confidence: "high",
    },
  ],
  codecs: [{ text: "What global_codec_prefs lists.", source: "profiles", confidence: "medium" }],
  wire: WIRE.freeswitch,
  sources: {
    registration: {
      kind: "vendor",
      title: "FreeSWITCH documentation: registration problems",
      url: "https://github.com/signalwire/freeswitch-docs/blob/HEAD/docs/troubleshooting/registration-problems.mdx",
    },
    profiles: {
      kind: "vendor",
      title: "FreeSWITCH documentation: SIP profiles",
      url: "https://github.com/signalwire/freeswitch-docs/blob/HEAD/docs/users-endpoints/sip-profiles-sofia.mdx",
    },
    audio: {
      kind: "vendor",
      title: "FreeSWITCH documentation: audio problems",
      url: "https://github.com/signalwire/freeswitch-docs/blob/HEAD/docs/troubleshooting/audio-problems.mdx",
    },
    sofiaReg: {
      kind: "vendor-source",
      title: "FreeSWITCH, mod_sofia/sofia_reg.c",
      url: "https://github.com/signalwire/freeswitch/blob/HEAD/src/mod/endpoints/mod_sofia/sofia_reg.c",
    },
    userAgent: {
      kind: "vendor",
      title: "FreeSWITCH documentation: sip_user_agent, with an example of the header",
      url: "https://developer.signalwire.com/freeswitch/Channel-Variables-Catalog/sip_user_agent_16354393",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["FreeSWITCH was not run by this project: its answers are from its documentation and source."],
};
