import { Secret } from "../redaction/secret.js";
import type { AgentSeed } from "./agents.js";

/** What is known of a sandbox before it has started. Loads none of it. */

/** An extension of the embedded PBX. Its password is public. */
export interface SandboxAccount {
  readonly extension: string;
  readonly password: string;
}

export const CLIENT_ID = "sandbox";
export const CLIENT_SECRET = new Secret("sandbox-secret");
export const ACCOUNTS: readonly SandboxAccount[] = [
  { extension: "1001", password: "demo-1001" },
  { extension: "1002", password: "demo-1002" },
];

/** A port that was requested by number is not available. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
}

/** @throws SandboxError that says why a port is not available. */
export async function orExplain<Started>(
  flag: string,
  port: number,
  start: () => Promise<Started>,
): Promise<Started> {
  try {
    return await start();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "EADDRINUSE" ? "is taken" : code === "EACCES" ? "needs special rights" : `fails: ${code}`;
    const text = `Port ${port} (${flag}) ${why}. Choose another, or leave ${flag} out for any free one.`;
    throw new SandboxError(text, { cause: error });
  }
}

export interface SandboxFacts {
  readonly apiUrl: URL;
  readonly sipHost: string;
  readonly sipPort: number;
  readonly accounts: readonly { extension: string; password: string }[];
  readonly agents: readonly AgentSeed[];
}

/** What is in a sandbox, in words that a person and a model can act on. */
export function describeSandbox({ apiUrl, sipHost, sipPort, accounts, agents }: SandboxFacts): string {
  const first = accounts[0]?.extension ?? "";
  const remarks = ({ status, platform }: AgentSeed) => [
    ...(status === "active" ? [] : [status]),
    ...(platform === "vida" ? ["of a kind that the API does not register"] : []),
  ];
  return [
    "SANDBOX: an embedded Telzino and an embedded PBX on this machine. Nothing leaves it, and none of this is secret.",
    "Agents:",
    ...agents.map((agent) => {
      const remark = remarks(agent).join(", ");
      return `  ${agent.name}  ${agent.id}${remark === "" ? "" : `  (${remark})`}`;
    }),
    `PBX: sipDomain ${sipHost}, port ${sipPort}, transport udp or tcp`,
    `Accounts (username / password): ${accounts.map(({ extension, password }) => `${extension} / ${password}`).join(", ")}`,
    `API: ${apiUrl.origin}`,
    `Test call, once extension ${first} is registered:`,
    `  curl -s -H 'Content-Type: application/json' -d '{"to":"${first}"}' ${apiUrl.origin}/sandbox/calls`,
  ].join("\n");
}
