import type { PresetSummary } from "./types.js";

/**
 * The catalogue in lines, so that listing and searching load no system's file; a test keeps it equal to the files.
 * By kind of system, the common ones first; the generic one last.
 */
export const TABLE: readonly PresetSummary[] = [
  {
    id: "freepbx-pjsip",
    name: "FreePBX (PJSIP extension)",
    vendor: "Sangoma",
    category: "on-premises PBX",
    aliases: [
      "FreePBX",
      "FreePBX 17",
      "FreePBX 16",
      "Sangoma",
      "Sangoma FreePBX",
      "PBXact",
      "FreePBX PJSIP",
      "FPBX",
      "FreePBX Distro",
    ],
    registers: "yes",
    summary: "FreePBX with a chan_pjsip extension: UDP 5060, username = extension, password = Secret.",
  },
  {
    id: "3cx",
    name: "3CX (v18, v20)",
    vendor: "3CX",
    category: "cloud PBX",
    aliases: ["3CX", "3CX v20", "3CX v18", "3CX Phone System", "3CX StartUP", "3CX hosted", "three cx"],
    registers: "conditional",
    summary: "3CX extension: needs the Auth ID as authUsername and use outside the LAN allowed.",
  },
  {
    id: "twilio-sip-domain",
    name: "Twilio SIP Domain (SIP Registration)",
    vendor: "Twilio",
    category: "SIP provider",
    aliases: [
      "Twilio",
      "Twilio SIP",
      "Twilio SIP Domain",
      "Twilio Programmable Voice",
      "Twilio SIP Registration",
      "sip.twilio.com",
    ],
    registers: "yes",
    summary: "Programmable Voice SIP Domain with SIP Registration on; TLS on 5061, UDP/TCP on 5060.",
  },
  {
    id: "generic-sip",
    name: "Other SIP registrar",
    vendor: "any",
    category: "generic",
    aliases: [
      "generic",
      "generic SIP",
      "other",
      "other PBX",
      "any SIP provider",
      "custom SIP",
      "SIP trunk with registration",
      "unknown PBX",
    ],
    registers: "yes",
    summary: "Any registrar that takes user name and password: what to ask for and in which order to try.",
  },
];

/** The line of one preset. */
export function summaryOf(id: string): PresetSummary | undefined {
  return TABLE.find((summary) => summary.id === id);
}
