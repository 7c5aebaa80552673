import type { HandshakeSeen } from "../evidence.js";
import { list } from "./words.js";

/** `TLSv1.3; certificate: expired 12 days ago; for another name (mail.example.com); the chain is trusted`. */
export function certificateWords({ protocol, chain, verdict, domain }: HandshakeSeen): string {
  const [leaf] = chain;
  if (leaf === undefined || verdict === undefined) return `${protocol}; no certificate`;
  const { dates, identity, web, selfSigned } = verdict;
  const name = identity.ok
    ? `names ${domain}`
    : web.ok
      ? `fits ${domain} by a wildcard or by the web's rules`
      : `for another name (${list(identity.names.slice(0, 4)) || "none"})`;
  const when =
    dates.state === "valid"
      ? `valid for ${dates.days} days`
      : dates.state === "expired"
        ? `expired ${dates.days} days ago`
        : `valid in ${dates.days} days`;
  return `${protocol}; certificate: ${name}; ${when}; ${selfSigned ? "self-signed" : verdict.chain.text}`;
}
