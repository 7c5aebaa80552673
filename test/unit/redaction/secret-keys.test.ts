import { describe, expect, it } from "vitest";
import { namesSecret } from "../../../src/redaction/secret-keys.js";

describe("a field", () => {
  it.each([
    ...["authorization", "Proxy-Authorization", "cookie", "Set-Cookie", "credential", "credentials"],
    ...["ha1", "response", "nonce", "cnonce", "pwd", "passwd", "bearer"],
    ...["password", "sipPassword", "SIP-Password", "passphrase", "secret", "client_secret", "token"],
    ...["access_token", "apiKey", "api-key", "x_api_key", "privateKey", "private_key"],
  ])("of the name %s holds a secret", (key) => {
    expect(namesSecret(key)).toBe(true);
    expect(namesSecret(key.toUpperCase())).toBe(true);
  });

  it.each([
    ...["passwordSecret", "password_secret", "callerSecret", "progressToken"],
    ...[
      "passwordFrom",
      "passwordEntry",
      "tokens",
      "secretary",
      "responses",
      "nonces",
      "key",
      "cookieName",
      "",
    ],
  ])("of the name %s holds none", (key) => {
    expect(namesSecret(key)).toBe(false);
  });
});
