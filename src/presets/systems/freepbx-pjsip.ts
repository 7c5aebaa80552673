import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** FreePBX, extension of the chan_pjsip driver. */
export const preset: Preset = {
  ...lineOf("freepbx-pjsip"),
  confidence: "high",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{public FQDN or IP address of the PBX}",
      reason:
        "The platform registers from the internet: the name must resolve in public DNS. A .local or LAN address cannot work.",
      where: {
        text: "Settings > Asterisk SIP Settings > General: External Address is what the PBX advertises",
        source: "sipsettings",
        confidence: "medium",
      },
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The extension's number is the SIP user.",
      where: {
        text: "Applications > Extensions > Add New PJSIP Extension > User Extension",
        source: "extensions",
        confidence: "medium",
      },
      source: "extensions",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason:
        "The extension's Secret; FreePBX generates one and it may be edited. Not the User Manager login.",
      where: {
        text: "Applications > Extensions > the extension > Secret",
        source: "extensions",
        confidence: "medium",
      },
      source: "extensions",
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
      reason: "FreePBX puts chan_pjsip on 5060 for UDP and TCP.",
      where: {
        text: "Settings > Asterisk SIP Settings > chan_pjsip > Port to Listen On",
        source: "sipsettings",
        confidence: "medium",
      },
      alternatives: [
        {
          value: 5061,
          when: "with transport tls, once the TLS transport is switched on",
          source: "sipsettings",
          confidence: "high",
        },
      ],
      source: "sipsettings",
      confidence: "high",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "A new installation switches on the UDP transport only.",
      where: {
        text: "Settings > Asterisk SIP Settings > chan_pjsip > Transports",
        source: "sipsettings",
        confidence: "medium",
      },
      alternatives: [
        {
          value: "tls",
          when: "after TLS was switched on there, with port 5061",
          source: "sipsettings",
          confidence: "high",
        },
      ],
      source: "sipsettings",
      confidence: "high",
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
      reason: "FreePBX writes the digest user from the extension itself.",
      source: "core",
      confidence: "high",
    },
    did: {
      use: "omit",
      reason: "The PBX sets the caller's number; give it only if the provider asks for one.",
      source: "inferred",
      confidence: "low",
    },
  },
  documentedExample: {
    settings: { sipDomain: "pbx.local", username: "100", port: 5060, transport: "udp" },
    differs:
      "Port and transport agree with FreePBX's defaults. A .local name is known on the LAN only, so the platform cannot resolve it: give the PBX's public name or address.",
    suggested: [
      { transport: "udp", port: 5060, note: "with the PBX's public FQDN or IP address as sipDomain" },
    ],
    source: "platform",
    confidence: "high",
  },
  steps: [
    {
      stage: "account",
      text: "Applications > Extensions > Add New PJSIP Extension: take a free number for the agent.",
      source: "extensions",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Set Display Name (shown as caller name) and keep or copy the generated Secret.",
      source: "extensions",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Set Outbound CID if the agent is to place external calls.",
      source: "extensions",
      confidence: "medium",
    },
    { stage: "account", text: "Submit, then Apply Config.", source: "extensions", confidence: "medium" },
    {
      stage: "remote",
      text: "Connectivity > Firewall: put the platform's addresses into a trusted zone, or enable Responsive Firewall. Forward SIP and RTP to the PBX if it is behind NAT.",
      source: "firewall",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Point an Inbound Route, ring group, IVR or queue at the agent's extension.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "On the console: pjsip show endpoint {extension} must show a Contact line. Reports > Asterisk Info shows it too.",
      source: "troubleshooting",
      confidence: "high",
    },
  ],
  traps: [
    {
      symptom: "TLS or TCP times out or is refused while UDP works.",
      cause: "A fresh installation listens on UDP only.",
      fix: "Switch on the tls or tcp transport under chan_pjsip in Asterisk SIP Settings, choose a certificate, restart Asterisk; then use port 5061 for TLS.",
      source: "sipsettings",
      confidence: "high",
    },
    {
      symptom:
        "Agent and desk phone on one extension unseat each other; calls reach only the last to register.",
      cause: "Max Contacts is 1, and FreePBX then sets remove_existing=yes.",
      fix: "Give the agent its own extension, or raise Max Contacts (Advanced tab).",
      source: "core",
      confidence: "high",
    },
    {
      symptom: "The REGISTER gets no answer at all.",
      cause: "The firewall drops packets silently; rejecting them is normally switched off.",
      fix: "Look at the firewall, not at the SIP trace: add the platform's addresses to a trusted zone.",
      source: "firewall",
      confidence: "high",
    },
    {
      symptom: "It was registered, then nothing answers from that address.",
      cause: "Intrusion Detection (fail2ban) has banned the address after refusals.",
      fix: "Mend the credentials first, then lift the ban and put the address on the whitelist (Firewall > Intrusion Detection).",
      source: "firewall",
      confidence: "high",
    },
    {
      symptom: "401 or 404 although the credentials are right.",
      cause:
        "The port belongs to the other driver: old installations have chan_sip on 5060 and chan_pjsip on 5160.",
      fix: "Look which driver owns 5060 and use the port of the extension's driver.",
      source: "sipsettings",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "Firewall, wrong port, transport not switched on, or a ban.",
      fix: "Check firewall and transports; after refusals look for a ban.",
      source: "firewall",
      confidence: "low",
    },
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause:
        "Wrong Secret. An unknown extension and an address rule look the same: Asterisk PJSIP challenges again.",
      fix: "Copy the Secret again and check that the extension exists as PJSIP.",
      source: "measured",
      confidence: "high",
    },
    {
      signal: "403",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "The address of record takes no contact: max_contacts missing or used up.",
      fix: "Set Max Contacts to 1 or more, or free a contact.",
      source: "troubleshooting",
      confidence: "high",
    },
    {
      signal: "Registered, but no calls",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "No inbound route, ring group or queue leads to the extension.",
      fix: "Add the extension as a destination.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    {
      port: 5060,
      transport: "udp",
      use: "chan_pjsip, on by default",
      source: "sipsettings",
      confidence: "high",
    },
    {
      port: 5060,
      transport: "tcp",
      use: "chan_pjsip, off until switched on",
      source: "sipsettings",
      confidence: "high",
    },
    {
      port: 5061,
      transport: "tls",
      use: "chan_pjsip, off until switched on",
      source: "sipsettings",
      confidence: "high",
    },
    {
      port: 5160,
      transport: "udp",
      use: "chan_sip on new installations",
      source: "sipsettings",
      confidence: "high",
    },
    {
      port: 10000,
      transport: "rtp",
      lastPort: 20000,
      use: "media, default range",
      source: "sipsettings",
      confidence: "high",
    },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
    { transport: "udp", port: 5160 },
  ],
  tls: [
    {
      text: "5061 is chan_pjsip's stored default, 5161 chan_sip's; neither listens until TLS is switched on and a certificate is chosen.",
      source: "sipsettings",
      confidence: "high",
    },
  ],
  nat: [
    {
      text: "Extensions are written with rtp_symmetric=yes and force_rport=yes; rewrite_contact=yes is the form's default.",
      source: "core",
      confidence: "high",
    },
    {
      text: "Forward SIP and UDP 10000-20000 to the PBX; keep-alive interval is 90 s by default.",
      source: "sipsettings",
      confidence: "medium",
    },
  ],
  codecs: [
    { text: "ulaw, alaw, gsm and g722 are on by default.", source: "sipsettings", confidence: "high" },
  ],
  wire: WIRE["freepbx-pjsip"],
  sources: {
    platform: { kind: "platform", title: "Telzino API reference, agents/sip-registration: PBX examples" },
    sipsettings: {
      kind: "vendor-source",
      title: "FreePBX sipsettings module, install.php (defaults)",
      url: "https://github.com/FreePBX/sipsettings/blob/HEAD/install.php",
    },
    core: {
      kind: "vendor-source",
      title: "FreePBX core module, PJSip.class.php",
      url: "https://github.com/FreePBX/core/blob/HEAD/functions.inc/drivers/PJSip.class.php",
    },
    extensions: {
      kind: "vendor",
      title: "FreePBX wiki: Extensions module, PJSIP extension",
      url: "https://wiki.freepbx.org/display/FPG/Extensions+Module+-+PJSIP+Extension",
    },
    firewall: {
      kind: "vendor-source",
      title: "FreePBX firewall module",
      url: "https://github.com/FreePBX/firewall",
    },
    troubleshooting: {
      kind: "vendor",
      title: "Asterisk documentation: PJSIP troubleshooting guide",
      url: "https://docs.asterisk.org/Configuration/Channel-Drivers/SIP/Configuring-res_pjsip/Asterisk-PJSIP-Troubleshooting-Guide/",
    },
    wireTrace: {
      kind: "third-party",
      title: "pjsip-android, issue 74: trace of FreePBX 14 with its Server header",
      url: "https://github.com/VoiSmart/pjsip-android/issues/74",
    },
    measured: { kind: "measured", title: "Asterisk 22 with PJSIP, run by this project" },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "The exact wording of menu labels in FreePBX 17.",
    "What changing the username on the Advanced tab does to the digest user.",
    "Whether the platform registers from fixed addresses that could be whitelisted.",
  ],
};
