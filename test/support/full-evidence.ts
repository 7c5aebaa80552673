import type { MeasuredCall } from "../../src/calls/call-facts.js";
import { identifyAnswerer } from "../../src/diagnosis/answerer.js";
import type { Evidence, ExchangeEvidence } from "../../src/diagnosis/evidence.js";
import type { Preset } from "../../src/presets/index.js";
import { type Untrusted, untrusted, untrustedToken } from "../../src/redaction/untrusted.js";
import type { AddressClass } from "../../src/sip/index.js";
import { announced, echoCall, stream } from "./echo-call.js";
import { endpoint, platform, tlsSeen } from "./evidence.js";

/** As a type is when nothing in it is left out, so a new field of the evidence has to be given here too. */
type Full<T> = T extends Untrusted | Date | ReadonlyMap<unknown, unknown> | Preset | Platform
  ? T
  : T extends object
    ? { [Key in keyof T]-?: Full<Exclude<T[Key], undefined>> }
    : T;
type Platform = NonNullable<Evidence["platform"]>;

const address = { address: "192.0.2.7", port: 5070 };
const phrase = (text: string) => untrusted(text);
const token = (text: string) => untrustedToken(text);

function fullExchange(method: ExchangeEvidence["method"], status: number): Full<ExchangeEvidence> {
  return {
    method,
    withCredentials: status === 403,
    result: "answered",
    ms: 20,
    sends: 1,
    status,
    reason: phrase("As Said"),
    server: phrase("SomePBX 1.0"),
    retryAfter: 30,
    headers: { Warning: token("399 pbx"), Allow: token("INVITE"), Reason: token("SIP;cause=403") },
    contacts: [token("sip:1001@192.0.2.9")],
    challenge: {
      status,
      offers: [
        { realm: phrase("other.example.org"), algorithm: "MD5", qop: ["auth"], stale: true, proxy: false },
      ],
      firstIsNoDigest: `the scheme is ${token("X-2")}, not Digest`,
      length: 60,
      nonceOf: "freeswitch",
      unusable: [`algorithm ${token("X-1")} is not known`],
    },
    local: address,
    seen: { address: token("203.0.113.9"), port: 1024 },
    answeredFrom: address,
    rewritten: [{ what: "call-id", sent: token("a@192.0.2.7"), came: token("a@203.0.113.9") }],
    isPartial: true,
    problem: `the peer said ${phrase("no")}`,
  };
}

const fullCall: Full<MeasuredCall> = {
  ...echoCall(),
  setup: {
    ...echoCall().setup,
    facts: {
      ...{ server: phrase("SomePBX"), received: token("203.0.113.9"), rport: 1024, answeredFrom: address },
      ...{ rewritten: [{ what: "cseq", sent: token("1"), came: token("2") }], retryAfter: 3 },
    },
  },
  answer: {
    ...echoCall().answer,
    contact: { host: token("192.168.1.5"), port: 5060 },
    announced: announced("192.168.1.5"),
  },
  steps: [{ do: "listen", fromMs: 0, toMs: 1, cut: true, heard: { fromMs: 0, toMs: 1 } }],
  audio: {
    ...echoCall().audio,
    aim: { target: address, instead: "not-allowed" },
    ...{ firstMs: 1, loudest: -12 },
    received: [{ ...stream(), meanJitter: 2, maxJitter: 3, level: { measured: 1, silent: 1, mean: -3 } }],
  },
  requests: [{ atMs: 3, method: "BYE", announced: announced("192.0.2.9"), reason: phrase("SIP;cause=408") }],
  end: { by: "there", atMs: 3, reason: phrase("SIP;cause=408"), q850: 16, bye: 200 },
};

