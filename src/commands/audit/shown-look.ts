import { shownHost } from "../../audit/agent-read.js";
import type { Cause } from "../../audit/causes/index.js";
import type { Look } from "../../audit/looks/look.js";
import type { AuditReport } from "../../audit/report.js";
import { present } from "../../base/present.js";
import type { Finding } from "../../diagnosis/index.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { accountOf } from "../../registration/settings.js";

/** The look at the PBX of a cause, where there was one. */
export function lookOf({ looks }: AuditReport, cause: Cause | undefined): Look | undefined {
  return cause?.host === undefined ? undefined : looks?.done.get(cause.host);
}

/** The most serious finding there. */
export function firstFinding({ report }: Look): Finding | undefined {
  return report.findings.find(({ severity }) => severity !== "info");
}

/** The look in fields, for `--json`. */
export function shownLook(look: Look): Record<string, unknown> {
  const { host, agent, report } = look;
  const { outcome, text } = report.verdict;
  const finding = firstFinding(look);
  return {
    pbx: `${shownHost(host)}`,
    agent: `${untrustedToken(agent.id, 128)}`,
    ...(report.target.username === undefined ? {} : { askedAs: `${accountOf({ ...report.target })}` }),
    ...{ outcome, text },
    ...present({ finding }),
  };
}

/** The look in lines: it is about one agent, and about the others says only that the PBX is the same. */
export function lookWords(look: Look): string[] {
  const { report } = look;
  const { username } = report.target;
  const how = username === undefined ? "Looked at the PBX" : `Asked as ${accountOf({ ...report.target })}`;
  const finding = firstFinding(look);
  if (finding === undefined) return [`${how}: ${report.verdict.text}`];
  const { title, confidence, seenFrom, evidence, fix, id } = finding;
  return [
    `${how}: ${title} [confidence ${confidence}, ${id}]`,
    `  Seen from ${seenFrom}: ${evidence}`,
    `  Fix: ${fix}`,
  ];
}
