import type { CallCircumstances } from "./test-call-net.js";

/** What can be wrong with a call to the agent through a PBX behind NAT, and what a test call has to say of it. */

export interface CallScenario {
  /** For the table of docs/calls.md. */
  readonly title: string;
  readonly circumstances: CallCircumstances;
  /** Who hears whom, by what arrived; `undefined`: no call came about. */
  readonly hears: CallHearing | undefined;
  readonly outcome: "proven" | "problem" | "not_proven";
  /** Findings above info, and that the call works, as `confidence id`. */
  readonly finds: readonly string[];
  /** What it may be instead, where the PBX answers in one way or the other. */
  readonly orFinds?: readonly string[];
  /** It was not thought of when the rules were written. */
  readonly heldOut?: true;
}

/** `agent`: only the agent hears. `pbx`: only the PBX does. */
export type CallHearing = "both" | "agent" | "pbx" | "nobody";

const AGENT = "25.3.3.40";
const drop = (...matches: readonly string[]) => ({ forward: matches.map((match) => `${match} drop`) });
const IN = `ip saddr ${AGENT} udp dport 18000-18099`;
const OUT = `ip daddr ${AGENT} udp sport 18000-18099`;
/** The first four bytes behind UDP's header: "ACK ". */
const ACK = `ip daddr ${AGENT} @th,64,32 0x41434b20`;
/** "INVI" */
const INVITE = `ip daddr ${AGENT} @th,64,32 0x494e5649`;
const WORKS = ["high call-works"];
/** Whatever became of the call: the PBX says no more. */
const DIAL_ENDS = ["medium call-failed-beyond"];

