import { identifyAnswerer } from "../../src/diagnosis/answerer.js";
import { certificateSeen, verdictSeen } from "../../src/diagnosis/checks/certificate.js";
import type {
  ChallengeEvidence,
  ChallengeOffer,
  CredentialsEvidence,
  Endpoint,
  EndpointEvidence,
  Evidence,
  ExchangeEvidence,
  HandshakeSeen,
  NameEvidence,
  PlatformEvidence,
  Reach,
  TlsEvidence,
} from "../../src/diagnosis/evidence.js";
import { type Untrusted, untrusted, untrustedToken } from "../../src/redaction/untrusted.js";
import { classifyAddress } from "../../src/sip/message/address.js";
import type { CertificateDescription } from "../../src/sip/transport/certificate.js";
import { judgeCertificate } from "../../src/sip/transport/certificate-verdict.js";
import { REGISTRATION_STATES, type RegistrationStatus } from "../../src/telzino/types.js";

/** Evidence made of values, for tests of rules. Everything is healthy unless a test says otherwise. */

export const NOW = new Date("2026-06-01T12:00:00Z");

/** Values in which text from outside may be written as it is. */
type Written<T> = T extends Untrusted
  ? T | string
  : T extends Date | ReadonlyMap<unknown, unknown> | HandshakeSeen
    ? T
    : T extends object
      ? { [Key in keyof T]: Written<T[Key]> }
      : T;
type Some<T> = Partial<Written<T>>;

const token = (text: string | Untrusted) => untrustedToken(text);

export function endpoint({ host = "pbx.example.com", ...more }: Some<Endpoint> = {}): Endpoint {
  const base = {
    transport: "udp",
    address: "8.8.4.4",
    family: 4,
    port: 5060,
  } as const;
  return { ...base, from: "address", ...more, host: token(host) };
}

export function exchange(written: Some<ExchangeEvidence> = {}): ExchangeEvidence {
  const {
    reason,
    server,
    headers = {},
    contacts = [],
    rewritten = [],
    seen,
    challenge: asked,
    ...more
  } = written;
  const isAnswered = more.result === undefined || more.result === "answered";
  const phrase = reason ?? (isAnswered ? "OK" : undefined);
  return {
    method: "OPTIONS",
    withCredentials: false,
    result: "answered",
    ms: 20,
    sends: 1,
    ...(isAnswered ? { status: 200 } : {}),
    ...more,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, token(value)])),
    contacts: contacts.map(token),
    rewritten: rewritten.map(({ what, sent, came }) => ({ what, sent: token(sent), came: token(came) })),
    ...(phrase === undefined ? {} : { reason: untrusted(phrase) }),
    ...(server === undefined ? {} : { server: untrusted(server) }),
    ...(seen === undefined ? {} : { seen: { ...seen, address: token(seen.address) } }),
    ...(asked === undefined
      ? {}
      : { challenge: { ...asked, offers: asked.offers.map((offer) => offerSeen(offer)) } }),
  };
}

function offerSeen(offer: Written<ChallengeOffer>): ChallengeOffer {
  return { ...offer, realm: untrusted(offer.realm) };
}

export function challenge(more: Some<ChallengeOffer> = {}): ChallengeEvidence {
  const offer = { realm: "asterisk", algorithm: "MD5", qop: ["auth"], stale: false, proxy: false, ...more };
  return { status: 401, offers: [offerSeen(offer)], unusable: [] };
}

/** A REGISTER that was answered so. */
export function registered(status: number, more: Some<ExchangeEvidence> = {}): ExchangeEvidence {
  const challenged = status === 401 || status === 407 ? { challenge: challenge() } : {};
  return exchange({ method: "REGISTER", status, reason: "Said So", ...challenged, ...more });
}

export function endpointSeen(more: Partial<EndpointEvidence> = {}): EndpointEvidence {
  return { endpoint: endpoint(), reach: { kind: "open", ms: 20 }, options: exchange(), ...more };
}

export function shutEndpoint(reach: Written<Reach>, more: Some<Endpoint> = {}): EndpointEvidence {
  return { endpoint: endpoint(more), reach: "code" in reach ? { ...reach, code: token(reach.code) } : reach };
}

