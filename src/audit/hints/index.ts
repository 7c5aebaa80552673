import type { Audited } from "../agent-read.js";
import { extensionShared } from "./extension-shared.js";
import type { Hint } from "./hint.js";
import { noTls } from "./no-tls.js";
import { passwordIsUser } from "./password-is-user.js";

export type { Hint } from "./hint.js";

/** What is worth a look besides who is down. Pure. */
export function hintsOf(agents: readonly Audited[]): Hint[] {
  return [...extensionShared(agents), ...passwordIsUser(agents), ...noTls(agents)];
}
