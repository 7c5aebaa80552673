import { present } from "../../base/present.js";
import type { NotChecked, OverTcpEvidence } from "../evidence.js";
import type { CredentialsPlace } from "../history.js";
import { type OpenEndpoint, openEndpoint } from "./endpoint.js";
import { type CredentialsRequest, permissionToAsk } from "./permission.js";
import { askRegistrar } from "./registrar.js";
import type { Run } from "./run.js";

export interface OverTcpChecked {
  readonly overTcp?: OverTcpEvidence;
  readonly notChecked: readonly NotChecked[];
}

/**
 * The REGISTER that got no answer over UDP, over TCP at the same host and port: once, and without credentials. It separates
 * what UDP loses because of size or content from what the PBX does not answer.
 */
export async function askOverTcp(
  run: Run,
  { endpoint: { address, port, ...more } }: OpenEndpoint,
  place: CredentialsPlace,
  request: CredentialsRequest,
): Promise<OverTcpChecked> {
  const endpoint = { ...more, address, port, transport: "tcp" } as const;
  const limit = run.limits.overTcp;
  const opened = await openEndpoint(run, endpoint, { connect: limit, handshake: limit });
  if (opened.kind === "shut") return { overTcp: { endpoint }, notChecked: [] };
  try {
    const permission = permissionToAsk(place, undefined, { ...request, password: undefined });
    if ("registrar" in permission) {
      return { notChecked: [{ check: "registrar", why: `over tcp: ${permission.registrar}` }] };
    }
    const checked = await askRegistrar(run, opened.open, undefined, limit - opened.open.ms);
    permission.settle(checked);
    const [exchange] = checked?.registrar.exchanges ?? [];
    return { overTcp: { endpoint, ...present({ exchange }) }, notChecked: [] };
  } finally {
    await opened.open.agent.close();
  }
}
