/** An account of a peer. These are no secrets: the peers are on loopback and live for one test. */
export interface Account {
  readonly extension: string;
  /** What the digest's user must be. */
  readonly authUsername: string;
  readonly password: string;
  /** What the digest's realm will be. */
  readonly realm: string;
}

function account(extension: string, password: string, realm: string, authUsername = extension): Account {
  return { extension, authUsername, password, realm };
}

const KAMAILIO_REALM = "pbx.test";

/** Every name is also the digest's user but for 1011. */
export const kamailioAccounts = {
  "1001": account("1001", "secret", KAMAILIO_REALM),
  "1002": account("1002", "secret2", KAMAILIO_REALM),
  /** Awkward, and with its own authentication user. */
  "1011": account("1011", 'p@ss:w"ord\\ü', KAMAILIO_REALM, "line 1011's"),
  f407: account("f407", "secret", KAMAILIO_REALM),
  f423: account("f423", "secret", KAMAILIO_REALM),
  fstale: account("fstale", "secret", KAMAILIO_REALM),
  f403wrong: account("f403wrong", "secret", KAMAILIO_REALM),
} as const;

const ASTERISK_REALM = "asterisk";
const OTHER_REALM = "corp.example";

export const asterisk22Accounts = {
  "1001": account("1001", "secret", ASTERISK_REALM),
  "1002": account("1002", "secret2", ASTERISK_REALM),
  /** Announces a private media address in calls. */
  "1020": account("1020", "secret1020", ASTERISK_REALM),
  /** Takes SRTP alone. */
  "1021": account("1021", "secret1021", ASTERISK_REALM),
  /** Takes GSM alone. */
  "1022": account("1022", "secret1022", ASTERISK_REALM),
  /** Has keys inband. */
  "1023": account("1023", "secret1023", ASTERISK_REALM),
  /** Offers SHA-256 only. */
  "1003": account("1003", "secret3", ASTERISK_REALM),
  /** Offers SHA-256, then MD5. */
  "1004": account("1004", "secret4", ASTERISK_REALM),
  /** One contact; a second is refused. */
  "1005": account("1005", "secret5", ASTERISK_REALM),
  /** No AOR. */
  "1006": account("1006", "secret6", ASTERISK_REALM),
  /** One contact; a second drops the first. */
  "1007": account("1007", "secret7", ASTERISK_REALM),
  /** No address is allowed. */
  "1008": account("1008", "secret8", ASTERISK_REALM),
  "1011": account("1011", 'p@ss:w"ord\\ü', OTHER_REALM, "it's me@corp"),
  /** PJSIP does not unescape quoted strings: no one can log in as this one, nor as the next. */
  "1012": account("1012", "x", OTHER_REALM, "10\\7"),
  "1013": account("1013", "x", OTHER_REALM, 'say "hi"'),
  "1014": account("1014", "grüße", OTHER_REALM, "jürgen"),
  "1015": account("1015", "p;w", OTHER_REALM, "semi;colon"),
} as const;

export const asterisk16Accounts = {
  "1001": account("1001", "secret", ASTERISK_REALM),
  "1002": account("1002", "secret2", ASTERISK_REALM),
  /** No address is allowed. */
  "1008": account("1008", "secret8", ASTERISK_REALM),
} as const;
