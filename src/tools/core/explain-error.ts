import { SecretRefused } from "../../passwords/named.js";
import { AgentBusy } from "../../registration/agent-locks.js";
import { WriteError } from "../../registration/write.js";
import { TelzinoError, type TelzinoErrorCode } from "../../telzino/errors.js";
import type { NextStep } from "./define.js";
import { ToolError } from "./errors.js";
import { doubtWords, storedWords, unreadableWords } from "./write-words.js";

export interface ExplainedError {
  lines: string[];
  next: NextStep[];
  /** A bug in this program, not something that the caller or the API did. */
  internal: boolean;
}

interface Explanation {
  what: string;
  next: readonly NextStep[];
}

const SET_CREDENTIALS =
  "Ask the user to set TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET (or TELZINO_ACCESS_TOKEN) in the environment of this MCP server, in the client's settings, and to restart it. Never ask for them in the conversation.";
const RUN_DOCTOR = "`telzino-sip-mcp doctor` in a terminal checks configuration, login and reachability.";

/** For each cause of a failed call to the API. `docs/errors.md` lists them. */
export const EXPLANATIONS: Readonly<Record<TelzinoErrorCode, Explanation>> = {
  not_configured: {
    what: "This server has no Telzino credentials, so it cannot reach the API.",
    next: [SET_CREDENTIALS, "To try everything without an account, start it with --sandbox."],
  },
  login_refused: {
    what: "Telzino refused the client id and secret of this server.",
    next: [SET_CREDENTIALS, RUN_DOCTOR],
  },
  unauthorized: {
    what: "Telzino does not accept this server's access token (expired, revoked, or for another API).",
    next: [SET_CREDENTIALS, RUN_DOCTOR],
  },
  forbidden: {
    what: "This server's Telzino credentials may not do that.",
    next: [
      "Call list_telzino_agents to see which agents these credentials reach.",
      "Ask the user for credentials of the agent's organisation.",
    ],
  },
  agent_not_found: {
    what: "No such agent, or these credentials have no access to it.",
    next: [
      [
        "Call list_telzino_agents to find the agent's id by its name.",
        "Ask the user to check the agent's id in this server's configuration.",
      ],
      [
        "If list_telzino_agents does not show it, the credentials belong to another organisation.",
        "If the id is right, the credentials belong to another organisation.",
      ],
    ],
  },
  not_livekit_agent: {
    what: "This agent cannot register over SIP: only LiveKit agents can be connected through the API, and this is a Vida agent.",
    next: [
      "Call list_telzino_agents and choose another agent with the user.",
      "Telzino's support can say how this agent is connected instead.",
    ],
  },
  invalid_request: {
    what: "Telzino rejected a value.",
    next: ["Correct the value that the API names and call again."],
  },
  rate_limited: {
    what: "Telzino limits the rate of calls, and waiting did not help.",
    next: ["Wait a minute, then call again once."],
  },
  server_error: {
    what: "Telzino answered with a server error.",
    next: ["Wait a minute, then call again once.", RUN_DOCTOR],
  },
  unreachable: {
    what: "The Telzino API could not be reached from this machine.",
    next: [RUN_DOCTOR, "Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) and TELZINO_API_URL."],
  },
  timeout: {
    what: "The Telzino API did not answer in time.",
    next: ["Call get_sip_status to see what is stored before you repeat a change.", RUN_DOCTOR],
  },
  redirected: {
    what: "The Telzino API address answers with a redirect, which is not followed because the token would be sent along.",
    next: ["Set TELZINO_API_URL to the API's own address (default https://api.telzino.com)."],
  },
  unreadable_answer: {
    what: "Something answered at the Telzino API address, but not in the API's form.",
    next: [
      "Check TELZINO_API_URL and any proxy in between.",
      "Call get_sip_status to see what is stored before you repeat a change.",
    ],
  },
};

