import type { Source } from "../presets/types.js";

/** What the troubleshooting table rests on. */
export const SOURCES = {
  rfc3261: {
    kind: "standard",
    title: "RFC 3261, SIP: responses (section 21), timers (17), registrations (10)",
    url: "https://www.rfc-editor.org/rfc/rfc3261",
  },
  rfc3263: {
    kind: "standard",
    title: "RFC 3263, SIP: locating servers",
    url: "https://www.rfc-editor.org/rfc/rfc3263",
  },
  rfc3329: {
    kind: "standard",
    title: "RFC 3329, Security mechanism agreement for SIP",
    url: "https://www.rfc-editor.org/rfc/rfc3329",
  },
  rfc3581: {
    kind: "standard",
    title: "RFC 3581, SIP: symmetric response routing (rport)",
    url: "https://www.rfc-editor.org/rfc/rfc3581",
  },
  rfc4028: {
    kind: "standard",
    title: "RFC 4028, Session timers in SIP",
    url: "https://www.rfc-editor.org/rfc/rfc4028",
  },
  rfc4733: {
    kind: "standard",
    title: "RFC 4733, RTP payload for DTMF digits",
    url: "https://www.rfc-editor.org/rfc/rfc4733",
  },
  rfc5626: {
    kind: "standard",
    title: "RFC 5626, Managing client-initiated connections in SIP (SIP Outbound)",
    url: "https://www.rfc-editor.org/rfc/rfc5626",
  },
  rfc6665: {
    kind: "standard",
    title: "RFC 6665, SIP-specific event notification",
    url: "https://www.rfc-editor.org/rfc/rfc6665",
  },
  registrant: {
    kind: "vendor-source",
    title: "OpenSIPS, modules/uac_registrant/registrant.c: which answer leads to which state",
    url: "https://github.com/OpenSIPS/opensips/blob/HEAD/modules/uac_registrant/registrant.c",
  },
  platform: {
    kind: "platform",
    title: "Telzino API reference: SIP registration, states and troubleshooting",
  },
  measured: {
    kind: "measured",
    title: "Kamailio 5.6, Asterisk 22 (PJSIP) and Asterisk 16 (chan_sip), as they answered this project",
  },
  asteriskPjsip: {
    kind: "vendor",
    title: "Asterisk: PJSIP troubleshooting guide",
    url: "https://docs.asterisk.org/Configuration/Channel-Drivers/SIP/Configuring-res_pjsip/Asterisk-PJSIP-Troubleshooting-Guide/",
  },
  asteriskSample: {
    kind: "vendor-source",
    title: "Asterisk: configs/samples/pjsip.conf.sample",
    url: "https://github.com/asterisk/asterisk/blob/HEAD/configs/samples/pjsip.conf.sample",
  },
  asteriskNat: {
    kind: "vendor",
    title: "Asterisk: configuring res_pjsip to work through NAT",
    url: "https://docs.asterisk.org/Configuration/Channel-Drivers/SIP/Configuring-res_pjsip/Configuring-res_pjsip-to-work-through-NAT/",
  },
  freepbxSettings: {
    kind: "vendor-source",
    title: "FreePBX sipsettings, install.php: default ports and transports",
    url: "https://github.com/FreePBX/sipsettings/blob/HEAD/install.php",
  },
  freepbxFirewall: {
    kind: "vendor-source",
    title: "FreePBX firewall: intrusion detection",
    url: "https://github.com/FreePBX/firewall",
  },
  freepbxDriver: {
    kind: "vendor-source",
    title: "FreePBX core, PJSip.class.php: max contacts",
    url: "https://github.com/FreePBX/core/blob/HEAD/functions.inc/drivers/PJSip.class.php",
  },
  freeswitch: {
    kind: "vendor",
    title: "FreeSWITCH documentation: registration problems",
    url: "https://github.com/signalwire/freeswitch-docs/blob/HEAD/docs/troubleshooting/registration-problems.mdx",
  },
  freeswitchAudio: {
    kind: "vendor",
    title: "FreeSWITCH documentation: audio problems",
    url: "https://github.com/signalwire/freeswitch-docs/blob/HEAD/docs/troubleshooting/audio-problems.mdx",
  },
  fusionpbx: {
    kind: "vendor",
    title: "FusionPBX documentation: NAT",
    url: "https://docs.fusionpbx.com/en/latest/additional_information/nat.html",
  },
  fusionpbxTls: {
    kind: "vendor",
    title: "FusionPBX documentation: SIP over TLS",
    url: "https://docs.fusionpbx.com/en/latest/additional_information/sip_tls.html",
  },
  issabel: {
    kind: "vendor-source",
    title: "IssabelPBX, sipsettings: default ports",
    url: "https://github.com/IssabelFoundation/issabelPBX/blob/HEAD/sipsettings/functions.inc.php",
  },
  kamailio: {
    kind: "vendor-source",
    title: "Kamailio, etc/kamailio.cfg: the default configuration",
    url: "https://github.com/kamailio/kamailio/blob/HEAD/etc/kamailio.cfg",
  },
  yeastar: {
    kind: "vendor",
    title: "Yeastar P-Series: extension security",
    url: "https://help.yeastar.com/en/p-series/administrator-guide/extension-security-overview.html",
  },
  log3cx: {
    kind: "third-party",
    title: "tinyphone, issue 33: 3CX answers 404 and logs that credentials don't match",
    url: "https://github.com/voiceip/tinyphone/issues/33",
  },
  challenge3cx: {
    kind: "third-party",
    title: "sipgox, issue 8: 3CX challenges REGISTER with 407",
    url: "https://github.com/emiago/sipgox/issues/8",
  },
  plivo3cx: {
    kind: "third-party",
    title: "Plivo: configuring 3CX (extension outside the LAN)",
    url: "https://plivo.com/docs/sip-trunking/interconnection-guides/3cx.md",
  },
  twilioRegistration: {
    kind: "vendor",
    title: "Twilio: SIP registration",
    url: "https://www.twilio.com/docs/voice/api/sip-registration",
  },
  twilioErrors: {
    kind: "vendor",
    title: "Twilio: error 32210, and its neighbours 32009 and 32209",
    url: "https://www.twilio.com/docs/api/errors/32210",
  },
  telnyx: {
    kind: "vendor",
    title: "Telnyx: SIP registration",
    url: "https://support.telnyx.com/en/articles/4363904-sip-registration",
  },
  livekit: {
    kind: "third-party",
    title: "LiveKit SIP, issue 524: REGISTER is answered 405",
    url: "https://github.com/livekit/sip/issues/524",
  },
  ringcentral: {
    kind: "vendor",
    title: "RingCentral: device SIP information",
    url: "https://developers.ringcentral.com/api-reference/Devices/readDeviceSipInfo",
  },
  webex: {
    kind: "vendor",
    title: "Webex Calling: third-party phones and registration by SRV",
    url: "https://help.webex.com/en-us/article/nemh93t",
  },
  flowroute: {
    kind: "vendor",
    title: "Flowroute: simultaneous registrations",
    url: "https://support.bcmone.com/flowroute-support/docs/how-many-simultaneous-sip-registrations-are-allowed",
  },
  flowrouteSpec: {
    kind: "vendor",
    title: "Flowroute: technical specifications",
    url: "https://support.bcmone.com/flowroute-support/docs/flowroute-service-guide-technical-specifications",
  },
  netsapiens: {
    kind: "third-party",
    title: "voipdocs.io: add a SIP phone (NetSapiens answering rules)",
    url: "https://voipdocs.io/en/articles/104-add-a-sip-phone",
  },
  vapi: {
    kind: "third-party",
    title: "Vapi: troubleshoot SIP response codes",
    url: "https://github.com/VapiAI/docs/blob/HEAD/fern/advanced/sip/troubleshoot-sip-response-codes.mdx",
  },
  pjsua: {
    kind: "third-party",
    title: "PJSIP, sip_reg.c: 423 is answered with the longer value",
    url: "https://github.com/pjsip/pjproject/blob/HEAD/pjsip/src/pjsip-ua/sip_reg.c",
  },
  inferred: {
    kind: "inference",
    title: "Ordinary SIP and PBX practice; confirm on the customer's system",
  },
} as const satisfies Readonly<Record<string, Source>>;
