import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Bandwidth, SIP Registrar product. */
export const preset: Preset = {
  ...lineOf("bandwidth"),
  confidence: "medium",
  conditions: [
    {
      text: "The Registrar product is activated by Bandwidth's sales.",
      source: "registrar",
      confidence: "high",
    },
  ],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{realm}.{account hex}.auth.bandwidth.com",
      reason: "The realm's name and the account's hex under auth.bandwidth.com.",
      where: {
        text: "Dashboard > Sip Credentials > Realms > the realm",
        source: "registrar",
        confidence: "high",
      },
      source: "registrar",
      confidence: "high",
    },
    username: {
      use: "set",
      form: "{SIP credential username}",
      reason: "The credential in that realm.",
      where: { text: "Dashboard > Sip Credentials", source: "registrar", confidence: "high" },
      source: "registrar",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The credential's password, or the one behind your own hashes.",
      where: { text: "Dashboard > Sip Credentials > Add", source: "registrar", confidence: "high" },
      source: "registrar",
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
      reason: "The SIP default; not read.",
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
      reason: "The credential is the digest user.",
      source: "registrar",
      confidence: "medium",
    },
    did: {
      use: "if-needed",
      form: "{E.164 number}",
      reason: "The number to show on calls that the agent places.",
      source: "inferred",
      confidence: "low",
    },
  },
  steps: [
    {
      stage: "prepare",
      text: "Ask Bandwidth's sales to activate the Registrar product.",
      source: "registrar",
      confidence: "high",
    },
    {
      stage: "account",
      text: "Create a realm; wait until it is active. Create a SIP credential in it.",
      source: "registrar",
      confidence: "high",
    },
    {
      stage: "routing",
      text: "Point the Voice API application (or number) at the registered user.",
      source: "registrar",
      confidence: "medium",
    },
    { stage: "check", text: "Register and place a call.", source: "inferred", confidence: "low" },
  ],
  traps: [
    {
      symptom: "Registration fails although the credentials are right.",
      cause: "The Registrar is off unless sales turned it on.",
      fix: "Ask sales.",
      source: "registrar",
      confidence: "high",
    },
    {
      symptom: "401 after a credential was moved.",
      cause: "The realm is part of the address and of the hash.",
      fix: "Compute the hash anew for the new realm.",
      source: "registrar",
      confidence: "high",
    },
    {
      symptom: "401 with a credential made through the API.",
      cause: "API users supply their own hashes.",
      fix: "HA1 over user:realm:password.",
      source: "registrar",
      confidence: "high",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Hash and realm do not match.",
      fix: "Create the credential anew.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "The Registrar is not activated.",
      fix: "Ask sales.",
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
    registrar: {
      kind: "vendor",
      title: "Bandwidth API documentation: SIP registrar",
      url: "https://github.com/Bandwidth/api-docs/blob/HEAD/site/docs/account/sipRegistrar.mdx",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["Ports, TLS and codecs.", "The rules of activation today."],
};
