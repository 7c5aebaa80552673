import { capital } from "../base/words.js";
import { settingText } from "../redaction/untrusted.js";
import { stateFacts } from "../registration/states.js";
import type { Evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import type { Verdict } from "./grades.js";
import { bindingsOfOthers } from "./rules/platform-state.js";
import { always } from "./rules/platform-views.js";
import { anythingAnswers, exchangeWords } from "./rules/words.js";
import { openStatus, problemWords, registeredProof, type StatusSeen } from "./status-verdict.js";
import { endpointName, MAX_NAME } from "./target.js";

/** Where the very password of this run was refused a moment ago. */
export const CORRECT_FIRST =
  "This password was refused: have the user compare user, auth ID and SIP password with the extension on the PBX, and correct them before anything is sent again.";

/** The verdict in one line. It claims no more than was seen. Pure. */
export function judge(evidence: Evidence, findings: readonly Finding[]): Verdict {
  const inside = findings.find(({ id }) => id === "behind-same-router");
  const first = findings.find((finding) => finding.severity !== "info" && finding !== inside);
  if (first !== undefined) {
    return { outcome: "problem", text: problemWords(first), missing: [] };
  }
  const login = loginProof(evidence);
  const platform = platformSeen(evidence);
  const doubt = platform && !always(evidence.platform, "REGISTERED_STATE") ? openStatus(platform) : undefined;
  const strangers = platform && !doubt ? bindingsOfOthers(evidence) : undefined;
  if (strangers !== undefined && inside === undefined) return notTheAgents(strangers, login);
  const proof = (inside || doubt ? undefined : login) ?? (platform && registeredProof(platform));
  if (proof !== undefined) return { outcome: "proven", text: proof, missing: [] };
  if (inside !== undefined) return fromInside(inside, login);
  if (doubt !== undefined && login !== undefined) {
    const { open, missing } = doubt;
    return { outcome: "not_proven", text: `${login} But: ${open} ${missing}`, missing: [missing] };
  }
  const { seen, missing } = openQuestion(evidence);
  return { outcome: "not_proven", text: `${seen} ${missing.join(" ")}`, missing };
}

/** The platform says that it is registered, and the PBX lists others. */
function notTheAgents(strangers: string, login: string | undefined): Verdict {
  const missing =
    "Only a binding that can be the platform's would prove that it is registered: save the settings again, which registers again, and look once more.";
  const seen = `${login === undefined ? "" : `${login} But `}the platform says REGISTERED, and the PBX lists ${strangers}.`;
  return {
    outcome: "not_proven",
    text: `${capital(seen)} ${missing}`,
    missing: [missing],
  };
}

/** What was seen holds only inside the PBX's own network. */
function fromInside({ title, evidence, fix }: Finding, login: string | undefined): Verdict {
  const seen = `${title} (${evidence}).${login === undefined ? "" : ` From there: ${login}`}`;
  return { outcome: "not_proven", text: `${seen} ${fix}`, missing: [fix] };
}

/** A binding that was granted, or a challenge that was answered and accepted. */
function loginProof({ credentials, binding, target, ...evidence }: Evidence): string | undefined {
  const user = settingText(target.username, MAX_NAME);
  const where = placeWords({ target, ...evidence });
  // 202 only says that the request was accepted (RFC 3261, 10.3, defines only 200).
  const bound =
    binding?.outcome === "bound" && binding.last.status === 200 && (binding.grantedExpires ?? 0) > 0;
  const accepted = credentials?.outcome === "accepted" && credentials.last.status === 200;
  // What was tried has to hold as well.
  if (binding?.outcome === "bound" && !(bound && binding.listed)) return undefined;
  if (bound) {
    const login = accepted ? `accepts the credentials of ${user} and` : "asks for no credentials, and";
    return `${where} ${login} takes its registration, tried from here for a moment.`;
  }
  return accepted ? `${where} accepts the credentials of ${user}, tested from here.` : undefined;
}

/** The platform's own word. */
function platformSeen({ platform }: Evidence): StatusSeen | undefined {
  if (platform === undefined) return undefined;
  const [first, ...rest] = platform.samples;
  return {
    samples: [first.status, ...rest.map(({ status }) => status)],
    stored: platform.stored,
    now: platform.now,
  };
}

function isUnknown({ samples: [first, ...rest] }: StatusSeen): boolean {
  return stateFacts((rest.at(-1) ?? first).state).kind === "unknown";
}

/** What was seen, and what that leaves open. */
function openQuestion(evidence: Evidence): { seen: string; missing: string[] } {
  const { registrar, target, platform, credentials, binding } = evidence;
  const where = placeWords(evidence);
  const status = platformSeen(evidence);
  if (status !== undefined && (always(platform, "REGISTERED_STATE") || isUnknown(status))) {
    const { open, missing } = openStatus(status);
    return { seen: open, missing: [missing] };
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
  const last = registrar.exchanges.at(-1) ?? registrar.exchanges[0];
  if (credentials?.outcome === "accepted" || binding?.outcome === "bound") {
    const told = binding?.last.status !== 200 || !binding.listed || binding.grantedExpires !== undefined;
    return {
      seen: `${where} answered ${binding?.last.status ?? credentials?.last.status}.${told ? "" : " The expiry of our Contact was not given."}`,
      missing: ["Only a 200 that grants our Contact some time proves a registration."],
    };
  }
  if (credentials !== undefined) {
    return {
      seen: `${where} was sent the credentials of ${settingText(target.username, MAX_NAME)}: ${exchangeWords(credentials.last)}.`,
      missing: [
        "That answer does not tell whether they are right: a test binding, or the platform's own attempt, would show it.",
      ],
    };
  }
  if (last.result !== "answered") {
    return {
      seen: `${where} answers SIP, but ${exchangeWords(last)}.`,
      missing: ["Only an answer to REGISTER would show more: ask once more in a minute."],
    };
  }
  if (registrar.exchanges[0].challenge) {
    if (evidence.history.samePassword) {
      return {
        seen: `${where} asks for credentials. This very password was refused there within ten minutes, and was not sent again.`,
        missing: ["Only a login that is accepted proves user and password: correct what was refused first."],
      };
    }
    return {
      seen: `${where} answers as a registrar should and asks for credentials.`,
      missing: ["They were not tested: only a login that is accepted proves user and password."],
    };
  }
  return {
    seen: `${where} answers REGISTER with ${last.status} and without asking for credentials.`,
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
