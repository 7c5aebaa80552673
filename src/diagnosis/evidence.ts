import type { Preset } from "../presets/index.js";
import type { Untrusted } from "../redaction/untrusted.js";
import type { Advice } from "../registration/advice.js";
import type {
  AddressClass,
  CertificateDescription,
  CertificateVerdict,
  IdentityVerdict,
  LocateStep,
  Rewrite,
  SocketAddress,
  TransportName,
} from "../sip/index.js";
import type { RegistrationStatus, StoredRegistration } from "../telzino/types.js";
import type { Answerer } from "./answerer.js";
import type { MediaEvidence } from "./evidence-media.js";
import type {
  BindingEvidence,
  CredentialsEvidence,
  ExchangeEvidence,
  OverTcpEvidence,
  RegistrarEvidence,
  SeenAddress,
} from "./evidence-registrar.js";
import type { RtpEvidence } from "./evidence-rtp.js";
import type { ToldEvidence, TracedEvidence } from "./evidence-traced.js";
import type { Confidence, Severity } from "./grades.js";
import type { DiagnosisTarget, Endpoint } from "./target.js";

export type * from "./evidence-registrar.js";
export type { TracedEvidence } from "./evidence-traced.js";
export type { Endpoint } from "./target.js";

/**
 * What the checks saw. Rules read nothing else, so a finding can be tested with plain values. Text from
 * outside (reason phrases, headers, DNS answers) is {@link Untrusted}, also inside our sentences. Times are
 * milliseconds.
 */
export interface Evidence {
  readonly target: DiagnosisTarget;
  /** The host that is dialled: the proxy, or the domain. Without brackets. */
  readonly dialled: string;
  /** The platform runs on this machine, so it can reach local addresses. */
  readonly platformIsLocal: boolean;
  readonly settings: SettingsEvidence;
  readonly name: NameEvidence;
  /** The places that the settings lead to, in the order in which to try them. */
  readonly endpoints: readonly EndpointEvidence[];
  /** The usual other places; only looked at when none of the configured ones answers. */
  readonly otherEndpoints: readonly EndpointEvidence[];
  /** The REGISTER exchange; absent when there was no user, or nothing to send it to. */
  readonly registrar?: RegistrarEvidence;
  /** Present where OPTIONS was answered over UDP and REGISTER was not. */
  readonly overTcp?: OverTcpEvidence;
  /** Present when credentials were sent. */
  readonly credentials?: CredentialsEvidence;
  /** Present when a test binding was asked for. */
  readonly binding?: BindingEvidence;
  readonly path?: PathEvidence;
  readonly platform?: PlatformEvidence;
  readonly history: HistoryEvidence;
  readonly answerer: Answerer;
  readonly preset?: PresetEvidence;
  /** Where messages of both sides were seen in a trace. */
  readonly traced?: TracedEvidence;
  /** What a log says outright. */
  readonly told?: ToldEvidence;
  /** A call to the PBX's echo test. */
  readonly media?: MediaEvidence;
  /** What the RTP in a capture shows. */
  readonly rtp?: RtpEvidence;
  /** What a log or trace shows of a call. */
  readonly call?: CallEvidence;
  readonly notChecked: readonly NotChecked[];
}

