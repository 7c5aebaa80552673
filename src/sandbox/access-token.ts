import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";
import { sameText } from "../base/same-text.js";
import type { Secret } from "../redaction/secret.js";

export interface Client {
  readonly id: string;
  readonly secret: Secret;
  /** Whether its tokens may change anything; without it a write is answered 403. */
  readonly mayWrite: boolean;
}

export interface Grant {
  readonly clientId: string;
  readonly mayWrite: boolean;
}

const HEADER = encode({ alg: "HS256", typ: "JWT" });

/** Issues and checks access tokens: JWTs signed with a key that lives as long as the sandbox. */
export class AccessTokens {
  readonly #key = randomBytes(32);
  readonly #lifeSeconds: number;

  constructor(lifeSeconds: number) {
    this.#lifeSeconds = lifeSeconds;
  }

  issue(client: Client, audience: string): { token: string; expiresIn: number } {
    const now = Date.now() / 1_000;
    const claims = encode({
      iss: "https://sandbox.invalid/",
      sub: `${client.id}@clients`,
      aud: audience,
      iat: Math.floor(now),
      exp: now + this.#lifeSeconds,
      azp: client.id,
      scope: client.mayWrite ? "read:agents update:agents" : "read:agents",
    });
    const token = `${HEADER}.${claims}.${this.#sign(`${HEADER}.${claims}`)}`;
    return { token, expiresIn: this.#lifeSeconds };
  }

  /** What a token grants; `undefined` when it is none of ours or has expired. */
  check(token: string): Grant | undefined {
    const [header, claims, signature, ...more] = token.split(".");
    if (header !== HEADER || claims === undefined || signature === undefined || more.length > 0) {
      return undefined;
    }
    if (!sameText(signature, this.#sign(`${header}.${claims}`))) return undefined;
    const { azp, exp, scope } = JSON.parse(Buffer.from(claims, "base64url").toString()) as {
      azp: string;
      exp: number;
      scope: string;
    };
    if (Date.now() / 1_000 >= exp) return undefined;
    return { clientId: azp, mayWrite: scope.split(" ").includes("update:agents") };
  }

  #sign(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("base64url");
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
