import type { Trouble } from "./types.js";

/** REGISTER gets no answer, or cannot be sent: a matter of addresses and networks, never of passwords. */
export const SILENCE: readonly Trouble[] = [
  {
    id: "no-answer",
    title: "Nothing answers the REGISTER",
    phase: "unanswered",
    meaning:
      "The registration ends in a time-out. This says nothing about the password: do not change it because of this.",
    states: ["REGISTER_TIMEOUT_STATE"],
    causes: [
      {
        cause: "The port does not go with the transport, or that transport is switched off on the PBX.",
        fix: "Check both on the PBX; udp/5060, tcp/5060 and tls/5061 are usual.",
        sources: ["platform", "freepbxSettings"],
        confidence: "high",
      },
      {
        cause: "A firewall drops the packets, or the PBX takes no registration from the internet.",
        fix: "Open the port to the platform's addresses, and allow remote registration for the extension.",
        sources: ["platform", "yeastar"],
        confidence: "high",
      },
      {
        cause: "It was refused before, and the PBX has banned the platform's address since.",
        fix: "Correct the credentials first, then lift the ban.",
        sources: ["freepbxFirewall", "kamailio"],
        confidence: "medium",
      },
    ],
    words: ["timeout", "silence", "no reply", "unreachable", "not responding", "register timeout"],
    see: ["host-not-found", "tls-on-plain-port", "transport-off", "remote-registration-off", "banned"],
  },
  {
    id: "host-not-found",
    title: "The host name does not resolve",
    phase: "unanswered",
    meaning: "sipDomain or proxy has no address in public DNS, so nothing can be sent.",
    states: ["INTERNAL_ERROR_STATE"],
    causes: [
      {
        cause: "A typing error.",
        fix: "Copy the name from the PBX's or the provider's page.",
        sources: ["registrant", "platform"],
        confidence: "high",
      },
      {
        cause:
          "A name or an address of the LAN: .local, fritz.box, 192.168.x.x. The documented FreePBX example, pbx.local, is one.",
        fix: "Give the PBX a public name or address, and forward its SIP port.",
        sources: ["inferred"],
        confidence: "low",
      },
    ],
    words: ["dns", "nxdomain", "does not resolve", "unknown host", "internal error", "lan address"],
  },
  {
    id: "srv-only",
    title: "The service is announced only by SRV",
    phase: "unanswered",
    meaning: "The domain's SRV records name other hosts and ports than the domain itself (RFC 3263).",
    states: ["REGISTER_TIMEOUT_STATE", "INTERNAL_ERROR_STATE"],
    causes: [
      {
        cause: "The domain's own address answers no SIP (Webex Calling, and providers with several sites).",
        fix: "Put an SRV target into proxy, its port into port, and leave the domain in sipDomain.",
        sources: ["rfc3263", "webex"],
        confidence: "medium",
      },
    ],
    words: ["srv", "naptr", "outbound proxy"],
  },
  {
    id: "tls-on-plain-port",
    title: "TLS on a port that speaks plain SIP",
    phase: "unanswered",
    meaning: "tls with port 5060: the port answers no TLS hello, or nothing listens for one.",
    states: ["REGISTER_TIMEOUT_STATE", "INTERNAL_ERROR_STATE"],
    causes: [
      {
        cause:
          "The platform's documented examples for 3CX and Twilio pair tls with 5060; makers put TLS on 5061.",
        fix: "tls with 5061, or udp or tcp with 5060. Others: RingCentral 5096, Telnyx also 7443, Issabel PJSIP 5067, FreePBX chan_sip 5161.",
        sources: ["rfc3261", "twilioRegistration", "ringcentral", "issabel", "freepbxSettings"],
        confidence: "high",
      },
    ],
    words: ["tls 5060", "5061", "wrong port"],
    see: ["tls-handshake"],
  },
  {
    id: "tls-handshake",
    title: "The TLS handshake fails",
    phase: "unanswered",
    meaning: "The connection opens, but TLS is not established.",
    states: ["REGISTER_TIMEOUT_STATE", "INTERNAL_ERROR_STATE"],
    causes: [
      {
        cause:
          "The certificate is for another name, expired, self-signed or without its chain; or the PBX's clock is wrong.",
        fix: "Install a certificate of a public authority for exactly the name in sipDomain, with its intermediates; set the clock by NTP.",
        sources: ["inferred"],
        confidence: "low",
      },
      {
        cause: "The PBX offers nothing newer than TLS 1.1.",
        fix: "Enable TLS 1.2.",
        sources: ["inferred"],
        confidence: "low",
      },
      {
        cause: "The server demands a certificate of the client.",
        fix: "The registration has none: use another transport or another account type.",
        sources: ["inferred"],
        confidence: "low",
      },
    ],
    words: ["certificate", "expired", "self-signed", "ssl", "handshake"],
    see: ["tls-on-plain-port"],
  },
  {
    id: "transport-off",
    title: "The transport is switched off on the PBX",
    phase: "unanswered",
    meaning: "One transport works and another stays silent or is refused.",
    states: ["REGISTER_TIMEOUT_STATE"],
    causes: [
      {
        cause:
          "New FreePBX installations listen only on UDP; FusionPBX has TLS off until internal_ssl_enable is true; Asterisk has only the transports in its configuration.",
        fix: "Enable the transport on the PBX, or use udp.",
        sources: ["freepbxSettings", "fusionpbxTls", "asteriskSample"],
        confidence: "medium",
      },
      {
        cause: "The port belongs to another driver or profile: FreePBX chan_sip 5160, Issabel PJSIP 5066.",
        fix: "Use the port of the driver that owns the extension.",
        sources: ["freepbxSettings", "issabel"],
        confidence: "medium",
      },
    ],
    words: ["udp works", "tcp silent", "tls off", "wrong driver", "wrong port"],
  },
  {
    id: "banned",
    title: "It answered before, and now it is silent",
    phase: "unanswered",
    meaning: "A time-out that follows refusals: the PBX has most likely banned the platform's address.",
    states: ["REGISTER_TIMEOUT_STATE"],
    causes: [
      {
        cause:
          "fail2ban, intrusion detection, an IP blacklist or Kamailio's pike: the platform repeats a failed registration by itself, and each try counts.",
        fix: "Correct the credentials first, then lift the ban and put the platform's addresses on the allow-list. Look at the firewall's log: such PBXs drop packets silently.",
        sources: ["freepbxFirewall", "kamailio", "measured"],
        confidence: "medium",
      },
    ],
    words: ["ban", "fail2ban", "blocked", "blacklist", "worked before", "stopped working"],
  },
  {
    id: "remote-registration-off",
    title: "The PBX answers inside the LAN only",
    phase: "unanswered",
    meaning: "Phones in the office register, the platform does not.",
    states: ["REGISTER_TIMEOUT_STATE", "REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause:
          'Registration from outside is off: Yeastar "Allow Remote Registration" (off by default), 3CX "outside the LAN".',
        fix: "Tick that option for the agent's extension.",
        sources: ["yeastar", "plivo3cx"],
        confidence: "high",
      },
      {
        cause: "The router forwards no SIP to the PBX.",
        fix: "Forward the SIP port and the RTP range, or use a session border controller.",
        sources: ["inferred"],
        confidence: "low",
      },
    ],
    words: ["remote", "outside the lan", "internet", "works inside", "allow remote registration"],
  },
];
