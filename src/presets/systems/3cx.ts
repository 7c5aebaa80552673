import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** 3CX v18 and v20, the agent as an extension. */
export const preset: Preset = {
  ...lineOf("3cx"),
  confidence: "medium",
  conditions: [
    {
      text: "The extension's Authentication ID is known and given as authUsername.",
      source: "threeValues",
      confidence: "medium",
    },
    { text: "Use outside the LAN is allowed for the extension.", source: "plivoGuide", confidence: "medium" },
    {
      text: "The instance accepts direct SIP from outside: some hosted instances are said to be reached only through a 3CX SBC.",
      source: "sbcProject",
      confidence: "low",
    },
  ],
  needsAuthUsername: "yes",
  fields: {
    sipDomain: {
      use: "set",
      form: "{company}.3cx.us",
      reason: "The customer's own 3CX FQDN; .3cx.cloud, .my3cx.* and own domains occur too.",
      where: {
        text: "Registrar Hostname on the user's IP Phone tab, or the FQDN in the admin address bar",
        source: "sbcProject",
        confidence: "medium",
      },
      source: "report",
      confidence: "low",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The extension number stays the SIP user.",
      where: { text: "Users > the user > extension number", source: "report", confidence: "low" },
      source: "threeValues",
      confidence: "medium",
    },
    password: {
      use: "ask",
      reason: "The Authentication Password of the phone, not the web client's login.",
      where: {
        text: "Beside the Auth ID: v20 user > IP Phone tab; v18 extension > General or Phone Provisioning",
        source: "sbcProject",
        confidence: "medium",
      },
      source: "manual",
      confidence: "medium",
    },
    proxy: {
      use: "omit",
      reason: "The same host as the domain adds nothing.",
      source: "inferred",
      confidence: "low",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "SIP over UDP and TCP is on 5060 in deployments; an instance can have another SIP port.",
      alternatives: [{ value: 5061, when: "with transport tls", source: "trunkTls", confidence: "medium" }],
      source: "report",
      confidence: "low",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "The plain default; TLS has its own port.",
      alternatives: [
        { value: "tls", when: "together with port 5061", source: "trunkTls", confidence: "medium" },
        {
          value: "tcp",
          when: "if UDP is blocked or audio fails behind NAT",
          source: "inferred",
          confidence: "low",
        },
      ],
      source: "report",
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
      use: "set",
      form: "{Auth ID}",
      reason: "3CX checks a separate Authentication ID, a random string that is not the extension number.",
      where: {
        text: "v20: user > IP Phone tab > Auth ID; v18: extension > General or Phone Provisioning > Authentication ID",
        source: "sbcProject",
        confidence: "medium",
      },
      source: "manual",
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
    settings: {
      sipDomain: "company.3cx.us",
      username: "1001",
      proxy: "company.3cx.us",
      port: 5060,
      transport: "tls",
    },
    differs:
      "It pairs TLS with port 5060 and has no authUsername. 3CX names 5061 as the usual TLS port, and its extensions need the Auth ID. A proxy equal to the domain adds nothing.",
    suggested: [
      { transport: "tls", port: 5061, note: "with authUsername = Auth ID" },
      { transport: "udp", port: 5060, note: "with authUsername = Auth ID, where TLS does not answer" },
    ],
    source: "platform",
    confidence: "high",
  },
  steps: [
    {
      stage: "account",
      text: "Admin console, Users > Add: create a user for the agent, with a free extension number.",
      source: "sbcProject",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Open the user's IP Phone (v20) or Phone Provisioning (v18) page; copy extension, Auth ID, password and Registrar Hostname.",
      source: "sbcProject",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: 'In the extension\'s options untick "Disallow use of extension outside the LAN (Remote extensions using Direct SIP or STUN will be blocked)".',
      source: "plivoGuide",
      confidence: "high",
    },
    {
      stage: "remote",
      text: "Make sure that the platform's addresses are not under Security > IP Blacklist.",
      source: "report",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Switch off voicemail and forwarding for that user if the agent is to answer always.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "routing",
      text: "Point a Digital Receptionist option, queue, ring group or inbound rule at the agent's extension.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "Call the extension from another 3CX phone.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom:
        "404, 403 or 407 without end on REGISTER; the 3CX log says the credentials don't match, check authorization ID and password.",
      cause: "The extension number is used as the digest user.",
      fix: "Put the Auth ID into authUsername and keep the extension in username.",
      source: "log404",
      confidence: "high",
    },
    {
      symptom: "The client loops although everything is right.",
      cause:
        "3CX challenges REGISTER with 407 (Proxy-Authenticate), realm 3CXPhoneSystem; a client that answers 401 only never gets in.",
      fix: "Nothing to set on 3CX. If it loops with right values, report it to the platform.",
      source: "challenge407",
      confidence: "medium",
    },
    {
      symptom: "Refused or unanswered from the internet, fine on the LAN.",
      cause: '"Disallow use of extension outside the LAN" is ticked.',
      fix: "Untick it for that extension.",
      source: "plivoGuide",
      confidence: "high",
    },
    {
      symptom: "TLS handshake on 5060 fails or times out.",
      cause: "TLS and plain SIP have different ports; the platform's documented example uses 5060 with TLS.",
      fix: "tls with 5061, or udp/tcp with 5060.",
      source: "trunkTls",
      confidence: "medium",
    },
    {
      symptom: "A hosted instance never answers direct SIP.",
      cause: "It may be reachable through a 3CX SBC only; projects report both.",
      fix: "Try direct registration first; else put a 3CX SBC between, or forward calls to the agent's number.",
      source: "sbcProject",
      confidence: "low",
    },
    {
      symptom: "Worked, then times out from one address.",
      cause: "The anti-hacking blacklist holds the platform's address.",
      fix: "Mend the credentials, then remove the address from Security > IP Blacklist.",
      source: "report",
      confidence: "low",
    },
    {
      symptom: "The agent is to be set up as a trunk.",
      cause:
        "3CX trunks register outward to a provider; the platform registers outward too, so the two never meet.",
      fix: "Use an extension, or forward from 3CX to the agent's number.",
      source: "trunks",
      confidence: "medium",
    },
  ],
  failures: [
    {
      signal: "404 on REGISTER",
      codes: [404],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "The extension number was used as auth ID.",
      fix: "Set authUsername to the Auth ID.",
      source: "log404",
      confidence: "high",
    },
    {
      signal: "407 again and again",
      codes: [407],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Wrong Auth ID or password.",
      fix: "Copy both again.",
      source: "challenge407",
      confidence: "medium",
    },
    {
      signal: "403",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "Wrong Auth ID, or the outside-LAN block.",
      fix: "Check both.",
      source: "report",
      confidence: "low",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "Blacklist, wrong FQDN or port, or an instance behind an SBC.",
      fix: "Check Security > IP Blacklist and the instance's SIP port.",
      source: "report",
      confidence: "low",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "SIP", source: "report", confidence: "low" },
    { port: 5060, transport: "tcp", use: "SIP", source: "report", confidence: "low" },
    { port: 5061, transport: "tls", use: "SIP over TLS", source: "trunkTls", confidence: "medium" },
    { port: 5090, transport: "other", use: "3CX's own tunnel, not SIP", source: "report", confidence: "low" },
    { port: 9000, transport: "rtp", lastPort: 10999, use: "media", source: "report", confidence: "low" },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
  ],
  tls: [
    {
      text: "5061 is called the usual TLS port on 3CX's trunk page; 3CX's own port list could not be read.",
      source: "trunkTls",
      confidence: "medium",
    },
  ],
  nat: [
    {
      text: "Media uses UDP 9000-10999. 3CX's firewall checker looks for a SIP ALG on the router.",
      source: "report",
      confidence: "low",
    },
  ],
  codecs: [],
  wire: WIRE["3cx"],
  sources: {
    platform: { kind: "platform", title: "Telzino API reference, agents/sip-registration: PBX examples" },
    manual: {
      kind: "vendor",
      title: "3CX manual: extension number and authentication ID (old edition)",
      url: "https://www.3cx.com/manual/3CXPhoneSystemManual5/phone-system22.html",
    },
    trunkTls: {
      kind: "vendor",
      title: "3CX: SIP trunk TLS and SRTP",
      url: "https://www.3cx.cn/docs/sip-trunk-tls-srtp/",
    },
    trunks: {
      kind: "vendor",
      title: "3CX: supported SIP trunk requirements",
      url: "https://www.3cx.cn/docs/supported-sip-trunk-requirements/",
    },
    log404: {
      kind: "third-party",
      title: 'tinyphone, issue 33: 404 and "Credentials don\'t match", realm 3CXPhoneSystem',
      url: "https://github.com/voiceip/tinyphone/issues/33",
    },
    challenge407: {
      kind: "third-party",
      title: "sipgox, issue 8: 3CX answers REGISTER with 407",
      url: "https://github.com/emiago/sipgox/issues/8",
    },
    threeValues: {
      kind: "third-party",
      title: "sipsorcery, issue 952: 3CX v18 needs user, login and password",
      url: "https://github.com/sipsorcery-org/sipsorcery/issues/952",
    },
    plivoGuide: {
      kind: "third-party",
      title: "Plivo: configuring 3CX (extension outside the LAN)",
      url: "https://plivo.com/docs/sip-trunking/interconnection-guides/3cx.md",
    },
    sbcProject: {
      kind: "third-party",
      title: "openclaw-3cx: AI agent on 3CX v20 behind an SBC",
      url: "https://github.com/shaike1/openclaw-3cx",
    },
    bannerScan: {
      kind: "third-party",
      title: "Greenbone SIP banner detection (copy): 3CX headers as seen",
      url: "https://github.com/qweasader/gbn/blob/HEAD/gb_sip_os_detection.nasl",
    },
    report: {
      kind: "inference",
      title:
        "Reports of AI-agent projects and deployment port tables; the makers' own page could not be read",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: [
    "3CX's official list of ports.",
    "Whether every current v20 hosted instance accepts direct registration without an SBC.",
    "The exact v20 label and place of the outside-LAN option.",
    "Licence limits for an extension.",
    "Codecs of extensions.",
  ],
};
