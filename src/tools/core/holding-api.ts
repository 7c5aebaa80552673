import type { Redactor } from "../../redaction/redactor.js";
import { FIELDS } from "../../registration/settings.js";
import type { CallOptions, StoredRegistration, TelzinoApi } from "../../telzino/types.js";

/** Of what lists bring along, the newest so many passwords are held. */
const MAX_HELD = 1_024;

/**
 * The API for one call: every stored password that an answer brings is held before anybody can use that answer. So no other
 * answer or error of the call shows it, and no tool can forget it.
 *
 * @param hold for as long as what the API says may be shown.
 * @param onWrite told of the agent before anything of it is changed.
 */
export function holdingApi(
  api: TelzinoApi,
  hold: Redactor["hold"],
  onWrite: (agentId: string) => void = () => {},
): TelzinoApi {
  const releases: (() => void)[] = [];
  const onStored = (stored: StoredRegistration) => {
    releases.push(holdStored(stored, hold));
    if (releases.length <= MAX_HELD) return;
    // By halves, since looking for less means starting over.
    for (const release of releases.splice(0, MAX_HELD / 2)) release();
  };
  const withHold = (options: CallOptions = {}): CallOptions => ({
    ...options,
    onStored: (stored) => {
      onStored(stored);
      options.onStored?.(stored);
    },
  });
  return {
    listAgents: (query, options) => api.listAgents(query, withHold(options)),
    getAgent: (id, options) => api.getAgent(id, withHold(options)),
    putRegistration: (id, settings, password, options) => {
      onWrite(id);
      return api.putRegistration(id, settings, password, withHold(options));
    },
    deleteRegistration: (id, options) => {
      onWrite(id);
      return api.deleteRegistration(id, withHold(options));
    },
    getStatus: (id, options) => api.getStatus(id, withHold(options)),
    listCallLogs: (id, query, options) => api.listCallLogs(id, query, withHold(options)),
  };
}

/** Holds the password that the API handed out with a stored registration, but for what of it is a setting and shown anyway. */
export function holdStored(
  stored: StoredRegistration | null | undefined,
  hold: Redactor["hold"],
): () => void {
  if (stored?.password === undefined) return () => {};
  const settings = FIELDS.map((field) => stored[field]);
  // An unknown transport is text of the API, not a setting.
  const shown = settings.flatMap((value) =>
    value === undefined || typeof value === "object" ? [] : [String(value)],
  );
  return hold(stored.password, shown);
}
