import { inspect } from "node:util";

/** What is shown in the place of a secret. */
export const HIDDEN = "[secret]";

/** The replacement for text removed from a message or log of others: it need not have been a secret. */
export const STRUCK = "[hidden]";

/**
 * A value that must not be shown: a SIP password, a token, a client secret.
 *
 * However it is printed (template string, JSON, `console.log`, an error's properties) it comes out as
 * `[secret]`. Only {@link Secret.reveal} gives the value, and it is called where the value is put on the
 * wire or into a digest, nowhere else.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Keep it in no field, no message and no log. */
  reveal(): string {
    return this.#value;
  }

  /**
   * HMAC-SHA-256 of the value, to know it again without keeping it. With a random key that lives as long as the
   * process, the result reveals nothing.
   */
  fingerprint(key: Uint8Array): string {
    // Loaded here: that module takes milliseconds, and few sessions come here.
    const { createHmac } = process.getBuiltinModule("node:crypto");
    return createHmac("sha256", key).update(this.#value).digest("hex");
  }

  /** HMAC-SHA-256 of a text with the value as its key, in hexadecimal. */
  sign(text: string): string {
    const { createHmac } = process.getBuiltinModule("node:crypto");
    return createHmac("sha256", this.#value).update(text).digest("hex");
  }

  /** A value in hexadecimal as others may write its bytes: in base64 of either alphabet, without padding, which may be left out. */
  inBase64(): Secret[] {
    const bytes = Buffer.from(this.#value, "hex");
    const forms = new Set([bytes.toString("base64").replaceAll("=", ""), bytes.toString("base64url")]);
    return bytes.length === 0 ? [] : [...forms].map((form) => new Secret(form));
  }

  /** Whether both have the same value, in a time that tells nothing of where they differ. */
  equals(other: Secret): boolean {
    const { createHash, timingSafeEqual } = process.getBuiltinModule("node:crypto");
    const digest = (value: string) => createHash("sha256").update(value).digest();
    return timingSafeEqual(digest(this.#value), digest(other.#value));
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
