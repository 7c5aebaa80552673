import type { Audited } from "../agent-read.js";

/** Something worth a look, even if no agent is down because of it. */
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
