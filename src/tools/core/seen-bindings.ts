import type { DiagnosisReport } from "../../diagnosis/index.js";
import { LEFT_OUT } from "../../redaction/secret-search.js";
import { type Untrusted, untrusted } from "../../redaction/untrusted.js";
import type { BindingsSeen, Memory } from "./memory.js";

/** Who is registered changes; what is older says nothing. */
const GOOD_FOR_MS = 10 * 60_000;

interface Account {
  readonly username?: string;
  readonly sipDomain: string;
}

/**
 * Keeps the bindings that an accepted login has listed, for a later call that takes that extension.
 *
 * @param shows whether a text is free of what was sent: a later reader no longer knows what that was.
 */
export function noteBindings(
  { bindings }: Memory,
  { target, evidence }: DiagnosisReport,
  shows: (text: Untrusted) => boolean,
): void {
  const { credentials } = evidence;
  if (credentials?.outcome !== "accepted" || credentials.last.status !== 200) return;
  const uris = credentials.bindings.map(({ uri }) =>
    shows(uri) ? uri : untrusted("", { instead: LEFT_OUT }),
  );
  bindings.set(keyOf(target), { uris, at: Date.now() });
}

export function bindingsSeen({ bindings }: Memory, account: Account): BindingsSeen | undefined {
  const seen = bindings.get(keyOf(account));
  return seen && Date.now() - seen.at <= GOOD_FOR_MS ? seen : undefined;
}

function keyOf({ username = "", sipDomain }: Account): string {
  return `${username}@${sipDomain.toLowerCase().replace(/\.$/, "")}`;
}
