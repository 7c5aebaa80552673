import { listTroubles, type Trouble, type TroublePhase } from "../../src/answers/index.js";
import { ConfigError, type Flags, loadConfig } from "../../src/config/index.js";
import type { Environment } from "../../src/config/source.js";
import { literal } from "../../src/presets/render.js";
import { EXPLANATIONS } from "../../src/tools/core/explain-error.js";

/** The errors as Markdown, for `docs/errors.md`; pure, so a test can compare the file with it. */

const INTRO = `# Errors

Errors of the Telzino API, of the configuration and of SIP: what they mean and what to do. This file is generated: change
the texts in \`src/tools/core/explain-error.ts\`, \`src/config/\` and \`src/answers/\`, then run \`npm run docs\`.`;

const API = `## Telzino API

A call to the API fails for one of these reasons. The tool's answer is marked as an error and has this text, with the API's
own words if there are any. *What to do* is its first next step, and addresses the assistant.

| code | meaning | what to do |
| --- | --- | --- |`;

const CONFIGURATION = `## Configuration

The program prints every problem to stderr, one per line, and exits with code 2. It never repeats the value, which may be a
secret in the wrong place. Each row is what the program prints for one wrong setting.

| example | stderr |
| --- | --- |`;

const SIP = `## SIP

What a PBX answers, and what happens without an answer. Each row has only the likeliest fix; the resource
\`telzino://troubleshooting/{code}\` has all causes with their sources, and \`diagnose_sip_registration\` looks for the one
that applies. [diagnosis.md](diagnosis.md) lists its findings.`;

const PHASES: Readonly<Record<TroublePhase, string>> = {
  registering: "The PBX refuses the registration",
  unanswered: "Nothing answers",
  calling: "Registered, but calls fail",
};

interface Example {
  readonly shown: string;
  readonly env?: Environment;
  readonly flags?: Flags;
}

/** One wrong setting each; `loadConfig` says what is wrong with it. */
const EXAMPLES: readonly Example[] = [
  { shown: "`TELZINO_CLIENTID=…`", env: { TELZINO_CLIENTID: "x" } },
  { shown: "`TELZINO_CLIENT_ID=…` and no secret", env: { TELZINO_CLIENT_ID: "x" } },
  {
    shown: "`TELZINO_CLIENT_ID=…` with `TELZINO_ACCESS_TOKEN=…`",
    env: { TELZINO_CLIENT_ID: "x", TELZINO_CLIENT_SECRET: "x", TELZINO_ACCESS_TOKEN: "x" },
  },
  { shown: "`TELZINO_ACCESS_TOKEN=Bearer …`", env: { TELZINO_ACCESS_TOKEN: "Bearer x" } },
  {
    shown: "`TELZINO_CLIENT_SECRET` with a blank",
    env: { TELZINO_CLIENT_ID: "x", TELZINO_CLIENT_SECRET: "x y" },
  },
  { shown: "`TELZINO_API_URL=http://api.telzino.com`", env: { TELZINO_API_URL: "http://api.telzino.com" } },
  { shown: "`--api-url https://api.telzino.com/v1`", flags: { apiUrl: "https://api.telzino.com/v1" } },
  { shown: "`--agent-id 1001`", flags: { agentId: "1001" } },
  { shown: "`TELZINO_READ_ONLY=maybe`", env: { TELZINO_READ_ONLY: "maybe" } },
  { shown: "`--log-level loud`", flags: { logLevel: "loud" } },
  { shown: "`--log-file $HOME/telzino.log`, not expanded", flags: { logFile: "$HOME/telzino.log" } },
  { shown: "`--entry-port 99999`", flags: { entryPort: "99999" } },
  { shown: "`--secrets-file missing.env`", flags: { secretsFile: "missing.env" } },
  {
    shown: "`TELZINO_SIP_SECRET_OFFICE_HOSTS=…` without the password",
    env: { TELZINO_SIP_SECRET_OFFICE_HOSTS: "pbx.example.com" },
  },
  {
    shown: "`TELZINO_SIP_SECRET_OFFICE_HOSTS=sip:pbx.example.com`",
    env: { TELZINO_SIP_SECRET_OFFICE: "x", TELZINO_SIP_SECRET_OFFICE_HOSTS: "sip:pbx.example.com" },
  },
  {
    shown: "`TELZINO_AGENT_ID=$TELZINO_AGENT`, not filled in by the client",
    env: { TELZINO_AGENT_ID: "$TELZINO_AGENT" },
  },
  { shown: "`TELZINO_PAGE_KEY=short`", env: { TELZINO_PAGE_KEY: "short" } },
  { shown: "`TELZINO_REDIS_URL=localhost`", env: { TELZINO_REDIS_URL: "localhost" } },
  { shown: "`HTTPS_PROXY=socks5://proxy`", env: { HTTPS_PROXY: "socks5://proxy" } },
];

/** All of `docs/errors.md`. */
export function renderErrors(): string {
  const calls = Object.entries(EXPLANATIONS).map(([code, { what, next }]) => {
    const [step = ""] = next.map((each) => (typeof each === "string" ? each : (each[0] ?? "")));
    return `| \`${code}\` | ${cell(what)} | ${cell(step)} |`;
  });
  const settings = EXAMPLES.map((example) => `| ${example.shown} | ${cell(problemOf(example))} |`);
  const answers = (Object.keys(PHASES) as TroublePhase[]).map(
    (phase) =>
      `### ${PHASES[phase]}\n\n| answer or symptom | meaning | what to do |\n| --- | --- | --- |\n${listTroubles()
        .filter((trouble) => trouble.phase === phase)
        .map(row)
        .join("\n")}`,
  );
  const parts = [INTRO, [API, ...calls].join("\n"), [CONFIGURATION, ...settings].join("\n"), SIP, ...answers];
  return `${parts.join("\n\n")}\n`;
}

function row({ title, meaning, causes }: Trouble): string {
  return `| ${cell(title)} | ${cell(meaning)} | ${cell(causes[0]?.fix ?? "")} |`;
}

/** @throws Error if the setting is accepted. */
function problemOf({ shown, env = {}, flags = {} }: Example): string {
  try {
    loadConfig(env, flags);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems[0] ?? "";
    throw error;
  }
  throw new Error(`accepted: ${shown}`);
}

/** One line of text as text, in a table. */
function cell(text: string): string {
  return literal(text.replaceAll("\n", " "));
}
