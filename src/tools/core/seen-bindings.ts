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
 * Keeps what an accepted login has listed, for whoever is about to take that extension.
 *
 * @param shows whether what was sent is not in a text: who is told of it later no more knows what that was.
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
