import type { WirePattern } from "./types.js";

/**
 * How systems name themselves in the Server or User-Agent header, by preset id; kept in one small file so that
 * an answer can be recognised without loading the systems. `source` is a key of that preset's `sources`.
 * Patterns have no nested or overlapping repetition, so that a hostile header costs linear time.
 */
export const WIRE = {
  "freepbx-pjsip": [
    {
      pattern: "^FPBX-(\\d[\\d.]*)",
      product: "FreePBX",
      example: "FPBX-14.0.11(13.18.3)",
      note: "FreePBX version, then Asterisk version in brackets. The header is the same for chan_pjsip and chan_sip; from Asterisk 21 on there is only chan_pjsip.",
      source: "wireTrace",
      confidence: "high",
    },
  ],
  "freepbx-chan-sip": [
    {
      pattern: "^FPBX-(\\d[\\d.]*)",
      product: "FreePBX",
      example: "FPBX-17.0.19.1(20.9.1)",
      note: "The same header as with chan_pjsip: look which driver owns the port.",
      source: "wireTrace",
      confidence: "medium",
    },
  ],
  "asterisk-pjsip": [
    {
      pattern: "^Asterisk PBX(?: (\\S+))?",
      product: "Asterisk",
      example: "Asterisk PBX 20.7.0",
      note: "Asterisk's default; products built on Asterisk may show it too, and user_agent in pjsip.conf can change it.",
      source: "configGlobal",
      confidence: "high",
    },
  ],
  "3cx": [
    {
      pattern: "^3CXPhoneSystem(?: (\\d[\\d.]*))?",
      product: "3CX",
      example: "3CXPhoneSystem 15.5.15502.6 (15502)",
      source: "bannerScan",
      confidence: "medium",
    },
    {
      pattern: "^3CX$",
      product: "3CX",
      example: "3CX",
      source: "bannerScan",
      confidence: "medium",
    },
  ],
  freeswitch: [
    {
      pattern: "^FreeSWITCH-mod_sofia/(\\S+)",
      product: "FreeSWITCH",
      example: "FreeSWITCH-mod_sofia/1.10.11-release",
      note: "FusionPBX and other products run FreeSWITCH and show the same header.",
      source: "userAgent",
      confidence: "medium",
    },
  ],
  fusionpbx: [
    {
      pattern: "^FreeSWITCH-mod_sofia/(\\S+)",
      product: "FreeSWITCH",
      example: "FreeSWITCH-mod_sofia/1.10.11-release",
      note: "FusionPBX runs FreeSWITCH; the header does not tell the two apart.",
      source: "inferred",
      confidence: "low",
    },
  ],
  "grandstream-ucm63xx": [
    {
      pattern: "^Grandstream UCM\\S*(?: (\\d[\\d.]*))?",
      product: "Grandstream UCM",
      example: "Grandstream UCM6102V1.6A 1.0.14.21",
      note: "Seen on a UCM61xx; other models put their own number in.",
      source: "bannerScan",
      confidence: "medium",
    },
  ],
  "avm-fritzbox": [
    {
      pattern: "^(?:AVM FRITZ!|FRITZ!OS)",
      product: "AVM FRITZ!Box",
      example: "FRITZ!OS",
      source: "bannerScan",
      confidence: "medium",
    },
  ],
  "kamailio-opensips": [
    {
      pattern: "^kamailio \\((\\d\\S*)",
      product: "Kamailio",
      example: "kamailio (5.1.1 (x86_64/linux))",
      note: "Many providers put Kamailio in front of their own systems: it may be only the edge (RingCentral has been seen so).",
      source: "kamailioTrace",
      confidence: "high",
    },
    {
      pattern: "^OpenSIPS \\((\\d\\S*)",
      product: "OpenSIPS",
      example: "OpenSIPS (3.2.10 (x86_64/linux))",
      note: "May be only the edge of a provider's network.",
      source: "opensipsConfig",
      confidence: "high",
    },
  ],
  "twilio-sip-domain": [
    {
      pattern: "^Twilio Gateway",
      product: "Twilio",
      example: "Twilio Gateway",
      note: "Seen in Twilio's INVITEs.",
      source: "gatewayTrace",
      confidence: "medium",
    },
  ],
  "cisco-cucm": [
    {
      pattern: "^Cisco-CUCM(\\d[\\d.]*)",
      product: "Cisco Unified Communications Manager",
      example: "Cisco-CUCM12.5",
      source: "traces",
      confidence: "low",
    },
  ],
  netsapiens: [
    {
      pattern: "^NetSapiens SiPBx(?: (\\S+))?",
      product: "NetSapiens",
      example: "NetSapiens SiPBx 1-1205c",
      source: "traces",
      confidence: "low",
    },
  ],
  telnyx: [
    {
      pattern: "^Telnyx (?:Registrar|SIP Proxy)",
      product: "Telnyx",
      example: "Telnyx Registrar",
      source: "traces",
      confidence: "low",
    },
  ],
} as const satisfies Readonly<Record<string, readonly WirePattern[]>>;
