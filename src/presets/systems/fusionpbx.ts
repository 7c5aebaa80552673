import { lineOf } from "../table.js";
import type { Preset } from "../types.js";
import { WIRE } from "../wire.js";

/** FusionPBX, extension of a tenant domain. */
export const preset: Preset = {
  ...lineOf("fusionpbx"),
  confidence: "high",
  conditions: [],
  needsAuthUsername: "no",
  fields: {
    sipDomain: {
      use: "set",
      form: "{tenant domain}",
      reason: "The domain both finds the tenant and is the realm; the server's IP address is not enough.",
      where: {
        text: "Domain selector at the top right, or Advanced > Domains",
        source: "extensions",
        confidence: "medium",
      },
      source: "extensions",
      confidence: "high",
    },
    username: {
      use: "set",
      form: "{extension}",
      reason: "The extension within that tenant.",
      where: { text: "Accounts > Extensions > Extension", source: "extensions", confidence: "medium" },
      source: "extensions",
      confidence: "high",
    },
    password: {
      use: "ask",
      reason: "The extension's password.",
      where: {
        text: "Accounts > Extensions > the extension > Password",
        source: "extensions",
        confidence: "medium",
      },
      source: "extensions",
      confidence: "high",
    },
    proxy: {
      use: "if-needed",
      form: "{host of the server}",
      reason: "Only if the tenant's domain does not resolve to the server.",
      source: "inferred",
      confidence: "low",
    },
    port: {
      use: "set",
      value: 5060,
      reason: "The internal profile listens on 5060.",
      alternatives: [
        { value: 5061, when: "with transport tls, once TLS is on", source: "tlsDoc", confidence: "high" },
      ],
      source: "internalProfile",
      confidence: "high",
    },
    transport: {
      use: "set",
      value: "udp",
      reason: "TLS is off until it is switched on.",
      alternatives: [
        {
          value: "tls",
          when: "after internal_ssl_enable=true, with port 5061",
          source: "tlsDoc",
          confidence: "high",
        },
        { value: "tcp", when: "if UDP is blocked", source: "inferred", confidence: "low" },
      ],
      source: "tlsDoc",
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
      reason: "The extension is the digest user.",
      source: "extensions",
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
      stage: "prepare",
      text: "Select the right domain (tenant) first.",
      source: "extensions",
      confidence: "medium",
    },
    {
      stage: "account",
      text: "Accounts > Extensions > add; note extension and password. Raise Max Registrations only if more than one device uses it.",
      source: "extensions",
      confidence: "medium",
    },
    {
      stage: "remote",
      text: "For TLS: run letsencrypt.sh, set internal_ssl_enable to true under Advanced > Variables, flush the cache and rescan the profile under Status > SIP Status.",
      source: "tlsDoc",
      confidence: "medium",
    },
    {
      stage: "routing",
      text: "Dialplan > Inbound Routes, a ring group, IVR or queue to the extension.",
      source: "inferred",
      confidence: "low",
    },
    {
      stage: "check",
      text: "Status > Registrations (or SIP Status) lists the extension.",
      source: "inferred",
      confidence: "low",
    },
  ],
  traps: [
    {
      symptom: "401 repeats; the log can't find user@domain.",
      cause: "sipDomain is the server's address, not the tenant's domain.",
      fix: "Set sipDomain to the tenant's domain exactly.",
      source: "registration",
      confidence: "high",
    },
    {
      symptom: "Registration on 5080 behaves oddly, or calls cannot be made.",
      cause: "5080 is the external profile, for trunks.",
      fix: "Use 5060, the internal profile.",
      source: "issue1988",
      confidence: "high",
    },
    {
      symptom: "TLS handshake is refused.",
      cause: "internal_ssl_enable is false by default.",
      fix: "Enable it, then use 5061.",
      source: "tlsDoc",
      confidence: "high",
    },
    {
      symptom: "Answers stop after a few bad tries.",
      cause: "fail2ban, as on typical installations.",
      fix: "Mend the credentials, then unban the address.",
      source: "inferred",
      confidence: "low",
    },
    {
      symptom: "Calls drop after 32 seconds, or audio is one-way.",
      cause: "The profile announces the local address behind NAT.",
      fix: "Set external_rtp_ip and external_sip_ip to autonat:{public IP}.",
      source: "natDoc",
      confidence: "high",
    },
  ],
  failures: [
    {
      signal: "401 again after the credentials were sent",
      codes: [401],
      states: ["WRONG_CREDENTIALS_STATE"],
      cause: "Wrong realm: sipDomain is not the tenant's domain.",
      fix: "Correct sipDomain.",
      source: "registration",
      confidence: "medium",
    },
    {
      signal: "403",
      codes: [403],
      states: ["REGISTRAR_ERROR_STATE"],
      cause: "Wrong password, no such user in that domain, an empty password, or registration forbidden.",
      fix: "Check that the extension exists in that tenant; copy its password.",
      source: "sofiaReg",
      confidence: "high",
    },
    {
      signal: "No answer",
      codes: [],
      states: ["REGISTER_TIMEOUT_STATE"],
      cause: "A ban, or the wrong profile or port.",
      fix: "Unban; use 5060.",
      source: "inferred",
      confidence: "low",
    },
  ],
  ports: [
    { port: 5060, transport: "udp", use: "internal profile", source: "internalProfile", confidence: "high" },
    {
      port: 5060,
      transport: "tcp",
      use: "internal profile",
      source: "internalProfile",
      confidence: "medium",
    },
    {
      port: 5061,
      transport: "tls",
      use: "internal profile, off until enabled",
      source: "tlsDoc",
      confidence: "high",
    },
    {
      port: 5080,
      transport: "udp",
      use: "external profile: trunks, not for registration",
      source: "issue1988",
      confidence: "high",
    },
  ],
  extraDoors: [
    { transport: "udp", port: 5060 },
    { transport: "tcp", port: 5060 },
    { transport: "tls", port: 5061 },
  ],
  tls: [
    {
      text: "Internal profile on 5061; the external one uses 5080 and 5081.",
      source: "tlsDoc",
      confidence: "high",
    },
  ],
  nat: [
    {
      text: "By default external_rtp_ip and external_sip_ip are the local address: behind NAT set autonat:{public IP}.",
      source: "natDoc",
      confidence: "high",
    },
  ],
  codecs: [],
  wire: WIRE.fusionpbx,
  sources: {
    extensions: {
      kind: "vendor",
      title: "FusionPBX documentation: extensions",
      url: "https://docs.fusionpbx.com/en/latest/accounts/extensions.html",
    },
    tlsDoc: {
      kind: "vendor",
      title: "FusionPBX documentation: SIP TLS",
      url: "https://docs.fusionpbx.com/en/latest/additional_information/sip_tls.html",
    },
    natDoc: {
      kind: "vendor",
      title: "FusionPBX documentation: NAT",
      url: "https://docs.fusionpbx.com/en/latest/additional_information/nat.html",
    },
    internalProfile: {
      kind: "vendor-source",
      title: "FusionPBX, internal SIP profile",
      url: "https://github.com/fusionpbx/fusionpbx/blob/HEAD/app/switch/resources/conf/sip_profiles/internal.xml.noload",
    },
    issue1988: {
      kind: "third-party",
      title: "FusionPBX, issue 1988: 5080 is not for registrations",
      url: "https://github.com/fusionpbx/fusionpbx/issues/1988",
    },
    registration: {
      kind: "vendor",
      title: "FreeSWITCH documentation: registration problems",
      url: "https://github.com/signalwire/freeswitch-docs/blob/HEAD/docs/troubleshooting/registration-problems.mdx",
    },
    sofiaReg: {
      kind: "vendor-source",
      title: "FreeSWITCH, mod_sofia/sofia_reg.c",
      url: "https://github.com/signalwire/freeswitch/blob/HEAD/src/mod/endpoints/mod_sofia/sofia_reg.c",
    },
    inferred: {
      kind: "inference",
      title: "Ordinary SIP and PBX practice; confirm on the customer's version",
    },
  },
  unverified: ["That every installation comes with fail2ban.", "Codecs: they depend on the site."],
};
