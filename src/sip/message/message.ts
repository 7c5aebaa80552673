import type { Buffer } from "node:buffer";

/**
 * SIP messages as values (RFC 3261, sections 7 and 20). Parsing is in `parse.ts`, writing in
 * `serialize.ts`; nothing here does I/O.
 */
export interface SipRequest {
  readonly kind: "request";
  readonly method: string;
  /** Request-URI, as written. */
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface SipResponse {
  readonly kind: "response";
  /** 100–699. */
  readonly status: number;
  /** Reason phrase as the peer wrote it: outside text, to be cleaned before it is shown. */
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

export type SipMessage = SipRequest | SipResponse;

/** Compact forms, RFC 3261 20 and the extensions' own RFCs. */
const COMPACT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: "accept-contact",
    b: "referred-by",
    c: "content-type",
    d: "request-disposition",
    e: "content-encoding",
    f: "from",
    i: "call-id",
    j: "reject-contact",
    k: "supported",
    l: "content-length",
    m: "contact",
    n: "identity-info",
    o: "event",
    r: "refer-to",
    s: "subject",
    t: "to",
    u: "allow-events",
    v: "via",
    x: "session-expires",
    y: "identity",
  }),
);

function canonical(name: string): string {
  const lower = name.toLowerCase();
  return COMPACT.get(lower) ?? lower;
}

/** Header fields in their order. Names are case-blind and compact forms count as the long ones. */
export class Headers {
  readonly #fields: { name: string; key: string; value: string }[] = [];

  constructor(fields: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of fields) this.append(name, value);
  }

  append(name: string, value: string): this {
    this.#fields.push({ name, key: canonical(name), value });
    return this;
  }

  prepend(name: string, value: string): this {
    this.#fields.unshift({ name, key: canonical(name), value });
    return this;
  }

  /** Replaces every field of that name by one, at the place of the first. */
  set(name: string, value: string): this {
    const key = canonical(name);
    const at = this.#fields.findIndex((field) => field.key === key);
    this.delete(name);
    this.#fields.splice(at < 0 ? this.#fields.length : at, 0, { name, key, value });
    return this;
  }

  delete(name: string): this {
    const key = canonical(name);
    for (let index = this.#fields.length - 1; index >= 0; index -= 1) {
      if (this.#fields[index]?.key === key) this.#fields.splice(index, 1);
    }
    return this;
  }

  /** The first field's value, whole. */
  get(name: string): string | undefined {
    const key = canonical(name);
    return this.#fields.find((field) => field.key === key)?.value;
  }

  /** Every field's value, one entry a line; comma-joined values are not split (see `splitList` in `parse.ts`). */
  all(name: string): string[] {
    const key = canonical(name);
    return this.#fields.filter((field) => field.key === key).map((field) => field.value);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (const { name, value } of this.#fields) yield [name, value];
  }
}
