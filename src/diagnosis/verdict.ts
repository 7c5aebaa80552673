import { settingText } from "../untrusted.js";
import type { Evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { platformRegistered } from "./rules/platform-views.js";
import { anythingAnswers } from "./rules/words.js";
import { doorName, MAX_NAME } from "./target.js";

/**
 * `healthy`: the way was seen to its end and nothing is wrong. `problem`: a finding above info. `unclear`:
 * nothing wrong was seen, but too little was seen to say that all is well.
 */
export type VerdictOutcome = "healthy" | "problem" | "unclear";

export interface Verdict {
  readonly outcome: VerdictOutcome;
  /** One line for a person. */
  readonly text: string;
}

/** The verdict in one line. It claims no more than was seen. Pure. */
export function judge(evidence: Evidence, findings: readonly Finding[]): Verdict {
  const [first] = findings;
  if (first !== undefined && first.severity !== "info") {
    const sure = { high: "", medium: "Probably: ", low: "Possibly: " }[first.confidence];
    const warning = first.severity === "warning" ? "It may work, but: " : sure;
    return { outcome: "problem", text: `${warning}${first.title} (${first.evidence}).` };
  }
  if (platformRegistered(evidence)) {
    return { outcome: "healthy", text: `The platform is registered, and nothing speaks against it.` };
  }
  if (!anythingAnswers(evidence)) {
    return {
      outcome: "unclear",
      text: `Nothing wrong was seen, but SIP was not answered or not asked either.`,
    };
  }
  return { outcome: "healthy", text: healthyText(evidence) };
}

function healthyText({ credentials, binding, registrar, target, answerer, doors }: Evidence): string {
  const door = registrar?.door ?? doors[0]?.door;
  const domain = settingText(target.sipDomain, MAX_NAME);
  const user = settingText(target.username, MAX_NAME);
  const where = door ? `${domain} (${doorName(door)}, ${answerer.name})` : `${domain}`;
  if (binding?.outcome === "bound") return `${where} takes the registration of ${user}.`;
  if (credentials?.outcome === "accepted") return `${where} accepts the credentials of ${user}.`;
  if (registrar === undefined) return `${where} answers SIP. Whether it registers anybody was not asked.`;
  if (registrar.exchanges[0].challenge) {
    return `${where} answers as a registrar should and asks for credentials, which were not tested.`;
  }
  return `${where} answers REGISTER without asking for credentials.`;
}
