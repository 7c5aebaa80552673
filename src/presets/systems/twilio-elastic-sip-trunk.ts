import { lineOf } from "../table.js";
import type { Preset } from "../types.js";

/** Twilio Elastic SIP Trunking: trunks are not registered to. */
export const preset: Preset = {
  ...lineOf("twilio-elastic-sip-trunk"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "no",
  instead: {
    text: "Create a Programmable Voice SIP Domain with SIP Registration and register the agent there. If the number has to stay on the trunk, set the trunk's origination URI to a PBX and let that PBX ring the agent's extension.",
    presets: ["twilio-sip-domain", "freepbx-pjsip", "asterisk-pjsip"],
    source: "trunking",
    confidence: "medium",
  },
  steps: [
    {
      stage: "prepare",
      text: "Do not use the trunk: create a Programmable Voice SIP Domain instead.",
      source: "trunking",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "If the number has to stay on the trunk, set its origination URI to the PBX and let the PBX ring the agent's extension.",
      source: "trunking",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Otherwise move the number to a voice handler that dials the registered SIP user.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "Registration to {trunk}.pstn.twilio.com never succeeds.",
      cause: "The trunk's host is no registrar.",
      fix: "Use {domain}.sip.twilio.com with SIP Registration enabled.",
      source: "gateway",
      confidence: "medium",
    },
    {
      symptom: "The trunk's INVITEs look like the SIP Domain's.",
      cause: "Both products share addresses.",
      fix: "Tell them apart by host name.",
      source: "practices",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "A REGISTER is refused or unanswered",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "The product has no registrar.",
      fix: "Use a SIP Domain.",
      source: "jambonz",
      confidence: "low",
    },
    {
      signal: "Error 32010 in the debugger",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "The trunk has no valid origination URI (calls to the PBX).",
      fix: "Set one.",
      source: "error32010",
      confidence: "high",
    },
  ],
  ports: [],
  extraDoors: [],
  tls: [
    {
      text: "5061 is for the trunk's calls (secure trunking), not for registration.",
      source: "practices",
      confidence: "medium",
    },
  ],
  nat: [],
  codecs: [{ text: "PCMU and PCMA.", source: "practices", confidence: "medium" }],
  wire: [],
  sources: {
    trunking: {
      kind: "vendor",
      title: "Twilio: Elastic SIP Trunking",
      url: "https://www.twilio.com/docs/sip-trunking",
    },
    practices: {
      kind: "vendor",
      title: "Twilio: sending SIP to Twilio, best practices",
      url: "https://www.twilio.com/docs/sip-trunking/sending-sip-to-twilio-best-practices",
    },
    error32010: {
      kind: "vendor",
      title: "Twilio error 32010: no valid origination URI",
      url: "https://www.twilio.com/docs/api/errors/32010",
    },
    gateway: {
      kind: "third-party",
      title: "FreeSWITCH: provider gateways, Twilio with register=false",
      url: "https://developer.signalwire.com/freeswitch/FreeSWITCH-Explained/Interoperability/Providers-ITSPs/2883943",
    },
    jambonz: {
      kind: "third-party",
      title: "jambonz predefined carriers: Twilio does not require registration",
      url: "https://github.com/jambonz/jambonz-api-server/blob/HEAD/db/add-predefined-carriers.sql",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "A sentence of Twilio's that trunks take no REGISTER; concluded from its description and from others' settings.",
    "Which code a REGISTER to pstn.twilio.com gets.",
  ],
};
