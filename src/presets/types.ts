/**
 * What the PBX catalogue holds. Plain types: nothing is validated at run time, every file is checked against
 * `scripts/presets/schema.ts` when it is built in.
 */

/**
 * high: read in the vendor's documentation or source, or measured. medium: read in one good source or by
 * way of another version. low: inferred from ordinary SIP behaviour, or one report; say so when it is shown.
 */
export type Confidence = "high" | "medium" | "low";

export type SourceKind =
  /** The maker's own documentation. */
  | "vendor"
  /** The maker's own program text or sample configuration. */
  | "vendor-source"
  /** Someone else's guide, report or trace. */
  | "third-party"
  /** An RFC. */
  | "standard"
  /** The API reference of the Telzino platform. */
  | "platform"
  /** Seen by this project on the program itself. */
  | "measured"
  /** Concluded from ordinary SIP or PBX practice; its facts are always of low confidence. */
  | "inference";

export interface Source {
  kind: SourceKind;
  title: string;
  /** https address; absent only for kinds `platform`, `measured` and `inference`. */
  url?: string;
}

/** Where a fact comes from and how far to trust it. */
export interface Provenance {
  /** A key of the preset's `sources`. */
  source: string;
  confidence: Confidence;
}

export interface Fact extends Provenance {
  text: string;
}

export type PresetCategory = "on-premises PBX" | "cloud PBX" | "SIP provider" | "router" | "generic";

/** Whether an agent can register there as an extension with user name and password. */
export type Registers = "yes" | "conditional" | "no";

export type PresetTransport = "udp" | "tcp" | "tls";

/** The API's fields of a registration, in the API reference's order. */
export const PRESET_FIELDS = [
  "sipDomain",
  "username",
  "password",
  "proxy",
  "port",
  "transport",
  "subscribe",
  "authUsername",
  "did",
] as const;

export type PresetField = (typeof PRESET_FIELDS)[number];

export interface FieldAlternative extends Provenance {
  value: string | number | boolean;
  /** When to use it instead. */
  when: string;
}

/** What to put into one field of the API. */
export interface FieldAdvice extends Provenance {
  /** set: send it. if-needed: send it in the case that `reason` names. omit: leave it out. ask: only the PBX's administrator or provider knows. */
  use: "set" | "if-needed" | "omit" | "ask";
  /** A fixed value, the same for every customer. Never present for `password`. */
  value?: string | number | boolean;
  /** The value's form where it differs per customer; `{…}` stands for what the customer fills in. */
  form?: string;
  /** Why this value. */
  reason: string;
  /** Where it is on the PBX's screen or in its files. */
  where?: Fact;
  alternatives?: readonly FieldAlternative[];
}

export type PresetFields = Readonly<Record<PresetField, FieldAdvice>>;

export type StepStage =
  /** What must be there first: licence, product, tenant. */
  | "prepare"
  /** Create the extension or account and copy its values. */
  | "account"
  /** Let it register from the platform's network. */
  | "remote"
  /** Send calls to it. */
  | "routing"
  /** See on the PBX that it worked. */
  | "check";

export interface Step extends Fact {
  stage: StepStage;
}

/** What `pbx_setup_guide` says with certain values. */
export interface SetupNote extends Fact {
  /** other-auth-username: with an authUsername that is not the username. tls: with transport tls. */
  when: "other-auth-username" | "tls";
}

/** What people take for the SIP user, the SIP password or the host on this PBX, and how to tell it apart. */
export interface Lookalike extends Provenance {
  value: string;
  takenFor: "sipDomain" | "username" | "password" | "authUsername";
  tell: string;
}

/** Where a setting for audio is on the PBX, and how a call sounds if it is wrong. */
export interface AudioSetting extends Provenance {
  setting: "external address" | "local networks" | "media ports" | "media path" | "encryption" | "codecs";
  where: string;
  /** Which side hears nothing. */
  symptom: string;
  /** What has to be reloaded or restarted for a change to count. */
  restart?: string;
}

/** How to get a log or a capture there. */
export interface EvidenceSource extends Fact {
  gives: "log" | "capture" | "both";
}

/** What an extension calls to hear itself; no phone rings. The default, unless it was changed. */
export interface EchoTest extends Provenance {
  /** Digits, `*` and `#`. */
  code: string;
}

export interface Trap extends Provenance {
  symptom: string;
  cause: string;
  fix: string;
}

/** How a failure shows itself, and what it means on this PBX. */
export interface Failure extends Provenance {
  /** What is seen, in a few words. */
  signal: string;
  /** SIP codes, e.g. 403; empty where there is no answer or no code. */
  codes: readonly number[];
  /** The platform's states that usually follow (OpenSIPS `uac_registrant`). */
  states: readonly string[];
  cause: string;
  fix: string;
}

export interface PresetPort extends Provenance {
  /** 1–65535. */
  port: number;
  /** `rtp`: the first port of the media range; see `lastPort`. */
  transport: PresetTransport | "rtp" | "other";
  lastPort?: number;
  use: string;
}

/** A host of this maker at which nothing can register, however it answers. */
export interface HostWithoutRegistrar extends Provenance {
  /** In lower case; `*.` at the beginning stands for any labels, another star for one. */
  host: string;
  reason: string;
  /** What to give in its place. */
  instead: string;
}

