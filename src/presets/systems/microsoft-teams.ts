import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Microsoft Teams: there is no registrar for generic SIP. */
export const preset: Preset = {
  ...lineOf("microsoft-teams"),
  confidence: "high",
  conditions: [],
  needsAuthUsername: "no",
  instead: {
    text: "Register the agent on a PBX or SBC to which Teams is Direct-Routed and route to it by dial plan, or give the agent a phone number and forward the Teams call queue or resource account to it.",
    presets: ["freepbx-pjsip", "asterisk-pjsip", "3cx"],
    source: "inferred",
    confidence: "low",
  },
  steps: [
    {
      stage: "prepare",
      text: "Tell the user that Teams cannot register this agent directly.",
      source: "plan",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Either give the agent a phone number and forward the queue or resource account to it.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Or register the agent on an SBC or PBX that Teams is Direct-Routed to, and route by dial plan.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "There is no registrar, realm or proxy to fill in.",
      cause:
        "SIP Gateway is not open SIP: compatible certified devices sign in, they do not register with credentials.",
      fix: "Stop, and use a routed design.",
      source: "configure",
      confidence: "high",
    },
    {
      symptom: "The agent is to become a SIP Gateway device.",
      cause: "Compatible devices are factory-reset and provisioned; a server cannot become one.",
      fix: "Use Direct Routing.",
      source: "plan",
      confidence: "high",
    },
  ],
  failures: [
    {
      signal: "Nothing to configure",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE", "INTERNAL_ERROR_STATE"],
      cause: "There is no registrar: a made-up one does not resolve or does not answer.",
      fix: "Use another design.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    {
      port: 5061,
      transport: "other",
      use: "SIP Gateway devices only; for information",
      source: "plan",
      confidence: "high",
    },
    {
      port: 49152,
      transport: "rtp",
      lastPort: 53247,
      use: "SIP Gateway devices only, to 52.112.0.0/14 and 52.122.0.0/15",
      source: "plan",
      confidence: "high",
    },
  ],
  extraDoors: [],
  tls: [],
  nat: [],
  codecs: [],
  wire: [],
  sources: {
    configure: {
      kind: "vendor",
      title: "Microsoft: configure SIP Gateway",
      url: "https://learn.microsoft.com/microsoftteams/sip-gateway-configure",
    },
    plan: {
      kind: "vendor",
      title: "Microsoft: plan SIP Gateway",
      url: "https://learn.microsoft.com/microsoftteams/sip-gateway-plan",
    },
    reverse: {
      kind: "third-party",
      title: "UC Mad Scientist: the Teams SIP Gateway from inside",
      url: "https://www.ucmadscientist.com/reverse-engineering-the-new-microsoft-teams-sip-gateway/",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [],
};
