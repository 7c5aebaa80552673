import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** Grandstream UCM6300 series; older UCM series may differ in detail. */
export const preset: Preset = {
  ...lineOf("grandstream-ucm63xx"),
  confidence: "medium",
  conditions: [],
  needsAuthUsername: "sometimes",
  fields: {
    sipDomain: {
      use: "set",
      form: "{public FQDN or IP address of the UCM}",
      reason: "The address at which the UCM is reached from the internet.",
      source: "inferred",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The extension's number.",
      where: {
        text: "Extension/Trunk > Extensions > the extension",
        source: "ucm6100",
        confidence: "medium",
      },
      source: "ucm6100",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The SIP/IAX password of the extension; the UCM generates one.",
      where: {
        text: "Extension/Trunk > Extensions > the extension > SIP/IAX password",
        source: "ucm6100",
        confidence: "medium",
      },
      source: "ucm6100",
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
      value: 5060,
      reason: "The manual names 5060 UDP and TCP, 5061 TCP as the service's ports (on its Fail2ban page).",
      alternatives: [{ value: 5061, when: "with transport tls", source: "manual", confidence: "medium" }],
      source: "manual",
      confidence: "medium",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The usual default.",
      alternatives: [{ value: "tls", when: "with port 5061", source: "manual", confidence: "medium" }],
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
      use: "if-needed",
      form: "{AuthID}",
      reason: "Only where the extension has an AuthID.",
      where: {
        text: "Extension/Trunk > Extensions > the extension > AuthID",
        source: "ucm6100",
        confidence: "low",
      },
      source: "grpGuide",
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
      stage: "account",
      text: "Extension/Trunk > Extensions > Add: a SIP extension in the user range (1000-6299 by default on older series).",
      source: "ucm6100",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Copy the generated SIP password; leave AuthID empty, or copy it into authUsername.",
      source: "ucm6100",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Whitelist the platform's addresses in Fail2Ban and Dynamic Defense where these are on.",
      source: "manual",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "Forward SIP and RTP, or use the vendor's remote access.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Inbound route, IVR or ring group to the extension.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "See the extension's status in the extension list.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "Answers stop for ten minutes after bad tries.",
      cause: "Fail2Ban (off by default): 5 failures in 600 s ban for 600 s; 0 means for ever.",
      fix: "Mend the password, whitelist the address (20 entries at most), wait or unban.",
      source: "manual",
      confidence: "medium",
    },
    {
      symptom: "TCP or TLS attempts are dropped.",
      cause: "Dynamic Defense limits new TCP connections.",
      fix: "Whitelist the address.",
      source: "manual",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "No answer after earlier replies",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "A Fail2Ban ban.",
      fix: "Mend the credentials, unban and whitelist.",
      source: "manual",
      confidence: "low",
    },
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Wrong SIP password, or an AuthID that was not given.",
      fix: "Copy both again.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "SIP", source: "manual", confidence: "medium" },
    { port: 5060, transport: "tcp", use: "SIP", source: "manual", confidence: "medium" },
    { port: 5061, transport: "tls", use: "SIP over TLS", source: "manual", confidence: "medium" },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
  ],
  tls: [{ text: "5061/tcp is named among the service's ports.", source: "manual", confidence: "medium" }],
  nat: [],
  codecs: [],
  wire: WIRE["grandstream-ucm63xx"],
  sources: {
    manual: {
      kind: "third-party",
      title: "UCM6300 series user manual, part 2 (copy): Fail2ban, dynamic defense, ports",
      url: "https://www.scribd.com/document/829334940",
    },
    ucm6100: {
      kind: "vendor",
      title: "UCM6100 series manual: extension password and ranges (older series)",
      url: "https://www.manualslib.com/manual/1529657/Grandstream-Networks-Ucm6100-Series.html?page=316",
    },
    grpGuide: {
      kind: "vendor",
      title: "GRP2612P user guide: Authenticate ID",
      url: "https://www.manualshelf.com/manual/grandstream/grp2612p/user-guide-english/page-31.html",
    },
    bannerScan: {
      kind: "third-party",
      title: "Greenbone detection (copy): UCM's Server header as seen",
      url: "https://github.com/qweasader/gbn/blob/HEAD/gb_grandstream_ucm_sip_detect.nasl",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "The UCM63xx SIP Settings page itself; only the Fail2Ban page names the ports.",
    "Field labels on current firmware.",
    "UCM RemoteConnect.",
    "RTP range and codecs.",
  ],
};
