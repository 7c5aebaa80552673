import { type Audited, shownHost } from "../../audit/agent-read.js";
import { agentsWord } from "../../audit/causes/cause.js";
import { type Cause, pbxsOf } from "../../audit/causes/index.js";
import { outageWords } from "../../audit/outage-words.js";
import type { AuditReport } from "../../audit/report.js";
import { STANDING_WORDS, STANDINGS, type Standing } from "../../audit/standing.js";
import { NAME, VERSION } from "../../base/version.js";
import { counted, span } from "../../base/words.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { accountOf } from "../../registration/settings.js";
import { sinceOf } from "./as-json.js";
import type { AuditRun } from "./read.js";
import { lookOf, lookWords } from "./shown-look.js";

/** Agents of one cause that are named; `--json` and `--csv` name all. */
const NAMED = 8;
const PBXS = 50;

/** Standings whose agents are listed besides the causes. */
const NAMED_STANDINGS: readonly Standing[] = ["doubtful", "pending", "unread", "none"];

/** The report for a person, with outside text between marks. */
export function asText({ report, requests, resumed }: AuditRun, onlyProblems: boolean): string {
  const { causes, hints, counts, agents, startedAt, endedAt } = report;
  const took = span(endedAt - startedAt);
  const told = STANDINGS.filter((place) => counts[place] > 0).map(
    (place) => `${counts[place]} ${STANDING_WORDS[place]}`,
  );
  const isAll = report.outage === undefined && report.gap === undefined;
  const again = resumed > 0 ? `; ${resumed} were read before it was interrupted` : "";
  return [
    `${NAME} ${VERSION}`,
    "",
    ...outageLines(report),
    ...(report.clock === undefined ? [] : [report.clock, ""]),
    `${agentsWord(agents.length)}: ${told.join(", ") || (isAll ? "none can be seen with these credentials" : "none was read")}. (${took}, ${counted(requests, "request")}${again})`,
    ...causes.flatMap((cause, index) => ["", ...causeLines(cause, index + 1, report)]),
    ...NAMED_STANDINGS.flatMap((place) => standingLines(place, agents)),
    ...lookLines(report),
    ...(hints.length > 0 ? ["", "Worth a look:"] : []),
    ...hints.flatMap(({ says, hint, agents: whom }) => [
      `- ${says}`,
      ...(hint === "no-tls" ? [] : names(whom, true)),
    ]),
    ...(onlyProblems ? [] : pbxLines(report)),
    "",
  ].join("\n");
}

function outageLines({ outage, gap, agents, total }: AuditReport): string[] {
  const of = total === undefined ? "" : ` of ${total}`;
  const rest = "The others may or may not be registered.";
  if (outage !== undefined) {
    return [`${outageWords(outage)}. ${agents.length}${of} agents had been read. ${rest}`, ""];
  }
  return gap === undefined ? [] : [`${gap} ${rest}`, ""];
}

function lookLines({ looks }: AuditReport): string[] {
  if (looks === undefined) return [];
  const { done, leftOut } = looks;
  const more = leftOut === 0 ? "" : ` ${leftOut} more ${leftOut === 1 ? "was" : "were"} not looked at.`;
  return [
    "",
    `${counted(done.size, "PBX was", "PBXs were")} looked at from this machine, without a password.${more}`,
  ];
}

function causeLines(cause: Cause, number: number, report: AuditReport): string[] {
  const { agents, says, todo } = cause;
  const { startedAt } = report;
  const look = lookOf(report, cause);
  const isOlder = agents.some(({ since }) => since < startedAt);
  return [
    `${number}. ${says}`,
    ...(isOlder ? [`   Seen in that state since ${sinceOf(agents)}.`] : []),
    `   To do: ${todo}`,
    ...(look === undefined ? [] : lookWords(look).map((line) => `   ${line}`)),
    ...names(agents, true),
    `   Look closer: ${diagnoseLine(agents[0])}`,
  ];
}

function names(agents: readonly Audited[], isReasonTold: boolean): string[] {
  const more = agents.length - NAMED;
  return [
    ...agents.slice(0, NAMED).map(({ name, id, registration, judged }) => {
      const account = registration ? `${accountOf(registration)}, ` : "";
      const why = isReasonTold || judged.reason === undefined ? "" : `: ${judged.reason}`;
      return `   - ${name}, ${account}id ${untrustedToken(id, 128)}${why}`;
    }),
    ...(more > 0 ? [`   … and ${more} more (use --json or --csv to list them)`] : []),
  ];
}

/** The command that looks at the wire, for one agent of them all. */
function diagnoseLine(agent: Audited | undefined): string {
  return `${NAME} diagnose --agent-id ${untrustedToken(agent?.id, 128)}`;
}

function standingLines(place: Standing, agents: readonly Audited[]): string[] {
  const such = agents.filter(({ judged }) => judged.standing === place);
  if (such.length === 0) return [];
  const [first] = such;
  const isOne = such.every(({ judged }) => judged.reason === first?.judged.reason);
  const why = isOne && first?.judged.reason ? ` ${first.judged.reason}` : "";
  return ["", `${such.length} ${STANDING_WORDS[place]}.${why}`, ...names(such, isOne)];
}

function pbxLines({ agents }: AuditReport): string[] {
  const pbxs = [...pbxsOf(agents).values()].toSorted(
    (one, other) => other.agents.length - one.agents.length || one.host.localeCompare(other.host),
  );
  const more = pbxs.length - PBXS;
  return [
    ...(pbxs.length > 0 ? ["", "Registered, by PBX:"] : []),
    ...pbxs
      .slice(0, PBXS)
      .map(
        ({ host, agents: all, registered }) => `- ${shownHost(host)}: ${registered.length} of ${all.length}`,
      ),
    ...(more > 0 ? [`… and ${more} more PBXs`] : []),
  ];
}
