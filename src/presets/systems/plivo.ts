import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Plivo SIP endpoint; Zentrunk is another product. */
export const preset: Preset = {
  ...lineOf("plivo"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      value: "phone.plivo.com",
      reason: "Endpoints have addresses of the form user@phone.plivo.com.",
      source: "endpoint",
      confidence: "high",
    },
    username: {
      use: "set",
      form: "{endpoint username with its digits, e.g. agent140703093944}",
      reason: "Plivo appends twelve digits to the name.",
      where: {
        text: "Plivo console > Voice > SIP Endpoints, or the endpoint API",
        source: "endpoint",
        confidence: "medium",
      },
      source: "endpoint",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The endpoint's password.",
      where: { text: "Set when the endpoint is created", source: "endpoint", confidence: "medium" },
      source: "endpoint",
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
      reason: "The SIP default; Plivo's own page was not read.",
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
      reason: "The full username is the digest user.",
      source: "endpoint",
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
      text: "Create an endpoint; keep the full username and the password.",
      source: "endpoint",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Create an application whose answer URL returns a Dial/User to sip:{username}@phone.plivo.com.",
      source: "endpoint",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Attach the number to the application.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "sip_registered becomes true in the endpoint API; then place a call.",
      source: "endpoint",
      confidence: "medium",
    },
  ],
  traps: [
    {
      symptom: "401 although the password is right.",
      cause: "The short username was used.",
      fix: "Use the full one with its digits.",
      source: "endpoint",
      confidence: "high",
    },
    {
      symptom: "Registered, but no calls.",
      cause: "No number answers by itself: it needs an application that dials the endpoint.",
      fix: "Set the application.",
      source: "endpoint",
      confidence: "medium",
    },
    {
      symptom: "Two domains are mixed up.",
      cause: "Zentrunk is another product (trunks at {id}.zt.plivo.com).",
      fix: "Endpoints use phone.plivo.com.",
      source: "endpoint",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Short username or wrong password.",
      fix: "Correct them.",
      source: "inferred",
      confidence: "low",
    },
    {
      signal: "Registered, but no calls",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "No application dials the endpoint.",
      fix: "Correct the answer URL.",
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
  tls: [
    {
      text: "The firewall page lists TCP 5061; TLS registration is said not to be certain on every endpoint.",
      source: "firewall",
      confidence: "low",
    },
  ],
  nat: [],
  codecs: [],
  wire: [],
  sources: {
    endpoint: {
      kind: "vendor",
      title: "Plivo: SIP endpoint",
      url: "https://www.plivo.com/docs/voice/concepts/sip-endpoint",
    },
    firewall: {
      kind: "inference",
      title: "Plivo's firewall page and a reader's warning, read in copies without lasting addresses",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["Ports and TLS from Plivo itself.", "Codecs and NAT."],
};