/** A host as the catalogue knows it. */
export interface KnownHost {
  /** As in {@link HostWithoutRegistrar}. */
  host: string;
  preset: Pick<PresetSummary, "id" | "name" | "category">;
  /** Present where nothing can register there. */
  without?: Pick<HostWithoutRegistrar, "reason" | "instead" | "confidence">;
}

/** A transport and port on which this PBX is known to answer SIP, for a look at the wire. */
export interface Endpoint {
  transport: PresetTransport;
  port: number;
}

/**
 * How a PBX names itself in the Server or User-Agent header of its answers. Patterns begin with `^` and have no nested or
 * overlapping repetition, so a hostile header costs linear time.
 */
export interface WirePattern extends Provenance {
  /** Source of a regular expression, matched without regard to case; group 1, if any, is the version. */
  pattern: string;
  product: string;
  /** A header as seen, for the reader and the tests. */
  example: string;
  note?: string;
}

/** The platform's own documented example, unchanged. */
export interface DocumentedExample extends Provenance {
  settings: {
    sipDomain: string;
    username: string;
    proxy?: string;
    port: number;
    transport: PresetTransport;
  };
  /** What differs from the PBX's own documentation, and why it matters. */
  differs: string;
  /** What the maker's documentation or practice leads to instead, the best first. */
  suggested: readonly {
    port: number;
    transport: PresetTransport;
    note: string;
  }[];
}

/** The way that works for a system on which nothing can register. */
export interface Instead extends Fact {
  /** Ids of presets that do register and serve the purpose. */
  presets: readonly string[];
}

export interface PresetSummary {
  id: string;
  name: string;
  vendor: string;
  category: PresetCategory;
  /** Names that users type. */
  aliases: readonly string[];
  registers: Registers;
  /** One line. */
  summary: string;
  /** Id of the preset of the program that it is built on, where that has one: Asterisk in FreePBX. */
  inside?: string;
}

/** Whether an agent can be an extension there. trunk: the system only speaks to others by trunks. */
export type KnownRegisters = "yes" | "trunk" | "no" | "unknown";

/** A system that people name and that has no preset: what is known about it, in a line. */
export interface KnownName {
  name: string;
  aliases: readonly string[];
  /** Where it is not the name's first word. */
  maker?: string;
  kind: string;
  /** What it is built on, in words: Asterisk, FreeSWITCH, Kamailio. */
  family?: string;
  registers: KnownRegisters;
  /** Id of the preset that comes nearest. */
  guide: string;
  /** One or two sentences. */
  says: string;
  /** https address; absent: not confirmed. */
  source?: string;
}

/** Which system words mean. Never both sure and wrong: what is only alike is a guess. */
export type NameAnswer =
  | {
      kind: "preset";
      preset: PresetSummary;
      /** Others by its maker. */
      also: readonly PresetSummary[];
    }
  /** Its name is known, and it has no preset. */
  | { kind: "known"; known: KnownName }
  /** Several were named. */
  | { kind: "several"; presets: readonly PresetSummary[]; names: readonly KnownName[] }
  /** Only a maker was named, or a name is alike or has a word in common: to be asked. The likeliest first. */
  | {
      kind: "guess";
      why: "maker" | "likeness";
      presets: readonly PresetSummary[];
      names: readonly KnownName[];
    }
  | { kind: "none" };

export interface Preset extends PresetSummary {
  /** Of the preset as a whole. */
  confidence: Confidence;
  /** What must be so for a registration to be possible; never empty where `registers` is `conditional`. */
  conditions: readonly Fact[];
  /** Whether this system tells the digest user (auth ID) apart from the extension. */
  needsAuthUsername: "yes" | "sometimes" | "no" | "unknown";
  /** Every field of the API; absent only where nothing can register. */
  fields?: PresetFields;
  /** Present exactly where nothing can register. */
  instead?: Instead;
  documentedExample?: DocumentedExample;
  /** For a new extension. */
  steps: readonly Step[];
  /** For an extension that exists already. */
  existing: readonly Fact[];
  lookalikes: readonly Lookalike[];
  /** How to see whether a device uses the extension, and what two of them mean for who rings. */
  inUse: readonly Fact[];
  /** Where the address from which the platform registers can be read off: it is not published. */
  platformAddress: readonly Fact[];
  audio: readonly AudioSetting[];
  echoTest?: EchoTest;
  evidence: readonly EvidenceSource[];
  /** How to get a strong password if the PBX generates it or has its own rule. */
  newPassword?: Fact;
  setupNotes?: readonly SetupNote[];
  noRegistrar?: readonly HostWithoutRegistrar[];
  traps: readonly Trap[];
  failures: readonly Failure[];
  ports: readonly PresetPort[];
  extraEndpoints: readonly Endpoint[];
  tls: readonly Fact[];
  nat: readonly Fact[];
  codecs: readonly Fact[];
  wire: readonly WirePattern[];
  sources: Readonly<Record<string, Source>>;
  /** What could not be verified; never to be asserted. */
  unverified: readonly string[];
}
