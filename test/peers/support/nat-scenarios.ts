import type { Circumstances } from "./behind-nat.js";

/** What can be wrong with voice through a router, and what a call to the echo test has to say of it. */

export interface NatScenario {
  /** For the table of docs/calls.md. */
  readonly title: string;
  readonly circumstances: Circumstances;
  /** Who receives voice; `undefined`: no call comes about. */
  readonly hears: Hearing | undefined;
  /** Findings above info and of the voice, as `confidence id`. */
  readonly finds: readonly string[];
  /** What the causes of the first finding must name. */
  readonly cause?: RegExp;
  /** It was not thought of when the rules were written. */
  readonly heldOut?: true;
  /** It needs the kernel's SIP helper. */
  readonly sipHelper?: true;
}

export type Hearing = "both" | "pbx" | "caller" | "nobody";

const dropAtGate = (...matches: readonly string[]) => ({
  forward: matches.map((match) => `${match} drop`),
});
const IN = 'iifname "wan" udp dport 18000-18099';
const OUT = 'oifname "wan" udp sport 18000-18099';
/** A router that gives each connection another port on the outside. */
const RANDOM_PORTS = { postrouting: ['oifname "wan" meta l4proto udp masquerade random'] };

const SECOND_LINE = { rewrite: [`${OUT} ip saddr set 25.1.1.11`] };

const WORKS = ["high pbx-media-works"];
const BLOCKED = ["medium rtp-blocked"];
const WAY_IN = /UDP of the PBX's RTP range is stopped on the way in/;
const WAY_OUT = /on the way out/;
const NOT_FORWARDED = /not forwarded/;
const NOT_SYMMETRIC = /no symmetric RTP/;

const CALLERS_NAT = { from: "caller" } as const;
const PUBLIC = { from: "public" } as const;
const ANNOUNCED = { from: "public", echoCode: "*43" } as const;

