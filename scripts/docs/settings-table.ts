import { SETTINGS, type Setting, type SettingName } from "../../src/config/settings.js";

/** The settings as a Markdown table, for `docs/configuration.md`. */

/** A row: one setting or several, or what is read in another way and has no record. */
interface Row {
  readonly settings?: readonly SettingName[];
  readonly variables?: readonly string[];
  readonly flags?: readonly string[];
  readonly text: string;
}

const ROWS: readonly Row[] = [
  {
    settings: ["clientId", "clientSecret"],
    text: "OAuth client credentials of your Telzino organisation",
  },
  { settings: ["accessToken"], text: "an access token, instead of the two above" },
  {
    settings: ["apiUrl"],
    text: "address of the API; https, or http on this machine. Default `https://api.telzino.com`",
  },
  { settings: ["agentId"], text: "work on only this agent: no tool takes an `agentId` then" },
  {
    settings: ["readOnly"],
    text: "leave out the tools that change something. Setting it in either place enables it; the other cannot turn it off",
  },
  {
    settings: ["testCalls"],
    text: "offer `test_call`, which calls an agent from a second extension: [calls.md](calls.md#this-program-calls-test_call). Over stdio; a hosted server offers it per tenant",
  },
  {
    settings: ["logLevel"],
    text: "`error`, `warn` (default), `info`, `debug`, `trace`; logs go to stderr",
  },
  {
    settings: ["logFile"],
    text: "append log lines to this file too; a new file is readable only by its owner. At 10 MiB it is renamed to `<path>.1`, replacing an earlier one, and a new file is started",
  },
  { settings: ["passwordArgument"], text: "`off`: accept no SIP password as a tool argument" },
  {
    variables: ["TELZINO_SIP_SECRET_<NAME>"],
    text: "a SIP password that a call refers to by name: [secrets.md](secrets.md)",
  },
  { variables: ["TELZINO_SIP_SECRET_<NAME>_HOSTS"], text: "the hosts that it may be used for" },
  { settings: ["secretsFile"], text: "a file of such passwords, readable only by its owner" },
  {
    settings: ["entryPort"],
    text: "port of the local page for a SIP password (default: any free one), or `off` for no such page, also on the hosted server",
  },
  {
    settings: ["pageKey"],
    text: "hosted server: 32 random bytes in base64 or hexadecimal, the same in all replicas. It encrypts what they share about the [pages for SIP passwords](hosting.md#pages-for-sip-passwords). Required with Redis",
  },
  { settings: ["redisUrl"], text: "hosted server: `--redis-url` for a URL that contains a password" },
  { settings: ["webhookSecret"], text: "key that signs what `watch` posts: [audit.md](audit.md)" },
  {
    flags: ["--sandbox"],
    text: "run on an embedded Telzino and PBX; no account is used",
  },
  {
    settings: ["sandboxApiPort", "sandboxSipPort"],
    text: "fix the sandbox's ports (default: any free ones)",
  },
  {
    variables: ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"],
    text: "as usual; the lower-case names work too and take precedence. Not used for an API on this machine",
  },
];

/** @throws Error if a setting has no row. */
export function renderSettingsTable(): string {
  const described = new Set(ROWS.flatMap(({ settings = [] }) => settings));
  const without = Object.keys(SETTINGS).filter((name) => !described.has(name as SettingName));
  if (without.length > 0)
    throw new Error(`scripts/docs/settings-table.ts has no row for ${without.join(", ")}`);
  const rows = ROWS.map(({ settings = [], variables = [], flags = [], text }) => {
    const records: Setting[] = settings.map((name) => SETTINGS[name]);
    const cell = (names: readonly (string | undefined)[]) =>
      names.flatMap((name) => (name === undefined ? [] : [`\`${name}\``])).join(", ");
    const own = [cell([...records.map(({ variable }) => variable), ...variables])];
    return `| ${[...own, cell([...records.map(({ flag }) => flag), ...flags]), text].join(" | ")} |`.replaceAll(
      "|  |",
      "| |",
    );
  });
  return ["| variable | flag | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}
