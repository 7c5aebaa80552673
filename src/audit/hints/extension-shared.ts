import { accountOf, plainHost } from "../../registration/settings.js";
import type { Audited } from "../agent-read.js";
import { groupedBy } from "../causes/cause.js";
import type { Hint } from "./hint.js";

/** Two agents on one extension take it from each other, or ring together. */
export function extensionShared(agents: readonly Audited[]): Hint[] {
  const using = agents.filter(
    ({ registration, judged }) =>
      registration?.username !== undefined &&
      registration.sipDomain !== undefined &&
      registration.enabled !== false &&
      judged.standing !== "idle",
  );
  return groupedBy(using, ({ registration }) =>
    JSON.stringify([registration?.username, plainHost(registration?.sipDomain)]),
  )
    .filter(({ length }) => length > 1)
    .map((sharing) => ({
      hint: "extension-shared",
      agents: sharing,
      says: `${sharing.length} agents have ${accountOf(sharing[0]?.registration ?? {})}: they ring together, or the PBX keeps only one and drops the other.`,
    }));
}
