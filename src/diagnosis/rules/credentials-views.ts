import type { Untrusted } from "../../redaction/untrusted.js";
import type { CredentialsEvidence, Evidence } from "../evidence.js";
import { list, statusWords } from "./words.js";

/** Credentials were sent and answered with a status of this kind. */
export function answeredAfter(
  evidence: Evidence,
  fits: (status: number) => boolean,
): CredentialsEvidence | undefined {
  const { credentials } = evidence;
  const status = credentials?.last.status;
  const failed =
    credentials !== undefined && ["refused", "rejected", "redirected"].includes(credentials.outcome);
  return failed && status !== undefined && fits(status) ? credentials : undefined;
}

export function afterWords(evidence: Evidence, { last, realms }: CredentialsEvidence): string {
  const realm = realms.length > 0 ? ` (realm ${list(realms)})` : "";
  return `after the credentials${realm}: ${statusWords(last)} from ${evidence.answerer.name}`;
}

/** Refused for a nonce that has run out, and not for the credentials. */
export function calledStale(
  credentials: CredentialsEvidence | undefined,
): credentials is CredentialsEvidence {
  const challenge = credentials?.outcome === "refused" ? credentials.last.challenge : undefined;
  return challenge?.offers.some(({ stale }) => stale) === true;
}

/**
 * The last challenge asks in none of the realms that were answered: nothing that was sent was refused for what it holds.
 */
export function asksInNewRealm(
  { outcome, realms, last }: CredentialsEvidence,
  traced: Evidence["traced"],
): boolean {
  // A paste may break off within a realm.
  if (traced !== undefined) return false;
  const offers = outcome === "refused" ? (last.challenge?.offers ?? []) : [];
  const answered = new Set(realms.map((realm) => realm.unwrap()));
  return answered.size > 0 && offers.length > 0 && offers.every(({ realm }) => !answered.has(realm.unwrap()));
}

/** A realm that looks like a domain and is not the one of the settings. */
export function foreignRealm({ target, credentials, registrar, dialled }: Evidence): Untrusted | undefined {
  const realm = credentials?.realms[0] ?? registrar?.exchanges[0].challenge?.offers[0]?.realm;
  const text = realm?.unwrap() ?? "";
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(text)) return undefined;
  const own = [target.sipDomain, dialled].map((name) => name.toLowerCase().replace(/\.$/, ""));
  return own.includes(text.toLowerCase()) ? undefined : realm;
}
