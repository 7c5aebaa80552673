import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Flowroute with SIP credential authentication. */
export const preset: Preset = {
  ...lineOf("flowroute"),
  confidence: "medium",
  conditions: [
    {
      text: "SIP credential authentication is used; Flowroute recommends IP authentication.",
      source: "specifications",
      confidence: "medium",
    },
    { text: "No more than 24 registrations on the account.", source: "limit", confidence: "high" },
  ],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      value: "sip.flowroute.com",
      reason: "Flowroute's host; points of presence have the form {pop}.sip.flowroute.com.",
      alternatives: [
        {
          value: "us-west-or.sip.flowroute.com",
          when: "to choose a point of presence, here US West",
          source: "specifications",
          confidence: "high",
        },
      ],
      source: "specifications",
      confidence: "high",
    },
    username: {
      use: "set",
      form: "{SIP credential username}",
      reason: "The account's SIP credential.",
      where: {
        text: "Flowroute Manager > the account's SIP credentials",
        source: "specifications",
        confidence: "medium",
      },
      source: "specifications",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The account's SIP credential.",
      where: {
        text: "Flowroute Manager > the account's SIP credentials",
        source: "specifications",
        confidence: "medium",
      },
      source: "specifications",
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
      reason: "UDP and TCP 5060.",
      alternatives: [
        { value: 5160, when: "where 5060 is interfered with", source: "directAudio", confidence: "high" },
      ],
      source: "directAudio",
      confidence: "high",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The usual default.",
      source: "directAudio",
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
      use: "omit",
      reason: "The SIP credential is the digest user.",
      source: "specifications",
      confidence: "medium",
    },
    did: {
      use: "if-needed",
      form: "{E.164 number}",
      reason: "Caller ID on calls that the agent places, in E.164.",
      source: "specifications",
      confidence: "medium",
    },
  },
  steps: [
    {
      stage: "account",
      text: "Use SIP credential authentication; IP authentication needs fixed addresses.",
      source: "specifications",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Set a registration-based inbound route, and attach the number to it.",
      source: "specifications",
      confidence: "medium",
    },
    { stage: "routing", text: "Dial numbers in E.164.", source: "specifications", confidence: "medium" },
    {
      stage: "check",
      text: "Interconnection > Status shows the active registrations.",
      source: "limit",
      confidence: "medium",
    },
  ],
  traps: [
    {
      symptom: "Agent and PBX ring together.",
      cause: "Registration-based routing forks every call to all registrations.",
      fix: "Register only the agent on that account, or use a host route.",
      source: "limit",
      confidence: "high",
    },
    {
      symptom: "Later registrations are refused.",
      cause: "24 registrations at most.",
      fix: "Remove old ones.",
      source: "limit",
      confidence: "high",
    },
    {
      symptom: "Signalling is blocked on 5060.",
      cause: "A provider or an ALG interferes.",
      fix: "5160 is Flowroute's alternative port.",
      source: "directAudio",
      confidence: "high",
    },
    {
      symptom: "Media comes from many addresses.",
      cause: "Direct audio.",
      fix: "Allow UDP media from any source.",
      source: "directAudio",
      confidence: "high",
    },
  ],
  failures: [
    {
      signal: "403 on calls out",
      codes: [403],
      states: ["REGISTERED_STATE"],
      cause: "Tech prefix missing with IP authentication, or caller ID not in E.164.",
      fix: "Correct them.",
      source: "ipAuth",
      confidence: "low",
    },
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "The credentials.",
      fix: "Reset them.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "SIP", source: "directAudio", confidence: "high" },
    { port: 5060, transport: "tcp", use: "SIP", source: "directAudio", confidence: "high" },
    { port: 5160, transport: "udp", use: "SIP, alternative", source: "directAudio", confidence: "high" },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "udp", port: 5160 },
  ],
  tls: [],
  nat: [
    { text: "5160 is offered where 5060 is interfered with.", source: "directAudio", confidence: "high" },
  ],
  codecs: [],
  wire: [],
  sources: {
    specifications: {
      kind: "vendor",
      title: "Flowroute service guide: technical specifications",
      url: "https://support.bcmone.com/flowroute-support/docs/flowroute-service-guide-technical-specifications",
    },
    limit: {
      kind: "vendor",
      title: "Flowroute: how many simultaneous SIP registrations",
      url: "https://support.bcmone.com/flowroute-support/docs/how-many-simultaneous-sip-registrations-are-allowed",
    },
    ipAuth: {
      kind: "vendor",
      title: "Flowroute: IP-based authentication for outbound calls",
      url: "https://support.bcmone.com/flowroute-support/docs/set-up-ip-based-authentication-for-outbound-calls",
    },
    directAudio: {
      kind: "vendor",
      title: "Flowroute: firewall policies for direct audio",
      url: "https://support.flowroute.com/customer/portal/articles/1852958-set-firewall-policies-for-flowroute-s-direct-audio",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["Codecs.", "TLS and its port.", "Whether registration is still recommended for new accounts."],
};