export const NAT_SCENARIOS: readonly NatScenario[] = [
  // Those that the rules were written for.
  { title: "all is well", circumstances: CALLERS_NAT, hears: "both", finds: WORKS },
  {
    title: "no external media address is set",
    circumstances: { sipPort: 5062 },
    hears: "both",
    finds: ["high media-address-private", "high call-contact-private"],
  },
  {
    title: "the external media address is out of date",
    circumstances: { sipPort: 5064 },
    hears: "nobody",
    finds: ["medium media-address-wrong"],
    cause: /out of date/,
  },
  {
    title: "the PBX's Contact is private, its media address is not",
    circumstances: { sipPort: 5066 },
    hears: "both",
    finds: ["high call-contact-private", ...WORKS],
  },
  {
    title: "a firewall drops RTP on the way in",
    circumstances: { gate: dropAtGate(IN) },
    hears: "nobody",
    finds: BLOCKED,
    cause: WAY_IN,
  },
  {
    title: "a firewall drops RTP on the way out",
    circumstances: { gate: dropAtGate(OUT) },
    hears: "pbx",
    finds: BLOCKED,
    cause: WAY_OUT,
  },
  {
    title: "a firewall drops RTP both ways",
    circumstances: { gate: dropAtGate(IN, OUT) },
    hears: "nobody",
    finds: BLOCKED,
    cause: WAY_IN,
  },
  {
    title: "no RTP ports are forwarded",
    circumstances: { forwarded: "" },
    hears: "nobody",
    finds: BLOCKED,
    cause: NOT_FORWARDED,
  },
  {
    title: "another range is forwarded than the PBX uses",
    circumstances: { forwarded: "10000-10099" },
    hears: "nobody",
    finds: BLOCKED,
    cause: NOT_FORWARDED,
  },
  {
    title: "the PBX has no symmetric RTP (`rtp_symmetric=no`)",
    circumstances: { extension: "1024" },
    hears: "pbx",
    finds: BLOCKED,
    cause: NOT_SYMMETRIC,
  },
  {
    title: "the PBX takes SRTP only",
    circumstances: { extension: "1021" },
    hears: "both",
    finds: ["high own-media-refused", ...WORKS],
    cause: /require SRTP/,
  },
  {
    title: "the PBX allows neither PCMU nor PCMA",
    circumstances: { extension: "1022" },
    hears: undefined,
    finds: ["medium own-media-refused"],
    cause: /neither PCMU nor PCMA/,
  },
  {
    title: "a SIP ALG in the caller's router",
    circumstances: { home: { sipHelper: true } },
    sipHelper: true,
    hears: "both",
    finds: ["medium alg-suspected", ...WORKS],
  },
  { title: "all is well", circumstances: PUBLIC, hears: "both", finds: WORKS },
  { title: "all is well, with an announcement", circumstances: ANNOUNCED, hears: "both", finds: WORKS },
  {
    title: "a firewall drops RTP on the way in, with an announcement",
    circumstances: { ...ANNOUNCED, gate: dropAtGate(IN) },
    hears: "caller",
    finds: BLOCKED,
    cause: /^The PBX's voice is heard, and ours is not sent back.*on the way in/,
  },
  {
    title: "a firewall drops RTP on the way out, with an announcement",
    circumstances: { ...ANNOUNCED, gate: dropAtGate(OUT) },
    hears: "pbx",
    finds: BLOCKED,
    cause:
      /^The announcement before the echo is not heard either.*: \(1\) [^(]*on the way out; \(2\) a firewall in front/,
  },
  {
    title: "RTP is not forwarded and leaves by other ports, with an announcement",
    circumstances: { ...ANNOUNCED, forwarded: "", gate: RANDOM_PORTS },
    hears: "caller",
    finds: ["medium rtp-port-remapped"],
    cause: NOT_FORWARDED,
  },
  // Held out: none of these was thought of when the rules were written.
  {
    title: "the firewall of the PBX's own host lets RTP in from its network only",
    circumstances: { pbxInput: ["ip saddr != 192.168.10.0/24 udp dport 18000-18099 drop"] },
    heldOut: true,
    hears: "nobody",
    finds: BLOCKED,
    cause: WAY_IN,
  },
  {
    title: "a firewall rejects RTP on the way in (ICMP)",
    circumstances: { gate: { forward: [`${IN} reject`] } },
    heldOut: true,
    hears: "nobody",
    finds: BLOCKED,
    cause: WAY_IN,
  },
  {
    title: "the caller's own firewall drops RTP",
    circumstances: { callerInput: ["udp sport 18000-18099 drop"] },
    heldOut: true,
    hears: "pbx",
    finds: BLOCKED,
    cause: /a firewall in front of this machine/,
  },
  {
    title: "the caller's router changes ports (symmetric NAT)",
    circumstances: { home: RANDOM_PORTS },
    heldOut: true,
    hears: "both",
    finds: WORKS,
  },
  {
    title: "signalling over TCP",
    circumstances: { transport: "tcp" },
    heldOut: true,
    hears: "both",
    finds: WORKS,
  },
  {
    title: "no external media address, and a SIP ALG in the PBX's router heals it over UDP",
    circumstances: { sipPort: 5062, gate: { sipHelper: true } },
    sipHelper: true,
    heldOut: true,
    hears: "both",
    finds: WORKS,
  },
  {
    title: "the same over TCP, at which the ALG does not look",
    circumstances: { sipPort: 5062, gate: { sipHelper: true }, transport: "tcp" },
    sipHelper: true,
    heldOut: true,
    hears: "both",
    finds: ["high media-address-private", "high call-contact-private"],
  },
  {
    title: "no external media address, and a SIP ALG in the caller's router",
    circumstances: { sipPort: 5062, home: { sipHelper: true } },
    sipHelper: true,
    heldOut: true,
    hears: "both",
    finds: ["medium media-address-private", "medium alg-suspected", "medium call-contact-private"],
    cause: /external media address is not set/,
  },
  {
    title: "the PBX's router puts its own address in place of every sender's",
    circumstances: { gate: { postrouting: ['oifname "inner" masquerade'] } },
    heldOut: true,
    hears: "both",
    finds: ["medium media-address-private", "medium call-contact-private"],
    cause: /puts a private address in place of every sender's/,
  },
  {
    title: "the caller is inside, and dials the PBX's public address",
    circumstances: { from: "lan", host: "25.1.1.10", hairpin: true },
    heldOut: true,
    hears: "both",
    finds: ["medium media-address-private", "medium call-contact-private"],
    cause: /this machine is in its network/,
  },
  {
    title: "RTP leaves by another line of the PBX's site",
    circumstances: { gate: SECOND_LINE },
    heldOut: true,
    hears: "pbx",
    finds: BLOCKED,
    cause: /leaves by another address or port/,
  },
  {
    title: "RTP leaves by another line of the PBX's site",
    circumstances: { ...PUBLIC, gate: SECOND_LINE },
    heldOut: true,
    hears: "both",
    finds: ["medium rtp-from-elsewhere", ...WORKS],
  },
  {
    title: "the PBX has no symmetric RTP",
    circumstances: { ...PUBLIC, extension: "1024" },
    heldOut: true,
    hears: "both",
    finds: WORKS,
  },
  {
    title: "no RTP ports are forwarded, and the announcement opens the router",
    circumstances: { ...ANNOUNCED, forwarded: "" },
    heldOut: true,
    hears: "both",
    finds: WORKS,
  },
  {
    title: "RTP ports are forwarded, and RTP leaves by other ones",
    circumstances: { ...ANNOUNCED, gate: RANDOM_PORTS },
    heldOut: true,
    hears: "both",
    finds: WORKS,
  },
  {
    title: "every fifth packet of the voice is lost on the way in",
    circumstances: { gate: dropAtGate(`${IN} numgen inc mod 5 == 0`) },
    heldOut: true,
    hears: "both",
    finds: ["medium rtp-loss", ...WORKS],
  },
  { title: "all is well", circumstances: { from: "lan" }, heldOut: true, hears: "both", finds: WORKS },
  {
    title: "no external media address is set, which does not matter there",
    circumstances: { from: "lan", sipPort: 5062 },
    heldOut: true,
    hears: "both",
    finds: WORKS,
  },
  {
    title: "a firewall drops RTP both ways at the router, which does not matter there",
    circumstances: { from: "lan", gate: dropAtGate(IN, OUT) },
    heldOut: true,
    hears: "both",
    finds: WORKS,
  },
];
