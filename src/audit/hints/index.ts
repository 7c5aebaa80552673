import type { Audited } from "../agent-read.js";
import type { Looks } from "../looks/look.js";
import { certificateDates } from "./certificate-dates.js";
import { extensionShared } from "./extension-shared.js";
import type { Hint } from "./hint.js";
import { noTls } from "./no-tls.js";
import { passwordIsUser } from "./password-is-user.js";

export type { Hint } from "./hint.js";

/** What is worth a look besides the agents that are down. Pure. @param looks at PBXs, if there were any. */
export function hintsOf(agents: readonly Audited[], looks?: Looks): Hint[] {
  return [
    ...certificateDates(agents, looks),
    ...extensionShared(agents),
    ...passwordIsUser(agents),
    ...noTls(agents),
  ];
}
