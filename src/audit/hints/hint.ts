import type { Audited } from "../agent-read.js";

/** What is worth a look although nothing need be down by it. */
export interface Hint {
  hint:
    | "extension-shared"
    | "password-is-user"
    | "no-tls"
    | "certificate-expired"
    | "certificate-expires-soon";
  agents: Audited[];
  /** A sentence. */
  says: string;
}
