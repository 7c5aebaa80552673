import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** VoIP.ms, sub-account. */
export const preset: Preset = {
  ...lineOf("voipms"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{POP}.voip.ms, e.g. atlanta.voip.ms",
      reason: "The server chosen for the number: registering to another one brings no calls.",
      where: { text: "The POP set on the number", source: "table", confidence: "low" },
      source: "subAccounts",
      confidence: "medium",
    },
    username: {
      use: "set",
      form: "{6-digit main account}_{sub-account}, e.g. 123456_agent",
      reason: "Sub-accounts carry the main account's number and an underscore.",
      where: { text: "Customer Portal > Sub Accounts", source: "subAccounts", confidence: "medium" },
      source: "subAccounts",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The sub-account's password.",
      where: {
        text: "Customer Portal > Sub Accounts > Create Sub Account (User/Password Authentication)",
        source: "subAccounts",
        confidence: "medium",
      },
      source: "subAccounts",
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
      reason: "The usual port; VoIP.ms's own list was not read.",
      alternatives: [
        {
          value: 5061,
          when: "with transport tls, as a third-party guide has it",
          source: "table",
          confidence: "low",
        },
      ],
      source: "table",
      confidence: "low",
    },
    transport: { use: "set", value: "udp", reason: "The usual default.", source: "table", confidence: "low" },
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
      reason: "The sub-account is the digest user.",
      source: "subAccounts",
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
      text: "Create a Sub Account: protocol SIP, User/Password Authentication.",
      source: "subAccounts",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Set its password and, if wanted, an internal extension.",
      source: "subAccounts",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Account Settings: allow only the routes and countries that the agent needs.",
      source: "settings",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "DID Numbers: route the number to that sub-account, on the same POP as the registration.",
      source: "inferred",
      confidence: "low",
    },
    { stage: "check", text: "Call the number.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "401 or 403.",
      cause: "The username lacks the main account's number.",
      fix: "Use 123456_name, not the bare name or the e-mail address.",
      source: "subAccounts",
      confidence: "high",
    },
    {
      symptom: "Registered, but no calls.",
      cause: "Registered to another POP than the number's.",
      fix: "Match the POP.",
      source: "table",
      confidence: "low",
    },
    {
      symptom: "No registration status is shown and the password is useless.",
      cause: "IP authentication is selected.",
      fix: "User/Password Authentication for an agent.",
      source: "subAccounts",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "The prefix is missing, or the password is wrong.",
      fix: "Correct username or password.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "Registered, but no calls",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "The number is routed elsewhere, or on another POP.",
      fix: "Correct the routing.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "SIP", source: "table", confidence: "low" },
    { port: 5061, transport: "tls", use: "SIP over TLS", source: "table", confidence: "low" },
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
    subAccounts: {
      kind: "vendor",
      title: "VoIP.ms wiki: sub accounts",
      url: "https://wiki.voip.ms/w/index.php?diff=prev&oldid=2065&title=Sub_Accounts",
    },
    settings: {
      kind: "vendor",
      title: "VoIP.ms wiki: account settings",
      url: "https://wiki.voip.ms/article/Account_Settings",
    },
    sipUri: {
      kind: "vendor",
      title: "VoIP.ms wiki: SIP URI",
      url: "https://wiki.voip.ms/w/index.php?title=SIP_URI&stableid=1811",
    },
    table: { kind: "inference", title: "Provider tables and guides of other projects (no lasting address)" },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "VoIP.ms's current list of ports and its rules for TLS.",
    "Codecs.",
    "Menu names around the routing of numbers.",
  ],
};