export const CALL_SCENARIOS: readonly CallScenario[] = [
  { title: "all is well", circumstances: {}, hears: "both", outcome: "proven", finds: WORKS },
  {
    title: "all is well, called from behind another router",
    circumstances: { from: "caller" },
    hears: "both",
    outcome: "proven",
    finds: WORKS,
  },
  {
    title: "a firewall drops the agent's voice on the way in",
    circumstances: { gate: drop(IN) },
    hears: "agent",
    outcome: "problem",
    finds: ["high agent-not-heard"],
  },
  {
    title: "a firewall drops the voice to the agent",
    circumstances: { gate: drop(OUT) },
    hears: "pbx",
    outcome: "problem",
    finds: ["medium platform-hears-nothing"],
  },
  {
    title: "a firewall drops the voice both ways",
    circumstances: { gate: drop(IN, OUT) },
    hears: "nobody",
    outcome: "problem",
    finds: ["high agent-not-heard", "medium platform-hears-nothing"],
  },
  {
    title: "no external media address is set, and the platform sends to the announced address",
    circumstances: { extension: "2002", sipPort: 5062 },
    hears: "agent",
    outcome: "problem",
    finds: ["high agent-not-heard"],
  },
  {
    title: "the external media address is out of date",
    circumstances: { extension: "2003", sipPort: 5064 },
    hears: "agent",
    outcome: "problem",
    finds: ["high agent-not-heard"],
  },
  {
    title: "the agent is behind NAT, and the PBX sends to the address in its answer",
    circumstances: { extension: "2006", at: "caller" },
    hears: "pbx",
    outcome: "problem",
    finds: ["medium platform-hears-nothing"],
  },
  {
    title: "no ACK reaches the agent",
    circumstances: { gate: drop(ACK), holdSeconds: 36 },
    hears: "both",
    outcome: "problem",
    finds: ["medium ack-lost", ...WORKS],
  },
  {
    title: "the agent is busy",
    circumstances: { behaviour: "busy" },
    hears: undefined,
    outcome: "problem",
    finds: ["high callee-busy"],
  },
  {
    title: "the agent declines",
    circumstances: { behaviour: "declines", called: "2101" },
    hears: undefined,
    outcome: "problem",
    finds: ["medium call-declined"],
  },
  {
    title: "the agent declines, and the dialplan ends after Dial",
    circumstances: { behaviour: "declines" },
    hears: undefined,
    outcome: "problem",
    // 503 with cause 21 at one time, with 34 at another.
    finds: ["medium call-declined"],
    orFinds: DIAL_ENDS,
  },
  {
    title: "no one is registered",
    circumstances: { called: "2109" },
    hears: undefined,
    outcome: "problem",
    finds: ["high callee-not-registered"],
  },
  {
    title: "no one is registered, and the dialplan ends after Dial",
    circumstances: { called: "2009" },
    hears: undefined,
    outcome: "problem",
    finds: DIAL_ENDS,
  },
  {
    title: "there is no such extension",
    circumstances: { called: "3001" },
    hears: undefined,
    outcome: "problem",
    finds: ["medium no-such-extension"],
  },
  {
    title: "the agent's extension demands SRTP",
    circumstances: { extension: "2004", called: "2104" },
    hears: undefined,
    outcome: "problem",
    finds: ["high agent-media-refused"],
  },
  {
    title: "the agent's extension demands SRTP, and the dialplan ends after Dial",
    circumstances: { extension: "2004" },
    hears: undefined,
    outcome: "problem",
    finds: DIAL_ENDS,
  },
  {
    title: "the agent's extension allows no codec of its",
    circumstances: { extension: "2005", called: "2105" },
    hears: undefined,
    outcome: "problem",
    finds: ["high agent-media-refused"],
  },
  {
    title: "the agent's extension allows no codec of its, and the dialplan ends after Dial",
    circumstances: { extension: "2005" },
    hears: undefined,
    outcome: "problem",
    finds: DIAL_ENDS,
  },
  {
    title: "the PBX ends the call after 6 s",
    circumstances: { called: "2008" },
    hears: "both",
    outcome: "proven",
    finds: ["high call-hung-up-there", ...WORKS],
  },
  {
    title: "the calling extension demands SRTP",
    circumstances: { tester: "1021" },
    hears: undefined,
    outcome: "not_proven",
    finds: ["medium own-media-refused"],
  },
  {
    title: "the calling extension's password is wrong",
    circumstances: { password: "wrong" },
    hears: undefined,
    outcome: "not_proven",
    finds: ["high tester-refused"],
  },
  {
    title: "the way to the agent is gone (NAT mapping)",
    circumstances: { later: drop(INVITE) },
    hears: undefined,
    outcome: "problem",
    finds: ["medium agent-does-not-ring"],
  },
  {
    title: "the agent hears and does not reply",
    circumstances: { behaviour: "deaf" },
    hears: "both",
    outcome: "proven",
    finds: ["high agent-does-not-react", ...WORKS],
  },
  // Held out: none of these was thought of when the rules were written.
  {
    title: "no external media address is set, and the platform answers to where voice comes from",
    circumstances: { extension: "2002", sipPort: 5062, symmetric: true },
    heldOut: true,
    hears: "both",
    outcome: "proven",
    finds: WORKS,
  },
  {
    title: "no RTP ports are forwarded",
    circumstances: { forwarded: "" },
    heldOut: true,
    hears: "both",
    outcome: "proven",
    finds: WORKS,
  },
  {
    title: "the agent lets the caller speak first",
    circumstances: { behaviour: "late" },
    heldOut: true,
    hears: "both",
    outcome: "proven",
    finds: WORKS,
  },
  {
    title: "the agent registers over TCP",
    circumstances: { extension: "2007", transport: "tcp" },
    heldOut: true,
    hears: "both",
    outcome: "proven",
    finds: WORKS,
  },
  {
    title: "every fifth packet to the agent is lost",
    circumstances: { gate: drop(`${OUT} numgen inc mod 5 == 0`) },
    heldOut: true,
    hears: "both",
    outcome: "proven",
    finds: WORKS,
  },
  {
    title: "the call is not in the agent's log",
    circumstances: { noLog: true },
    heldOut: true,
    hears: "both",
    outcome: "not_proven",
    finds: ["medium call-works"],
  },
  {
    title: "the caller's own router drops RTP, which says nothing of the agent",
    circumstances: {
      from: "caller",
      gate: drop("ip saddr 25.2.2.30 udp dport 18000-18099", "ip daddr 25.2.2.30 udp sport 18000-18099"),
    },
    heldOut: true,
    hears: "pbx",
    outcome: "not_proven",
    finds: ["high own-leg-broken"],
  },
  {
    title: "the PBX's own firewall drops the caller's voice, which says nothing of the agent",
    circumstances: { pbxInput: ["ip saddr 192.168.10.50 udp dport 18000-18099 drop"] },
    heldOut: true,
    hears: "pbx",
    outcome: "not_proven",
    finds: ["medium own-leg-broken"],
  },
];