const CHECKS = [
  "settings",
  "name",
  "reach",
  "tls",
  "registrar",
  "other endpoints",
  "credentials",
  "media",
  "path",
  "platform",
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface NotChecked {
  readonly check: CheckName;
  readonly why: string;
}

export interface PresetEvidence {
  readonly preset: Preset;
  /** `given` by the caller, or `recognised` from how the PBX names itself. */
  readonly from: "given" | "recognised";
}

export interface SettingsEvidence {
  readonly advice: readonly Advice[];
}

export interface NameEvidence {
  readonly host: Untrusted;
  readonly kind: "literal" | "name";
  /**
   * `timeout`: the lookups did not end in time. `invalid`: not a host at all; `problem` says why. `not-asked`:
   * nothing was looked up and nothing was sent, only settings and status are known.
   */
  readonly outcome: "found" | "not-found" | "refused" | "failed" | "timeout" | "invalid" | "not-asked";
  readonly problem?: string;
  readonly servers: readonly Endpoint[];
  readonly steps: readonly StepSeen[];
  /** What NAPTR and SRV name, looked up beside a given port or transport, which rule them out (RFC 3263 4.2). */
  readonly advertised: readonly Endpoint[];
  /** Class of each address found. */
  readonly classes: ReadonlyMap<string, AddressClass>;
  /** SRV targets that have no address. */
  readonly brokenTargets: readonly Untrusted[];
  /** The host has no address and is an alias (CNAME) of this name. */
  readonly alias?: Untrusted;
  /** DNS has none of the addresses: only this machine's hosts file knows the name. */
  readonly onlyHere: boolean;
  /** DNS and this machine's hosts file give different addresses. */
  readonly hostsDiffer: boolean;
  /** What limits of ours have left out, in words. */
  readonly cuts: readonly string[];
}

/** A question to DNS, with its answers. */
export interface StepSeen extends Omit<LocateStep, "question" | "answers"> {
  readonly question: Untrusted;
  readonly answers: readonly Untrusted[];
}

/** How far one came at an endpoint, below SIP. */
export type Reach =
  /** TCP or TLS is open; for UDP: something came back. */
  | {
      readonly kind: "open";
      readonly ms: number;
      /** A try before this one was given up after so long. */
      readonly gaveUpAfter?: number;
    }
  /** UDP with nothing sent that would be answered: it proves nothing. */
  | { readonly kind: "unproven" }
  | { readonly kind: "refused"; readonly ms: number; readonly code: Untrusted }
  | { readonly kind: "silent"; readonly ms: number; readonly sends?: number }
  /** No way there: `code` is the system's, `ENETUNREACH` means that this machine has no route. */
  | { readonly kind: "unreachable"; readonly code: Untrusted; readonly message: string }
  | ({ readonly kind: "tls-failed" } & TlsFailure)
  | { readonly kind: "failed"; readonly code: Untrusted; readonly message: string }
  /** Not tried, by a rule of safety. */
  | { readonly kind: "blocked"; readonly reason: string }
  | { readonly kind: "cut-short" };

export interface TlsFailure {
  readonly ms: number;
  /** `TIMEOUT` when the peer never answered the ClientHello. */
  readonly code: Untrusted;
  /** In our words; text of OpenSSL in it is {@link Untrusted}. The same holds for every `message` of a {@link Reach}. */
  readonly message: string;
  /** The version that the server takes when old ones are allowed. */
  readonly legacyVersion?: string;
  /** Plain SIP over TCP was answered on this very port. */
  readonly speaksPlainSip?: boolean;
  /** The handshake that came about without a server name (SNI), with a certificate that does not hold. */
  readonly withoutName?: HandshakeSeen;
}

export interface EndpointEvidence {
  readonly endpoint: Endpoint;
  readonly reach: Reach;
  /** Of a TLS handshake that was completed. */
  readonly tls?: TlsEvidence;
  /** A TCP port that did not answer plain SIP took a TLS handshake. */
  readonly speaksTls?: boolean;
  /** The OPTIONS; where that was left out, the REGISTER that went there, if one did. */
  readonly options?: ExchangeEvidence;
  /** The REGISTER without credentials that was sent here as well, beside the one that is judged. */
  readonly register?: ExchangeEvidence;
  /** Why no OPTIONS was sent there. */
  readonly notAsked?: string;
}

export interface TlsEvidence extends HandshakeSeen {
  /** The same without a server name (SNI), where that is not the same. */
  readonly withoutName?: OtherHandshake;
  /** This is the handshake without a server name, over which all else was asked, since the one with it is worse: so. */
  readonly withName?: OtherHandshake;
}

export interface OtherHandshake {
  /** With another certificate. */
  readonly handshake?: HandshakeSeen;
  /** Why there was no handshake; absent where there was one. */
  readonly problem?: string;
  /** It was a limit of ours that ended it. */
  readonly late?: true;
}

/** What a TLS handshake showed. */
export interface HandshakeSeen {
  readonly protocol: string;
  readonly cipher: string;
  /** The domain that the certificate was judged for. */
  readonly domain: Untrusted;
  /** The peer's certificate first. Empty: it sent none. */
  readonly chain: readonly CertificateSeen[];
  readonly verdict?: VerdictSeen;
}

type NameField = "commonNames" | "dnsNames" | "uriNames" | "ipNames";

/** What a certificate says of itself. */
export interface CertificateSeen
  extends Omit<CertificateDescription, "subject" | "issuer" | NameField>,
    Readonly<Record<NameField, readonly Untrusted[]>> {
  readonly subject: Untrusted;
  readonly issuer: Untrusted;
}

export interface VerdictSeen extends Omit<CertificateVerdict, "identity"> {
  readonly identity: Omit<IdentityVerdict, "names"> & { readonly names: readonly Untrusted[] };
}

export interface PathEvidence {
  readonly transport: TransportName;
  readonly local: SocketAddress;
  readonly localClass: AddressClass | undefined;
  readonly seen?: SeenAddress;
  /** That is the public address which was dialled: this machine is behind the PBX's own router, or is the PBX. */
  readonly seenAtDialled?: true;
  /** It is a private one, from a PBX at a public address; `isOurs`: that of the socket. */
  readonly privateFromPublic?: { readonly address: Untrusted; readonly isOurs: boolean };
  /** The PBX saw another address than the socket has. */
  readonly nat: boolean;
  readonly rewritten: readonly Rewrite[];
  /** Where the same host answers over TCP or TLS with nothing rewritten, while it is over UDP. */
  readonly unchangedAt?: readonly Endpoint[];
  /** An answer came from there, where another place had been asked. */
  readonly answeredFrom?: SocketAddress;
  readonly askedAt?: Endpoint;
}

export interface PlatformEvidence {
  /** In the order in which they were read; at least one. */
  readonly samples: readonly [PlatformSample, ...PlatformSample[]];
  readonly stored: StoredRegistration | null | undefined;
  /** Calls in the agent's log, newest first; absent when they were not looked at. */
  readonly calls?: { readonly count: number; readonly latest?: Date };
  /** When the last sample was read. */
  readonly now: Date;
}

export interface PlatformSample {
  readonly atMs: number;
  readonly status: RegistrationStatus;
}

/** What this process remembers of earlier runs against the same target and user. */
export interface HistoryEvidence {
  /** Credentials that were refused within the last ten minutes. */
  readonly refusals: number;
  /** One of them was of the very password that this run is made with. */
  readonly samePassword?: true;
  /** Failed logins that it may have counted for requests in a user's name within the last ten minutes. */
  readonly counted?: number;
  /** Seconds since it last answered anything at all. */
  readonly answeredAgo?: number;
}

/** What a log or trace shows of a call, as judged by its reader. Its text is redacted, in sentences of ours. */
interface CallEvidence {
  /** The finding, by its id. */
  readonly what: string;
  /** What was seen, in one line. */
  readonly words: string;
  readonly confidence: Confidence;
  readonly severity?: Severity;
  readonly cause?: string;
  readonly fix?: string;
}
