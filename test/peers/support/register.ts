import { Secret } from "../../../src/redaction/secret.js";
import {
  answerOptions,
  openFlow,
  type RegisterResult,
  type TransportName,
  UserAgent,
  type UserAgentOptions,
} from "../../../src/sip/index.js";
import type { Account } from "./accounts.js";
import { certificates } from "./certificates.js";

interface Reachable {
  readonly host: string;
  readonly ports: Readonly<Record<TransportName, number>>;
}

export interface AgentOptions extends Pick<UserAgentOptions, "proxy" | "onRequest"> {
  readonly transport?: TransportName;
  /** `127.0.0.1` by default. */
  readonly address?: string;
  /** Domain of the AOR and name asked for in TLS; `pbx.test` by default. */
  readonly domain?: string;
}

/** The project's own user agent, connected to a peer as one of its accounts. The caller closes it. */
export async function openAgent(
  peer: Reachable,
  account: Pick<Account, "extension" | "authUsername">,
  options: AgentOptions = {},
): Promise<UserAgent> {
  const { transport = "udp", address = peer.host, domain = "pbx.test", ...others } = options;
  const remote = { transport, address, port: peer.ports[transport], serverName: domain };
  const { ca } = await certificates();
  const opened = await openFlow(remote, { ca: [ca] });
  if (opened.kind !== "connected") throw new Error(`no ${transport} flow: ${JSON.stringify(opened)}`);
  const { extension: user, authUsername: authUser } = account;
  return new UserAgent({
    flow: opened.flow,
    remote,
    account: { user, domain, authUser },
    version: "0.0.0",
    onRequest: answerOptions,
    ...others,
  });
}

/** One word on how an exchange ended: `200`, `403 after credentials`, `refused`, `timeout` … */
export function ending({ outcome, credentialedSends }: RegisterResult): string {
  if (outcome.kind === "ok") return String(outcome.response.status);
  if (outcome.kind === "redirected") return String(outcome.response.status);
  if (outcome.kind !== "rejected") return outcome.kind;
  return `${outcome.response.status}${credentialedSends > 0 ? " after credentials" : ""}`;
}

/**
 * Asks for the bindings with the account's password, which proves the password and binds nothing. Opens and closes an
 * agent of its own.
 */
export async function tryPassword(
  peer: Reachable,
  account: Account,
  options: AgentOptions & { readonly password?: string; readonly deadlineMs?: number } = {},
): Promise<string> {
  const { password = account.password, deadlineMs = 6_000, ...others } = options;
  const agent = await openAgent(peer, account, others);
  try {
    return ending(await agent.fetchBindings({ password: new Secret(password), deadlineMs }));
  } finally {
    await agent.close();
  }
}
