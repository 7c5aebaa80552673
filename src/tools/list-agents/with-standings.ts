import { PROBLEMS, STANDING_WORDS, STANDINGS, worstFirst } from "../../audit/standing.js";
import { present } from "../../base/present.js";
import { inSlices } from "../../base/steps.js";
import { knownHost } from "../../presets/known-host.js";
import { settingText } from "../../redaction/untrusted.js";
import { TelzinoError } from "../../telzino/errors.js";
import type { CallContext } from "../core/context.js";
import type { NextStep } from "../core/define.js";
import { fact, note, notes, summary } from "../core/facts.js";
import { age, isoTime, stateText } from "../core/format.js";
import { holdStored } from "../core/holding-api.js";
import { type AgentData, agentLine, dataOf } from "./agent-data.js";
import { type AgentSearch, SHORT_LIST } from "./find.js";
import { shortListWords } from "./short-list.js";
import { type Standing, type StandingReader, standingReader } from "./standings.js";

interface Asked {
  pages: (page: number) => Promise<AgentSearch>;
  page: number;
  perPage: number;
  onlyProblems: boolean;
}

interface Looked {
  standings: Standing[];
  /** Agents that were looked at. */
  count: number;
  hasMore: boolean;
  /** Where to continue. */
  nextPage: number;
  total: number | undefined;
  notes: (string | undefined)[];
}

/** One page with each agent's registration, or the problems of as many pages as there is time for. */
export async function listWithStandings(asked: Asked, call: CallContext) {
  const reader = standingReader(call);
  try {
    return await reply(asked, await look(asked, reader, call), call);
  } finally {
    reader.end();
  }
}

async function look(
  { pages, page, perPage, onlyProblems }: Asked,
  reader: StandingReader,
  call: CallContext,
) {
  const looked: Looked = {
    ...{ standings: [], count: 0, hasMore: true, nextPage: page, total: undefined, notes: [] },
  };
  const seen = new Set<string>();
  do {
    const found = await pages(looked.nextPage).catch((error: unknown) => {
      // What was read before is reported anyway.
      if (!(error instanceof TelzinoError) || looked.count === 0) throw error;
      looked.notes.push(`The list could not be read further: ${error.message}.`);
    });
    if (found === undefined) return looked;
    const fresh = found.agents.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    if (fresh.length === 0 && looked.count > 0) {
      // A list that goes round would be followed for as long as there is time.
      if (found.hasMore)
        looked.notes.push(
          `Page ${looked.nextPage} of the list has no agent that was not on a page before it, and says that more follow: the list is not followed further.`,
        );
      return withOutage({ ...looked, hasMore: false }, reader);
    }
    const standings = await reader.read(fresh);
    const isCut = standings.some(({ judged }) => judged.standing === "unread") && reader.isOver();
    // A page that was cut is left for the next call, which would begin in its midst otherwise.
    if (isCut && looked.count > 0) return withOutage(looked, reader);
    looked.standings.push(
      ...standings.filter(({ judged }) => !onlyProblems || PROBLEMS.has(judged.standing)),
    );
    looked.count += standings.length;
    looked.hasMore = found.hasMore;
    looked.total = found.total;
    looked.nextPage += 1;
    if (found.clock !== undefined && !looked.notes.includes(found.clock)) looked.notes.push(found.clock);
    if (found.tooMany !== undefined) looked.notes.push(found.tooMany);
    if (found.incomplete) looked.notes.push("Only the first 1,000 agents were searched for that name.");
    call.progress("Reading registrations", looked.count, looked.total);
  } while (onlyProblems && looked.hasMore && looked.standings.length < perPage && !reader.isOver());
  return withOutage(looked, reader);
}

function withOutage(looked: Looked, reader: StandingReader): Looked {
  looked.notes.push(reader.outage());
  return looked;
}

