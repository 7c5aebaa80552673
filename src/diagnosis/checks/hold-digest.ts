import type { Secret } from "../../redaction/secret.js";

/** Holds a digest, which is given in hexadecimal, also as others may write its bytes. */
export function holdDigest(hold: (value: Secret) => unknown, digest: Secret): void {
  for (const form of [digest, ...digest.inBase64()]) hold(form);
}
