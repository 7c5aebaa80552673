import { settingText } from "../redaction/untrusted.js";
import type { Evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { always, lastStatus, overdue } from "./rules/platform-views.js";
import { anythingAnswers, seconds } from "./rules/words.js";
import { endpointName, MAX_NAME } from "./target.js";

/**
 * `proven`: what the text claims was seen, and nothing speaks against it. `problem`: a finding above info.
 * `not_proven`: nothing wrong was seen, and no proof either; {@link Verdict.missing} says what would be one.
 */
export const VERDICT_OUTCOMES = ["proven", "problem", "not_proven"] as const;
type VerdictOutcome = (typeof VERDICT_OUTCOMES)[number];

export interface Verdict {
  readonly outcome: VerdictOutcome;
  /** One line for a person. */
  readonly text: string;
  /** What is not proven, and what would prove it; a sentence each. Empty but for `not_proven`. */
  readonly missing: readonly string[];
}

/** As old as a REGISTER may be and still say that somebody is registered: the usual longest expiry, in milliseconds. */
const FRESH_MS = 3_600_000;

/** The verdict in one line. It claims no more than was seen. Pure. */
export function judge(evidence: Evidence, findings: readonly Finding[]): Verdict {
  const inside = findings.find(({ id }) => id === "behind-same-router");
  const first = findings.find((finding) => finding.severity !== "info" && finding !== inside);
  if (first !== undefined) {
    const sure = { high: "", medium: "Probably: ", low: "Possibly: " }[first.confidence];
    const warning = first.severity === "warning" ? "It may work, but: " : sure;
    return { outcome: "problem", text: `${warning}${first.title} (${first.evidence}).`, missing: [] };
  }
  const login = loginProof(evidence);
  const proof = (inside ? undefined : login) ?? platformProof(evidence);
  if (proof !== undefined) return { outcome: "proven", text: proof, missing: [] };
  if (inside !== undefined) return fromInside(inside, login);
  const { seen, missing } = openQuestion(evidence);
  return { outcome: "not_proven", text: `${seen} ${missing.join(" ")}`, missing };
}

/** What was seen holds inside the PBX's own network alone. */
function fromInside({ title, evidence, fix }: Finding, login: string | undefined): Verdict {
  const seen = `${title} (${evidence}).${login === undefined ? "" : ` From there: ${login}`}`;
  return { outcome: "not_proven", text: `${seen} ${fix}`, missing: [fix] };
}

/** A binding that was granted, or a challenge that was answered and accepted. */
function loginProof({ credentials, binding, target, ...evidence }: Evidence): string | undefined {
  const user = settingText(target.username, MAX_NAME);
  const where = placeWords({ target, ...evidence });
  // 202 only says that the request was taken (RFC 3261, 10.3, knows 200 alone).
  const bound =
    binding?.outcome === "bound" && binding.last.status === 200 && (binding.grantedExpires ?? 0) > 0;
  const accepted = credentials?.outcome === "accepted" && credentials.last.status === 200;
  if (bound && binding.listed) {
    const login = accepted ? `accepts the credentials of ${user} and` : "asks for no credentials, and";
    return `${where} ${login} takes its registration, tried from here for a moment.`;
  }
  return accepted ? `${where} accepts the credentials of ${user}, tested from here.` : undefined;
}

/** The platform's own word, where it says when. */
function platformProof({ platform }: Evidence): string | undefined {
  if (platform === undefined || !always(platform, "REGISTERED_STATE") || overdue(platform)) return undefined;
  const { lastRegisterSent } = lastStatus(platform);
  if (lastRegisterSent === undefined) return undefined;
  const age = Math.max(0, platform.now.getTime() - lastRegisterSent.getTime());
  if (age > FRESH_MS) return undefined;
  return `The platform is registered, as of its last REGISTER ${seconds(Math.round(age / 1_000))} ago. Whether the PBX still has that registration was not looked at.`;
}

/** What was seen, and what that leaves open. */
function openQuestion(evidence: Evidence): { seen: string; missing: string[] } {
  const { registrar, target, platform, credentials, binding } = evidence;
  const where = placeWords(evidence);
  if (platform !== undefined && always(platform, "REGISTERED_STATE")) {
    return {
      seen: "The platform says that it is registered, but not by a REGISTER of the last hour.",
      missing: ["A status with a newer last REGISTER would prove it."],
    };
  }
  if (!anythingAnswers(evidence)) {
    return {
      seen: "Nothing wrong was seen, but SIP was not answered or not asked either.",
      missing: [
        target.username === undefined
          ? "With a username the registrar is asked as well."
          : "An answer of the registrar would show more.",
      ],
    };
  }
  if (registrar === undefined) {
    return {
      seen: `${where} answers SIP.`,
      missing: [
        `Whether it registers anybody was not asked${target.username === undefined ? ": that needs a username" : ""}.`,
      ],
    };
  }
  const status = registrar.exchanges.at(-1)?.status;
  if (credentials?.outcome === "accepted" || binding?.outcome === "bound") {
    return {
      seen: `${where} answered ${binding?.last.status ?? credentials?.last.status}.`,
      missing: ["Only a 200 that grants our Contact some time proves a registration."],
    };
  }
  if (registrar.exchanges[0].challenge) {
    return {
      seen: `${where} answers as a registrar should and asks for credentials.`,
      missing: ["They were not tested: only a login that is accepted proves user and password."],
    };
  }
  return {
    seen: `${where} answers REGISTER with ${status ?? "no status"} and without asking for credentials.`,
    missing: [
      "Nothing says that user and password are right: a test binding, for which it may ask for them, would show it.",
    ],
  };
}

function placeWords({
  target,
  registrar,
  endpoints,
  answerer,
}: Omit<Evidence, "credentials" | "binding">): string {
  const endpoint = registrar?.endpoint ?? endpoints[0]?.endpoint;
  const domain = settingText(target.sipDomain, MAX_NAME);
  return endpoint ? `${domain} (${endpointName(endpoint)}, ${answerer.name})` : `${domain}`;
}
