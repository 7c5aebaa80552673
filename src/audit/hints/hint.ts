import type { Audited } from "../agent-read.js";

/** What is worth a look although nothing need be down by it. */
export interface Hint {
  hint: "extension-shared" | "password-is-user" | "no-tls";
  agents: Audited[];
  /** A sentence. */
  says: string;
}