async function reply({ page, perPage, onlyProblems }: Asked, looked: Looked, call: CallContext) {
  const standings = worstFirst(looked.standings, ({ judged }) => judged.standing);
  for (const { agent } of standings) holdStored(agent.registration, call.hold);
  const agents = standings.map(({ agent }) => agent);
  const plain = await inSlices(dataOf(agents, call), agents.length > SHORT_LIST);
  const now = new Date();
  const listed = standings.map((seen, index) => ({
    ...(plain[index] as AgentData),
    ...standingData(seen, now),
  }));
  const { hasMore, nextPage, total } = looked;
  return {
    facts: [
      summary(headline(looked, onlyProblems)),
      fact({ agents: listed, ...present({ total }) }, ...listed.map(standingLine)),
      ...notes(fixes(standings)),
      ...notes(looked.notes),
      ...notes([shortListWords({ page, perPage, ...looked })]),
      fact({ page, hasMore, ...(hasMore ? { nextPage } : {}) }),
      ...(hasMore ? [note(`Continue with page ${nextPage}: not all agents were looked at.`)] : []),
    ],
    next: nextSteps(standings),
  };
}

type Listed = AgentData & ReturnType<typeof standingData>;

function standingData(seen: Standing, now: Date) {
  const { agent, status, judged } = seen;
  const host = agent.registration?.proxy ?? agent.registration?.sipDomain;
  const sent = status?.lastRegisterSent;
  return {
    standing: judged.standing,
    ...present({ reason: judged.reason, presetId: knownHost(host)?.preset.id }),
    ...(status === undefined ? {} : { state: stateText(status) }),
    ...(sent === undefined ? {} : { lastRegister: isoTime(sent), lastRegisterRelative: age(sent, now) }),
    ...(host === undefined ? {} : { pbx: `${settingText(host)}` }),
  };
}

function standingLine(data: Listed): string {
  const { standing, state, lastRegister, lastRegisterRelative, pbx, presetId, reason } = data;
  const words = [
    [standing, state].filter(Boolean).join(", "),
    lastRegister && `last REGISTER ${lastRegister} (${lastRegisterRelative})`,
    pbx && `PBX ${pbx}${presetId === undefined ? "" : ` (preset ${presetId})`}`,
  ].filter(Boolean);
  return `${agentLine(data)}: ${words.join("; ")}${reason === undefined ? "" : `. ${reason}`}`;
}

function headline({ standings, count, total }: Looked, onlyProblems: boolean): string {
  const counts = STANDINGS.flatMap((place) => {
    const many = standings.filter(({ judged }) => judged.standing === place).length;
    return many === 0 ? [] : [`${many} ${STANDING_WORDS[place]}`];
  });
  const of = total !== undefined && total > count ? ` of ${total}` : "";
  const agents = count === 1 && of === "" ? "agent" : "agents";
  const told =
    counts.length > 0 ? counts.join(", ") : onlyProblems && count > 0 ? "no problem" : "nothing to tell";
  return `${count}${of} ${agents} looked at: ${told}.`;
}

/** What to do, once for all who have the same. */
function fixes(standings: readonly Standing[]): string[] {
  const byId = new Map<string, { fix: string; names: string[] }>();
  for (const { agent, judged } of standings) {
    const { findingId, fix } = judged;
    if (findingId === undefined || fix === undefined) continue;
    const same = byId.get(`${findingId} ${fix}`) ?? { fix, names: [] };
    same.names.push(`${agent.name}`);
    byId.set(`${findingId} ${fix}`, same);
  }
  return [...byId.values()].map(({ fix, names }) => `For ${someNames(names)}: ${fix}`);
}

const NAMED = 5;

function someNames(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The question was which: nothing that changes anything is proposed. */
function nextSteps(standings: readonly Standing[]): NextStep[] {
  const isDown = standings.some(({ judged }) => judged.standing === "down");
  return [
    ...(isDown
      ? [
          "diagnose_sip_registration with one agent of each PBX looks at the wire, and says more of the cause.",
        ]
      : []),
    "get_sip_status tells more of one agent: its settings, and what is proven.",
  ];
}
