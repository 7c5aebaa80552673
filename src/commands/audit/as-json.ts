import type { Audited } from "../../audit/agent-read.js";
import { shownHost } from "../../audit/agent-read.js";
import { outageWords } from "../../audit/outage-words.js";
import { outcomeOf } from "../../audit/report.js";
import { present } from "../../base/present.js";
import { NAME, VERSION } from "../../base/version.js";
import type { Redactor } from "../../redaction/redactor.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { isoTime } from "../../tools/core/format.js";
import type { AuditRun } from "./read.js";
import { shownAgents } from "./shown-agent.js";
import { lookOf, shownLook } from "./shown-look.js";

/** The report as one JSON document, piece by piece: of many agents it is long. */
export function* asJson(run: AuditRun, onlyProblems: boolean, { redactDeep }: Redactor): Generator<string> {
  const { report, requests, resumed } = run;
  const { startedAt, endedAt, counts, causes, hints, outage, gap, clock, total, looks } = report;
  const head = {
    ...{ name: NAME, version: VERSION, outcome: outcomeOf(report) },
    ...{ startedAt: isoTime(new Date(startedAt)), endedAt: isoTime(new Date(endedAt)), requests, resumed },
    ...present({ total, outage: outage && outageWords(outage), gap, clock }),
    counts,
  };
  yield `${JSON.stringify(redactDeep(head)).slice(0, -1)},\n"causes":[`;
  yield* listed(
    causes.map((cause) => ({ ...cause, look: lookOf(report, cause) })),
    ({ cause, host, state, says, todo, agents, look }) => ({
      ...{ cause, says, todo, since: sinceOf(agents) },
      ...(look === undefined ? {} : { diagnosis: shownLook(look) }),
      ...(host === undefined ? {} : { pbx: `${shownHost(host)}` }),
      ...(state === undefined ? {} : { state: `${untrustedToken(state, 64)}` }),
      agents: idsOf(agents),
    }),
    redactDeep,
  );
  yield '],\n"hints":[';
  yield* listed(hints, ({ hint, says, agents }) => ({ hint, says, agents: idsOf(agents) }), redactDeep);
  if (looks !== undefined) {
    yield `],\n"pbxsLeftOut":${looks.leftOut},\n"diagnoses":[`;
    yield* listed(looks.done.values(), shownLook, redactDeep);
  }
  yield '],\n"agents":[';
  yield* listed(shownAgents(report, onlyProblems), (agent) => agent, redactDeep);
  yield "]}\n";
}

function* listed<T>(
  items: Iterable<T>,
  shape: (item: T) => object,
  redactDeep: Redactor["redactDeep"],
): Generator<string> {
  let between = "\n";
  for (const item of items) {
    yield `${between}${JSON.stringify(redactDeep(shape(item)))}`;
    between = ",\n";
  }
}

function idsOf(agents: readonly Audited[]): string[] {
  return agents.map(({ id }) => `${untrustedToken(id, 128)}`);
}

/** Since when the first of them has been seen so. */
export function sinceOf(agents: readonly Audited[]): string {
  return isoTime(new Date(Math.min(...agents.map(({ since }) => since))));
}