/** Evidence in which every field holds something, as no single diagnosis has it. */
export function fullEvidence(preset: Preset): Evidence {
  const place = endpoint({ from: "srv", host: "a.example.net" });
  const exchanges = [fullExchange("REGISTER", 401), fullExchange("REGISTER", 403)] as const;
  const last = exchanges[1];
  const leaf = { dnsNames: ["mail.example.org"], uriNames: ["sip:mail.example.org"], ipNames: ["192.0.2.1"] };
  const {
    verdict,
    withoutName: _,
    withName: __,
    ...tls
  } = tlsSeen({ ...leaf, selfSigned: true }, "DEPTH_ZERO_SELF_SIGNED_CERT");
  if (verdict?.chain.code === undefined) throw new Error("no code of a chain");
  const handshake = {
    ...tls,
    verdict: { ...verdict, chain: { ...verdict.chain, code: verdict.chain.code, outdated: 1 } },
  };
  const full: Full<Evidence> = {
    target: {
      ...{ sipDomain: "pbx.example.com", username: "1001", proxy: "edge.example.com" },
      ...{ port: 5060, transport: "udp", authUsername: "a1001" },
    },
    dialled: "edge.example.com",
    platformIsLocal: false,
    traced: {
      ...{ unansweredChallenges: 2, acceptedBefore: true, nonceOfOldChallenge: true, nonceFromBefore: true },
      headerMissed: "Proxy-Authorization",
      ...{
        othersAnswered: true,
        arrived: true,
        refusedBelow: true,
        sentAfterAnswer: 3,
        unansweredSinceAccepted: 3,
        unreadable: true,
        tooBriefAgain: true,
      },
      ...{ nonceMayHaveRunOut: true, freshCalledStale: true },
      userInRequestUri: token("1001"),
      deadContacts: {
        own: token("sip:10.0.0.5"),
        uris: [token("sip:10.0.0.5")],
        seen: token("198.51.100.30"),
        hidden: true,
      },
    },
    told: { what: "provider-refused", words: `line 3: ${phrase("refused")}` },
    media: {
      ...{ position: "outside", positionFrom: "given", echoCode: "*43", endpoint: place },
      ...{ call: fullCall, encrypted: fullCall },
    },
    rtp: {
      what: "rtp-one-way",
      words: `packet 3: ${phrase("1001")}`,
      confidence: "medium",
      severity: "warning",
      cause: "Why.",
    },
    call: {
      what: "ack-lost",
      words: `the 200 of ${phrase("agent")} is sent 4 times`,
      ...{ confidence: "high", severity: "critical", cause: "its Contact", fix: "another Contact" },
    },
    settings: { advice: [{ id: "tls-with-5060", field: "port", severity: "warning", message: "Use 5061." }] },
    name: {
      host: token("edge.example.com"),
      kind: "name",
      outcome: "found",
      problem: `not every answer of ${token("edge.example.com")} came in time`,
      servers: [place],
      steps: [
        {
          ...{ type: "SRV", ms: 3, error: "ENODATA", differs: true },
          question: token("_sip._udp.edge.example.com"),
          answers: [token("0 0 5060 a.example.net")],
        },
      ],
      advertised: [endpoint({ from: "srv", host: "b.example.net", transport: "tcp" })],
      classes: new Map<string, AddressClass>([[place.address, "public"]]),
      brokenTargets: [token("gone.example.net")],
      alias: token("old.example.net"),
      onlyHere: true,
      hostsDiffer: true,
      cuts: [`40 SRV records of ${token("edge.example.com")}, the first 32 were read`],
    },
    endpoints: [
      {
        endpoint: place,
        reach: { kind: "open", ms: 20, gaveUpAfter: 10 },
        tls: {
          ...handshake,
          withName: {
            handshake,
            problem: `failed: ${phrase("that name")} (${token("ALERT-2")})`,
            late: true,
          },
          withoutName: { handshake, problem: `closed: ${phrase("no name")} (${token("ALERT")})`, late: true },
        },
        speaksTls: true,
        options: fullExchange("OPTIONS", 200),
        register: fullExchange("REGISTER", 403),
        notAsked: "OPTIONS was left out",
      },
    ],
    otherEndpoints: [],
    registrar: { endpoint: place, exchanges },
    overTcp: { endpoint: place, exchange: fullExchange("REGISTER", 401) },
    credentials: {
      ...{ sends: 2, outcome: "rejected", last, staleRetried: true },
      realms: [phrase("other.example.org"), phrase("inner")],
      bindings: [{ uri: token("sip:1001@192.0.2.9"), expires: 60 }],
    },
    binding: {
      ...{
        outcome: "bound",
        last,
        listed: false,
        askedExpires: 120,
        grantedExpires: 60,
        raisedTo: 600,
        removed: false,
      },
      others: [{ uri: token("sip:1001@192.0.2.10"), expires: 90 }],
    },
    path: {
      ...{ transport: "udp", local: address, localClass: "documentation", nat: true, seenAtDialled: true },
      seen: { address: token("203.0.113.9"), port: 1024 },
      privateFromPublic: { address: token("192.168.1.9"), isOurs: false },
      rewritten: last.rewritten,
      unchangedAt: [endpoint({ transport: "tcp", host: "a.example.net" })],
      answeredFrom: address,
      askedAt: endpoint({ host: "a.example.net" }),
    },
    platform: platform(["WRONG_CREDENTIALS_STATE", "SOME_NEW_STATE"]),
    history: { refusals: 1, samePassword: true, counted: 2, answeredAgo: 40 },
    answerer: { header: phrase("SomePBX 1.0"), ...identified(exchanges) },
    preset: { preset, from: "given" },
    notChecked: [{ check: "reach", why: `udp ${token("192.0.2.9:5060")}: the time was up` }],
  };
  return full;
}

function identified(exchanges: readonly ExchangeEvidence[]) {
  const { family, name } = identifyAnswerer(exchanges);
  return { family, name, presets: [] };
}
