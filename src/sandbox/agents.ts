/** The agents that a fresh sandbox has. Nothing here is real, and nothing is a secret. */

/** Front Desk, After Hours and others. */
const MAIN_ORGANIZATION = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
/** Only Spanish Line is in it, to give the filter by organization something to distinguish. */
export const OTHER_ORGANIZATION = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";

/** What a header of an agent's own MCP server holds: it must never come out of the API's client. */
export const HEADER_SECRET = "Bearer sandbox-mcp-header-secret";

export interface AgentSeed {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly description: string;
  readonly status: "active" | "inactive" | "cancelled";
  readonly type: "simple" | "advanced" | "custom";
  /** The API registers LiveKit agents only. */
  readonly platform: "livekit" | "vida";
  /** Lists leave `sip_registration_data` out, as the API may. */
  readonly bareInLists?: boolean;
}

export const AGENT_SEEDS: readonly AgentSeed[] = [
  {
    id: "11111111-1111-4111-8111-111111111111",
    organizationId: MAIN_ORGANIZATION,
    name: "Front Desk",
    description: "Answers the main number and takes messages",
    status: "active",
    type: "simple",
    platform: "livekit",
  },
  {
    id: "22222222-2222-4222-8222-222222222222",
    organizationId: MAIN_ORGANIZATION,
    name: "After Hours",
    description: "Answers when the office is closed",
    status: "active",
    type: "advanced",
    platform: "livekit",
    bareInLists: true,
  },
  {
    id: "33333333-3333-4333-8333-333333333333",
    organizationId: OTHER_ORGANIZATION,
    name: "Spanish Line",
    description: "Answers in Spanish",
    status: "active",
    type: "custom",
    platform: "livekit",
  },
  {
    id: "44444444-4444-4444-8444-444444444444",
    organizationId: MAIN_ORGANIZATION,
    name: "Holiday Line",
    description: "Switched off until the holidays",
    status: "inactive",
    type: "simple",
    platform: "livekit",
    bareInLists: true,
  },
  {
    id: "55555555-5555-4555-8555-555555555555",
    organizationId: MAIN_ORGANIZATION,
    name: "Legacy Vida",
    description: "Of the older kind, which the API does not register",
    status: "active",
    type: "simple",
    platform: "vida",
  },
];
