import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** AVM FRITZ!Box, the agent as an IP telephone. */
export const preset: Preset = {
  ...lineOf("avm-fritzbox"),
  confidence: "medium",
  conditions: [
    {
      text: 'The device\'s option "Anmeldung aus dem Internet erlauben" is ticked; it is off by default.',
      source: "guides",
      confidence: "low",
    },
    {
      text: "The box can be reached from the internet (public address or MyFRITZ! name).",
      source: "inferred",
      confidence: "low",
    },
  ],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{public or MyFRITZ! address of the box}",
      reason: "fritz.box is known on the home network only; the platform needs the public name.",
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{user name of the IP telephone}",
      reason: "Eight characters or more are advised.",
      where: {
        text: "Telefonie > Telefoniegeräte > the device > Anmeldedaten",
        source: "guides",
        confidence: "low",
      },
      source: "guides",
      confidence: "low",
    },
    password: {
      use: "ask",
      reason: "The IP telephone's password, not the box's.",
      where: {
        text: "Telefonie > Telefoniegeräte > the device > Anmeldedaten",
        source: "guides",
        confidence: "low",
      },
      source: "guides",
      confidence: "low",
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
      reason: "The default that clients use.",
      source: "haSip",
      confidence: "medium",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "What clients use.",
      source: "haSip",
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
      reason: "The user name is the digest user.",
      source: "haSip",
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
      text: "Telefonie > Telefoniegeräte > Neues Gerät einrichten > Telefon > LAN/WLAN (IP-Telefon).",
      source: "guides",
      confidence: "low",
    },
    {
      stage: "account",
      text: "Set a long user name and password; choose the outgoing number and the numbers that ring the device.",
      source: "guides",
      confidence: "low",
    },
    {
      stage: "remote",
      text: 'Open the device\'s Anmeldedaten tab, tick "Anmeldung aus dem Internet erlauben" and enter the password again.',
      source: "guides",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Remove the number from other phones if the agent is to answer alone.",
      source: "guides",
      confidence: "low",
    },
    {
      stage: "check",
      text: "Save; watch the device's status line. Internal numbers are **620 and up.",
      source: "haSip",
      confidence: "medium",
    },
  ],
  traps: [
    {
      symptom: "Registration from the cloud fails while a phone on the LAN works.",
      cause: "Internet registration is off by default.",
      fix: "Tick the option for that device.",
      source: "guides",
      confidence: "low",
    },
    {
      symptom: "It still fails after ticking.",
      cause: "The password has to be entered again with that option.",
      fix: "Enter it again on that tab.",
      source: "guides",
      confidence: "low",
    },
    {
      symptom: "The device cannot be saved or is refused.",
      cause: "The user name is short.",
      fix: "Eight characters or more.",
      source: "guides",
      confidence: "low",
    },
    {
      symptom: "The agent answers late or not at all.",
      cause: "Several devices share the number.",
      fix: "Restrict the numbers per device.",
      source: "guides",
      confidence: "low",
    },
    {
      symptom: "A REGISTER gets no answer at all.",
      cause: "FRITZ!OS has been seen to drop a REGISTER whose request line carries a user.",
      fix: "Nothing to set; a matter for the client.",
      source: "ruri",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "401 again or 403",
      codes: [401, 403],
      states: ["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"],
      cause: "User name or password.",
      fix: "Enter them again.",
      source: "guides",
      confidence: "low",
    },
    {
      signal: "403 or no answer from outside",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE", "REGISTER_TIMEOUT_STATE"],
      cause: "Internet registration is off, or the wrong address.",
      fix: "Tick the option; use the public address.",
      source: "guides",
      confidence: "low",
    },
    {
      signal: "No audio",
      codes: [],
      states: ["REGISTERED_STATE"],
      cause: "RTP is blocked.",
      fix: "Check the shares of the router.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [{ port: 5060, transport: "udp", use: "SIP", source: "haSip", confidence: "medium" }],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
  ],
  tls: [],
  nat: [],
  codecs: [],
  wire: WIRE["avm-fritzbox"],
  sources: {
    haSip: {
      kind: "third-party",
      title: "ha-sip: registration at a FRITZ!Box (fritz.box, 5060)",
      url: "https://github.com/arnonym/ha-plugins",
    },
    ruri: {
      kind: "third-party",
      title: "esphome-intercom, issue 95: a REGISTER with a user in the request line is dropped",
      url: "https://github.com/n-IA-hane/esphome-intercom/issues/95",
    },
    bannerScan: {
      kind: "third-party",
      title: "Greenbone SIP banner detection (copy): FRITZ!Box headers as seen",
      url: "https://github.com/qweasader/gbn/blob/HEAD/gb_sip_os_detection.nasl",
    },
    guides: { kind: "inference", title: "German set-up guides and project notes (no lasting addresses)" },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "AVM's own page about the option.",
    "The form of the public address.",
    "TLS towards telephones.",
    "Codecs and NAT.",
  ],
};
