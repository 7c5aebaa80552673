import { identifyAnswerer } from "../../src/diagnosis/answerer.js";
import type {
  ChallengeEvidence,
  CredentialsEvidence,
  Door,
  DoorEvidence,
  Evidence,
  ExchangeEvidence,
  NameEvidence,
  PlatformEvidence,
  TlsEvidence,
} from "../../src/diagnosis/evidence.js";
import { classifyAddress } from "../../src/sip/address.js";
import type { CertificateDescription } from "../../src/sip/certificate.js";
import { judgeCertificate } from "../../src/sip/certificate-verdict.js";
import type { RegistrationStatus } from "../../src/telzino/types.js";

/** Evidence made of values, for tests of rules. Everything is healthy unless a test says otherwise. */

export const NOW = new Date("2026-06-01T12:00:00Z");

export function door(more: Partial<Door> = {}): Door {
  const base = {
    transport: "udp",
    host: "pbx.example.com",
    address: "8.8.4.4",
    family: 4,
    port: 5060,
  } as const;
  return { ...base, from: "address", ...more };
}

export function exchange(more: Partial<ExchangeEvidence> = {}): ExchangeEvidence {
  return {
    method: "OPTIONS",
    withCredentials: false,
    result: "answered",
    ms: 20,
    sends: 1,
    headers: {},
    contacts: [],
    rewritten: [],
    ...(more.result === undefined || more.result === "answered" ? { status: 200, reason: "OK" } : {}),
    ...more,
  };
}

export function challenge(more: Partial<ChallengeEvidence["offers"][number]> = {}): ChallengeEvidence {
  const offer = { realm: "asterisk", algorithm: "MD5", qop: ["auth"], stale: false, proxy: false, ...more };
  return { status: 401, offers: [offer], unusable: [] };
}

/** A REGISTER that was answered so. */
export function registered(status: number, more: Partial<ExchangeEvidence> = {}): ExchangeEvidence {
  const challenged = status === 401 || status === 407 ? { challenge: challenge() } : {};
  return exchange({ method: "REGISTER", status, reason: "Said So", ...challenged, ...more });
}

export function doorSeen(more: Partial<DoorEvidence> = {}): DoorEvidence {
  return { door: door(), reach: { kind: "open", ms: 20 }, options: exchange(), ...more };
}

export function shutDoor(reach: DoorEvidence["reach"], more: Partial<Door> = {}): DoorEvidence {
  return { door: door(more), reach };
}

export function nameSeen(more: Partial<NameEvidence> = {}): NameEvidence {
  const servers = more.servers ?? [door()];
  return {
    host: "pbx.example.com",
    kind: "name",
    outcome: servers.length > 0 ? "found" : "not-found",
    servers,
    steps: [],
    advertised: [],
    classes: new Map(servers.map(({ address }) => [address, classifyAddress(address) ?? "reserved"])),
    brokenTargets: [],
    onlyHere: false,
    hostsDiffer: false,
    cuts: [],
    ...more,
  };
}

export interface EvidenceParts extends Partial<Evidence> {
  /** The REGISTERs; a challenge by default. */
  registers?: readonly [ExchangeEvidence, ...ExchangeEvidence[]];
  /** Server header of every answer. */
  server?: string;
}

/** A PBX that answers OPTIONS and challenges REGISTER, over tls so that nothing is to be remarked. */
export function evidence({ registers, server, ...more }: EvidenceParts = {}): Evidence {
  const place = door({ transport: "tls", port: 5061 });
  const exchanges = registers ?? [registered(401)];
  const named = server === undefined ? exchanges : exchanges.map((each) => ({ ...each, server }));
  return {
    target: { sipDomain: "pbx.example.com", username: "1001", port: 5061, transport: "tls" },
    dialled: "pbx.example.com",
    platformIsLocal: false,
    settings: { advice: [] },
    name: nameSeen({ servers: [place] }),
    doors: [doorSeen({ door: place })],
    otherDoors: [],
    registrar: { door: place, exchanges },
    history: { refusals: 0 },
    answerer: identifyAnswerer(named),
    notChecked: [],
    ...more,
  };
}

/** Evidence of a place that gives no SIP answer at all. */
export function unanswered(doors: readonly DoorEvidence[], more: EvidenceParts = {}): Evidence {
  const { registrar: _none, ...rest } = evidence({ doors, ...more });
  return { ...rest, ...(more.registrar ? { registrar: more.registrar } : {}) };
}

export function credentials(
  outcome: CredentialsEvidence["outcome"],
  status: number | undefined,
  more: Partial<CredentialsEvidence> = {},
): CredentialsEvidence {
  const last =
    status === undefined
      ? exchange({ method: "REGISTER", withCredentials: true, result: "silent", ms: 8_000, sends: 5 })
      : registered(status, { withCredentials: true });
  return { sends: 1, outcome, last, staleRetried: false, realms: ["asterisk"], bindings: [], ...more };
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
  fingerprint: "00",
};

export function tlsSeen(
  more: Partial<CertificateDescription> = {},
  authorizationError?: string,
): TlsEvidence {
  const leaf = { ...CERTIFICATE, ...more };
  return {
    protocol: "TLSv1.3",
    cipher: "TLS_AES_256_GCM_SHA384",
    domain: "pbx.example.com",
    chain: [leaf],
    verdict: judgeCertificate({
      chain: [leaf],
      domain: "pbx.example.com",
      now: NOW,
      ...(authorizationError === undefined ? {} : { authorizationError }),
    }),
  };
}

export function platform(
  states: readonly (string | RegistrationStatus)[],
  more: Partial<PlatformEvidence> = {},
): PlatformEvidence {
  const samples = states.map((state, index) => ({
    atMs: index * 1_500,
    status: typeof state === "string" ? { state } : state,
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
