import type { AgentSeed } from "./agents.js";

interface SandboxFacts {
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
