/** Kinds of registrar that use the same codes for different things. */
export type Family =
  | "asterisk-pjsip"
  | "asterisk-chan-sip"
  /** Asterisk, but it is unknown which of its two SIP stacks. */
  | "asterisk"
  | "freeswitch"
  | "kamailio"
  | "opensips"
  | "3cx"
  | "other"
  /** It gives no name. */
  | "unknown";

/** A family that was recognized from the headers. */
export type NamedFamily = Exclude<Family, "other" | "unknown">;

export const FAMILY_NAMES: Readonly<Record<NamedFamily, string>> = {
  "asterisk-pjsip": "Asterisk (PJSIP)",
  "asterisk-chan-sip": "Asterisk (chan_sip)",
  asterisk: "Asterisk",
  freeswitch: "FreeSWITCH",
  kamailio: "Kamailio",
  opensips: "OpenSIPS",
  "3cx": "3CX",
};
