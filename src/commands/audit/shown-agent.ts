import { type Audited, shownHost, stateOf } from "../../audit/agent-read.js";
import type { Look } from "../../audit/looks/look.js";
import type { AuditReport } from "../../audit/report.js";
import { present } from "../../base/present.js";
import { knownHost } from "../../presets/known-host.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { accountOf } from "../../registration/settings.js";
import { isoTime } from "../../tools/core/format.js";
import { firstFinding, lookOf } from "./shown-look.js";

/** One agent in fields, as `--json` and `--csv` name them, with outside text between marks. */
export interface ShownAgent {
  id: string;
  name: string;
  standing: string;
  state?: string;
  since?: string;
  lastRegister?: string;
  account?: string;
  transport?: string;
  port?: number;
  pbx?: string;
  preset?: string;
  cause?: string;
  reason?: string;
  /** Of the look at its PBX: the finding's id, and what was found. */
  finding?: string;
  found?: string;
}

export function shownAgent(agent: Audited, cause: string | undefined, look?: Look): ShownAgent {
  const { id, name, judged, status, since, registration, host } = agent;
  const preset = knownHost(host)?.preset.id;
  const sent = status?.lastRegisterSent;
  const found = look && firstFinding(look);
  return {
    id: `${untrustedToken(id, 128)}`,
    name: `${name}`,
    standing: judged.standing,
    ...(stateOf(agent) === undefined || status === undefined ? {} : { state: `${status.state}` }),
    ...(status === undefined ? {} : { since: isoTime(new Date(since)) }),
    ...(sent === undefined ? {} : { lastRegister: isoTime(sent) }),
    ...(registration ? { account: `${accountOf(registration)}` } : {}),
    ...(registration?.transport === undefined ? {} : { transport: `${registration.transport}` }),
    ...(registration?.port === undefined ? {} : { port: registration.port }),
    ...(host === undefined ? {} : { pbx: `${shownHost(host)}` }),
    ...present({ preset, cause }),
    ...(judged.reason === undefined ? {} : { reason: judged.reason }),
    ...(found === undefined ? {} : { finding: found.id, found: `${found.title}: ${found.evidence}` }),
  };
}

/** Standings that are left out when only problems are wanted. */
const WELL: ReadonlySet<string> = new Set(["registered", "idle"]);

/** The agents to show, each with the id of its cause. */
export function* shownAgents(report: AuditReport, onlyProblems: boolean): Generator<ShownAgent> {
  const causes = new Map(report.causes.flatMap((cause) => cause.agents.map(({ id }) => [id, cause])));
  for (const agent of report.agents) {
    if (!onlyProblems || !WELL.has(agent.judged.standing)) {
      const cause = causes.get(agent.id);
      yield shownAgent(agent, cause?.cause, lookOf(report, cause));
    }
  }
}
