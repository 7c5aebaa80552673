import type { Audited } from "../agent-read.js";

export const HINTS = ["extension-shared", "password-is-user", "no-tls"] as const;

/** What is worth a look although nothing need be down by it. */
export interface Hint {
  hint: (typeof HINTS)[number];
  agents: Audited[];
  /** A sentence. */
  says: string;
}