export function nameSeen(written: Some<NameEvidence> = {}): NameEvidence {
  const {
    host = "pbx.example.com",
    servers: named,
    advertised = [],
    steps = [],
    brokenTargets = [],
    alias,
    ...more
  } = written;
  const servers = named?.map((each) => endpoint(each)) ?? [endpoint()];
  return {
    host: written.outcome === "invalid" ? untrusted(host) : token(host),
    kind: "name",
    outcome: servers.length > 0 ? "found" : "not-found",
    servers,
    steps: steps.map((step) => ({
      ...step,
      question: token(step.question),
      answers: step.answers.map(token),
    })),
    advertised: advertised.map((each) => endpoint(each)),
    classes: new Map(servers.map(({ address }) => [address, classifyAddress(address) ?? "reserved"])),
    brokenTargets: brokenTargets.map(token),
    onlyHere: false,
    hostsDiffer: false,
    cuts: [],
    ...(alias === undefined ? {} : { alias: token(`${alias}`) }),
    ...more,
  };
}

export interface EvidenceParts extends Partial<Evidence> {
  /** The REGISTERs; a challenge by default. */
  registers?: readonly [ExchangeEvidence, ...ExchangeEvidence[]];
  /** Server header of every answer. */
  server?: string;
}

/** A PBX that answers OPTIONS and challenges REGISTER, over tls so nothing is to be remarked. */
export function evidence({ registers, server, ...more }: EvidenceParts = {}): Evidence {
  const place = endpoint({ transport: "tls", port: 5061 });
  const exchanges = registers ?? [registered(401)];
  const named =
    server === undefined ? exchanges : exchanges.map((each) => ({ ...each, server: untrusted(server) }));
  return {
    target: { sipDomain: "pbx.example.com", username: "1001", port: 5061, transport: "tls" },
    dialled: "pbx.example.com",
    platformIsLocal: false,
    settings: { advice: [] },
    name: nameSeen({ servers: [place] }),
    endpoints: [endpointSeen({ endpoint: place })],
    otherEndpoints: [],
    registrar: { endpoint: place, exchanges },
    history: { refusals: 0 },
    answerer: identifyAnswerer(named),
    notChecked: [],
    ...more,
  };
}

/** Evidence of a place that gives no SIP answer at all. */
export function unanswered(endpoints: readonly EndpointEvidence[], more: EvidenceParts = {}): Evidence {
  const { registrar: _none, ...rest } = evidence({ endpoints, ...more });
  return { ...rest, ...(more.registrar ? { registrar: more.registrar } : {}) };
}

export function credentials(
  outcome: CredentialsEvidence["outcome"],
  status: number | undefined,
  { realms = ["asterisk"], bindings = [], last: given, ...more }: Some<CredentialsEvidence> = {},
): CredentialsEvidence {
  const last =
    status === undefined
      ? exchange({ method: "REGISTER", withCredentials: true, result: "silent", ms: 8_000, sends: 5 })
      : registered(status, { withCredentials: true });
  return {
    ...{ sends: 1, outcome, staleRetried: false },
    ...more,
    last: given === undefined ? last : exchange(given),
    realms: realms.map((realm) => untrusted(realm)),
    bindings: bindings.map(({ uri, ...binding }) => ({ ...binding, uri: token(uri) })),
  };
}

const CERTIFICATE: CertificateDescription = {
  subject: "CN=pbx.example.com",
  issuer: "CN=Some CA",
  commonNames: ["pbx.example.com"],
  hasAltNames: true,
  dnsNames: ["pbx.example.com"],
  uriNames: [],
  ipNames: [],
  validFrom: new Date("2026-01-01T00:00:00Z"),
  validTo: new Date("2027-01-01T00:00:00Z"),
  selfSigned: false,
  forServers: true,
  fingerprint: "00",
};

export function tlsSeen(
  more: Partial<CertificateDescription> = {},
  authorizationError?: string,
  domain = "pbx.example.com",
): TlsEvidence {
  const leaf = { ...CERTIFICATE, ...more };
  return {
    protocol: "TLSv1.3",
    cipher: "TLS_AES_256_GCM_SHA384",
    domain: token(domain),
    chain: [certificateSeen(leaf)],
    verdict: verdictSeen(
      judgeCertificate({
        chain: [leaf],
        domain,
        now: NOW,
        ...(authorizationError === undefined ? {} : { authorizationError }),
      }),
    ),
  };
}

/** A status of which the state alone is known; one that the API does not document is text from outside. */
export function statusIn(state: string): RegistrationStatus {
  return { state: REGISTRATION_STATES.find((known) => known === state) ?? token(state) };
}

export function platform(
  states: readonly (string | RegistrationStatus)[],
  more: Partial<PlatformEvidence> = {},
): PlatformEvidence {
  const samples = states.map((state, index) => ({
    atMs: index * 1_500,
    status: typeof state === "string" ? statusIn(state) : state,
  }));
  const [first, ...rest] = samples;
  if (first === undefined) throw new Error("no sample");
  return {
    samples: [first, ...rest],
    stored: { sipDomain: "pbx.example.com", enabled: true },
    now: NOW,
    ...more,
  };
}
