/** How long each check may take, in milliseconds. Together they stay within `total`. */
export interface Limits {
  /** The whole diagnosis. */
  readonly total: number;
  /** What a call to the echo test adds to it: an announcement may go before the echo. */
  readonly media: number;
  /** A PBX of which nothing is heard, from the first look-up to the last wait. */
  readonly dead: number;
  readonly name: number;
  readonly connect: number;
  readonly handshake: number;
  /** The second try of a connection that was not there in that time, handshake and all. */
  readonly again: number;
  /** One OPTIONS; on UDP four sends. */
  readonly options: number;
  /** How long an answer to OPTIONS is waited for before the REGISTER goes out beside it. */
  readonly patience: number;
  /** How long the other addresses are waited for, from their beginning, once one has answered. */
  readonly beside: number;
  /** Connection and REGISTER over TCP, where UDP gives no answer to it. */
  readonly overTcp: number;
  /** The whole REGISTER exchange, all of its requests. */
  readonly register: number;
  /** Each of the other endpoints, connection, handshake and OPTIONS together; also a second look at a port that failed. */
  readonly otherEndpoint: number;
  /** From the first sample of the platform's status to the last; two fifths of it where they agree. */
  readonly platform: number;
  readonly platformSamples: number;
}

export const DEFAULT_LIMITS: Limits = {
  total: 20_000,
  media: 30_000,
  dead: 8_500,
  name: 5_000,
  connect: 2_500,
  handshake: 2_500,
  again: 7_000,
  options: 6_000,
  patience: 800,
  beside: 1_100,
  overTcp: 1_500,
  register: 7_000,
  otherEndpoint: 3_500,
  platform: 5_000,
  platformSamples: 6,
};

/** How much one diagnosis may look up and try, whatever DNS says. What is cut off is named in the report. */
export const CAPS = {
  /** Names that DNS is asked about. */
  names: 16,
  /** SRV targets whose addresses are looked up; those of what a given port or transport rules out are counted apart. */
  targets: 6,
  /** Addresses (each with its transport and port) that are taken from the answers. */
  addresses: 8,
  /** Of these, so many are tried. */
  tried: 4,
} as const;

/** An answer that takes longer than this is reported: clients with less patience, or a NAT, give up. */
export const SLOW_ANSWER = 1_500;
