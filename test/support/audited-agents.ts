import { type AgentRead, type Audited, audited } from "../../src/audit/agent-read.js";
import { untrusted } from "../../src/redaction/untrusted.js";
import type { RegistrationState } from "../../src/telzino/types.js";

export const READ_AT = Date.UTC(2030, 0, 1, 12);

/** Agents of one PBX as an audit has read them; `state` REGISTERED by default. */
export function agentsOn(
  host: string,
  count: number,
  {
    state = "REGISTERED_STATE",
    from = 0,
    isRead = true,
    ...more
  }: Partial<AgentRead> & { state?: RegistrationState; from?: number; isRead?: boolean } = {},
): Audited[] {
  return Array.from({ length: count }, (_, index) => {
    const user = `${1000 + from + index}`;
    const isUp = state === "REGISTERED_STATE";
    return audited(
      {
        id: `${user}@${host}`,
        name: untrusted(`Agent ${user}`),
        agentStatus: "active",
        registration: { sipDomain: host, username: user, transport: "tls", port: 5061, enabled: true },
        ...(isRead
          ? { status: { state, isRegistered: isUp, lastRegisterSent: new Date(READ_AT - 60_000) } }
          : { unread: "Not read." }),
        ...{ readAt: READ_AT, since: READ_AT },
        ...more,
      },
      { platformIsLocal: false, presetOf: () => undefined },
    );
  });
}
