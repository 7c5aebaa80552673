/** Field names that always carry a secret, lower case, without separators. */
const SECRET_KEYS = new Set([
  "authorization",
  "proxyauthorization",
  "cookie",
  "setcookie",
  "credential",
  "credentials",
  "ha1",
  "response",
  "nonce",
  "cnonce",
  "pwd",
  "passwd",
  "bearer",
]);
const SECRET_ENDINGS = /(?:password|passphrase|secret|token|apikey|privatekey)$/;

/** Fields that end like a secret and are none: the name under which a secret is configured, MCP's progress token. */
const PUBLIC_KEYS = new Set(["passwordsecret", "callersecret", "progresstoken"]);

/** Whether a field of that name must be hidden whatever it contains, e.g. `client_secret`, `SIP-Password`, `ha1`. */
export function namesSecret(key: string): boolean {
  const plain = key.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (PUBLIC_KEYS.has(plain)) return false;
  return SECRET_KEYS.has(plain) || SECRET_ENDINGS.test(plain);
}