/** Turns whatever a tool threw into words for the model and the person: what was wrong, what to do next. */
export function explainError(error: unknown, toolName: string): ExplainedError {
  if (error instanceof ToolError || error instanceof SecretRefused) {
    return { lines: [error.message], next: [...error.next], internal: false };
  }
  if (error instanceof WriteError) return explainWriteError(error);
  if (error instanceof AgentBusy) {
    const next = ["Call get_sip_status to see what is stored, then call again."];
    return { lines: [`Nothing was sent. ${error.message}.`], next, internal: false };
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    const lines = ["It took too long and was ended; what it has changed by then is not known."];
    return { lines, next: [LOOK_FIRST], internal: false };
  }
  if (error instanceof TelzinoError) return explainTelzinoError(error);
  return {
    lines: [`Internal error in this server while running ${toolName}; your request was fine.`],
    next: ["Try once more; if it fails again, report it with the server's log (stderr)."],
    internal: true,
  };
}

/** What a log says about it: the class, and the code if there is one. Sentences may contain what the caller wrote. */
export function errorKind(error: unknown): string {
  const { name } = error as Error;
  const telzino = error instanceof WriteError ? error.cause : error;
  return telzino instanceof TelzinoError ? `${name} ${telzino.code}` : name;
}

const LOOK_FIRST = "Call get_sip_status to see what is stored before you repeat the change.";

/** Instead of the code's own words, where the agent could be read after a change that was answered so. */
const THOUGH_THERE: Readonly<Partial<Record<TelzinoErrorCode, Explanation>>> = {
  agent_not_found: {
    what: "Telzino answered the change as if there were no such agent or registration, but it shows the agent when it is read.",
    next: [
      "Wait a minute, then call get_sip_status: what was read may be older than the answer.",
      "If nothing has changed by then, these credentials may read this agent and not change it: ask the user for others.",
    ],
  },
};

/** What the API answered, and what is known to be stored: never more than reading back has shown. */
function explainWriteError({ write, doubt, reading, passwordUnknown }: WriteError): ExplainedError {
  const agentIsThere = reading.kind === "read" || reading.error === undefined;
  const told: ExplainedError =
    doubt.kind === "failed"
      ? explainTelzinoError(doubt.error, agentIsThere ? THOUGH_THERE[doubt.error.code] : undefined)
      : { lines: [doubtWords(doubt)], next: [], internal: false };
  const done = write === "store" ? "stored" : "removed";
  if (reading.kind === "unreadable") {
    const unknown = `Whether the registration was ${done} is not known: ${unreadableWords(reading)}.`;
    return { ...told, lines: [...told.lines, unknown], next: [LOOK_FIRST, ...told.next] };
  }
  const now = `Stored now: ${storedWords(reading.stored)}.`;
  const found = passwordUnknown
    ? `Reading the agent back showed these settings, but not whether the password was stored with them. ${now}`
    : `Reading the agent back showed that the registration was not ${done}. ${now}`;
  return { ...told, lines: [...told.lines, found], next: told.next.length > 0 ? told.next : [LOOK_FIRST] };
}

/** Where the API has not spoken, the client's own words name the host and the cause. */
const SAID_BY_CLIENT: ReadonlySet<TelzinoErrorCode> = new Set(["unreachable", "timeout", "redirected"]);

function explainTelzinoError(
  error: TelzinoError,
  { what, next }: Explanation = EXPLANATIONS[error.code],
): ExplainedError {
  const lines = [what];
  if (SAID_BY_CLIENT.has(error.code)) lines.push(error.message);
  const about = error.fields.length === 0 ? "" : ` about ${error.fields.join(", ")}`;
  if (error.detail) lines.push(`The API said${about}: ${error.detail}`);
  const facts = [error.operation, error.status === undefined ? undefined : `HTTP ${error.status}`].filter(
    Boolean,
  );
  if (facts.length > 0) lines.push(`(${facts.join(", ")})`);
  const wait = error.retryAfterSeconds;
  const steps = wait === undefined ? [...next] : [`Wait ${wait} s, then call again once.`, ...next.slice(1)];
  return { lines, next: steps, internal: false };
}
