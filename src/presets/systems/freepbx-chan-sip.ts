import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** FreePBX, extension of the old chan_sip driver. */
export const preset: Preset = {
  ...lineOf("freepbx-chan-sip"),
  confidence: "high",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{public FQDN or IP address of the PBX}",
      reason: "The platform registers from the internet: a .local or LAN address cannot work.",
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The extension's number is the SIP user.",
      where: {
        text: "Applications > Extensions > the chan_sip extension",
        source: "chansipPage",
        confidence: "medium",
      },
      source: "chansipPage",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The extension's Secret.",
      where: {
        text: "Applications > Extensions > the chan_sip extension > Secret",
        source: "chansipPage",
        confidence: "medium",
      },
      source: "chansipPage",
      confidence: "medium",
    },
    proxy: {
      use: "omit",
      reason: "The domain itself answers; a proxy that equals the domain adds nothing.",
      source: "inferred",
      confidence: "low",
    },
    port: {
      use: "set",
      value: 5160,
      reason: "New installations bind chan_sip to 5160; old ones with chan_sip alone kept 5060.",
      where: {
        text: "Settings > Asterisk SIP Settings > chan_sip > Bind Port (blank means 5060)",
        source: "chansipPage",
        confidence: "medium",
      },
      alternatives: [
        {
          value: 5060,
          when: "where Bind Port is blank or says 5060",
          source: "chansipPage",
          confidence: "high",
        },
        {
          value: 5161,
          when: "with transport tls, where TLS is switched on",
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
      reason: "TCP shares the bind port and must be enabled first.",
      source: "chansipPage",
      confidence: "medium",
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
      reason: "The extension is the digest user.",
      source: "inferred",
      confidence: "low",
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
      stage: "prepare",
      text: "Prefer a PJSIP extension; use this only where chan_pjsip is switched off.",
      source: "chanSip",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Read the real Bind Port on the chan_sip tab of Asterisk SIP Settings.",
      source: "chansipPage",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Create or open the chan_sip extension and copy its Secret. Submit and Apply Config.",
      source: "chansipPage",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Let the platform's addresses through the FreePBX firewall and forward the bind port.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Point an inbound route, ring group or IVR option at the extension.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "The extension shows as registered on the Asterisk console.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "Registration sent to 5060 is refused or unanswered although the extension exists.",
      cause: "chan_sip listens on 5160; on 5060 the other driver answers.",
      fix: "Set port 5160, or the Bind Port shown.",
      source: "sipsettings",
      confidence: "high",
    },
    {
      symptom: "The extension type is missing after an upgrade.",
      cause: "chan_sip was deprecated in Asterisk 17 and is gone from Asterisk 21 on.",
      fix: "Convert the extension to PJSIP and go back to 5060.",
      source: "chanSip",
      confidence: "high",
    },
    {
      symptom: "A wrong password shows as a registrar error, not as wrong credentials.",
      cause: "chan_sip answers a wrong password and an unknown user with 403, not with a second 401.",
      fix: "Check extension and Secret when the state is REGISTRAR_ERROR_STATE.",
      source: "measured",
      confidence: "high",
    },
  ],
  failures: [
    {
      signal: "403 after the credentials were sent",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "Wrong Secret, unknown extension, or an address rule: chan_sip answers 403 to all of them.",
      fix: "Copy the Secret again; check that the extension is a chan_sip one.",
      source: "measured",
      confidence: "high",
    },
    {
      signal: "No answer, 401 or 404 on 5060",
      codes: [401, 404],
      states: ["REGISTER_TIMEOUT_STATE", "WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "The other driver is listening there.",
      fix: "Use 5160 or the Bind Port shown.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    {
      port: 5160,
      transport: "udp",
      use: "chan_sip on new installations",
      source: "sipsettings",
      confidence: "high",
    },
    {
      port: 5161,
      transport: "tls",
      use: "chan_sip, where TLS is on",
      source: "sipsettings",
      confidence: "high",
    },
    {
      port: 5060,
      transport: "udp",
      use: "chan_sip on old installations with one driver",
      source: "chansipPage",
      confidence: "medium",
    },
  ],
  extraDoors: [
    { transport: "udp", port: 5160 },
    { transport: "udp", port: 5060 },
    { transport: "tls", port: 5161 },
  ],
  tls: [
    {
      text: "chan_sip's stored TLS port is 5161; TLS has to be switched on.",
      source: "sipsettings",
      confidence: "high",
    },
  ],
  nat: [
    {
      text: "As with PJSIP: forward the SIP port and UDP 10000-20000, and set the external address.",
      source: "inferred",
      confidence: "low",
    },
  ],
  codecs: [
    { text: "ulaw, alaw, gsm and g722 are on by default.", source: "sipsettings", confidence: "high" },
  ],
  wire: WIRE["freepbx-chan-sip"],
  sources: {
    chansipPage: {
      kind: "vendor-source",
      title: "FreePBX sipsettings module, chansip.page.php",
      url: "https://github.com/FreePBX/sipsettings/blob/HEAD/chansip.page.php",
    },
    sipsettings: {
      kind: "vendor-source",
      title: "FreePBX sipsettings module, install.php (defaults)",
      url: "https://github.com/FreePBX/sipsettings/blob/HEAD/install.php",
    },
    chanSip: {
      kind: "vendor",
      title: "Asterisk documentation: configuring chan_sip",
      url: "https://docs.asterisk.org/Configuration/Channel-Drivers/SIP/Configuring-chan_sip/",
    },
    measured: { kind: "measured", title: "Asterisk 16 with chan_sip, run by this project" },
    wireTrace: {
      kind: "third-party",
      title: "FreePBX issue tracker, issue 350: chan_sip trace with the Server header",
      url: "https://github.com/FreePBX/issue-tracker/issues/350",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "Which SIP code FreePBX gives when a chan_sip extension registers on the PJSIP port.",
    "Menu wording on the customer's version.",
  ],
};
