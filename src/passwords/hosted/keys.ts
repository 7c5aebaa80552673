import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { keyBytes } from "../../config/values.js";
import type { Secret } from "../../redaction/secret.js";

const KEY_BYTES = 32;
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The keys of the pages, each for one use, from the one key of the configuration. */
export class PageKeys {
  /** Shows whether two processes have the same key, and nothing else about it. */
  readonly id: string;
  /** Signs what a client is given to send back. */
  readonly asking: Uint8Array;
  readonly #sealing: Uint8Array;
  readonly #naming: Uint8Array;
  readonly #marking: Uint8Array;

  /** @param key 32 bytes. */
  constructor(key: Uint8Array) {
    const derived = (use: string) =>
      new Uint8Array(hkdfSync("sha256", key, "", `password pages: ${use}`, KEY_BYTES));
    this.#sealing = derived("seal");
    this.#naming = derived("name");
    this.#marking = derived("mark");
    this.asking = derived("ask");
    this.id = Buffer.from(derived("id")).toString("base64url").slice(0, 16);
  }

  /** From the configured key; without one, from a key that no other process ever has. */
  static of(configured: Secret | undefined): PageKeys {
    return new PageKeys(configured === undefined ? randomBytes(KEY_BYTES) : keyBytes(configured.reveal()));
  }

  /** The name under which something is stored: a reader of the store can neither reverse it nor test guesses. */
  nameOf(kind: string, ...parts: readonly string[]): string {
    return `${kind}:${keyed(this.#naming, kind, ...parts)}`;
  }

  /** What a form sends back to show that this server made it for that browser. */
  mark(...parts: readonly string[]): string {
    return keyed(this.#marking, ...parts);
  }

  /** Encrypts a value for its place: put in another one, it cannot be opened. */
  seal(name: string, value: unknown): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#sealing, iv);
    cipher.setAAD(Buffer.from(name));
    const parts = [iv, cipher.update(JSON.stringify(value)), cipher.final()];
    return Buffer.concat([...parts, cipher.getAuthTag()]).toString("base64url");
  }

  /** `undefined`: it was not sealed with this key for this place, or it was changed. */
  unseal(name: string, sealed: string): unknown {
    const bytes = Buffer.from(sealed, "base64url");
    try {
      // With the length of the tag given, a shorter one is refused.
      const decipher = createDecipheriv(CIPHER, this.#sealing, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(name));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plain = [decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()];
      return JSON.parse(Buffer.concat(plain).toString("utf8"));
    } catch {
      return undefined;
    }
  }
}

function keyed(key: Uint8Array, ...parts: readonly string[]): string {
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest("base64url");
}
