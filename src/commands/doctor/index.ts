import { MINIMUM_NODE, NAME, VERSION } from "../../base/version.js";
import { type Config, secretsOf } from "../../config/index.js";
import { createRedactor, type Redactor } from "../../redaction/redactor.js";
import { untrusted } from "../../redaction/untrusted.js";
import { createTelzinoClient } from "../../telzino/client.js";
import { DEFAULT_TIMEOUTS } from "../../telzino/dispatcher.js";
import { TelzinoError, type TelzinoErrorCode } from "../../telzino/errors.js";
import { Http } from "../../telzino/http.js";
import { type Limit, startLimit } from "../../telzino/limit.js";
import { DEFAULT_RETRY } from "../../telzino/retry.js";
import { holdingApi } from "../../tools/core/holding-api.js";
import { fitted } from "../fitted.js";
import type { Io } from "../io.js";

/** All checks together, in milliseconds. */
const BUDGET_MS = 14_000;
/** For the first answer of the API. */
const REACH_MS = 5_000;

const SET_CREDENTIALS =
  "Set TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET (or TELZINO_ACCESS_TOKEN) in the environment of this program. Without an account, try --sandbox.";

const CHECK_ADDRESS =
  "Check TELZINO_API_URL: it must be the API's own address (default https://api.telzino.com).";

/** What to do in a terminal about a failed check. */
const ADVICE: Readonly<Record<TelzinoErrorCode, string>> = {
  not_configured: SET_CREDENTIALS,
  login_refused: "Copy TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET again; they may have been rotated.",
  unauthorized:
    "The token is expired, revoked or for another API: get a new one, or use a client id and secret.",
  forbidden: "These credentials may not do that: use those of an account that may manage agents.",
  agent_not_found: "Check TELZINO_AGENT_ID, and that the credentials are of the agent's own organization.",
  not_livekit_agent: "Bind another agent: only LiveKit agents can register over SIP.",
  invalid_request: CHECK_ADDRESS,
  rate_limited: "Wait a minute, then run this again.",
  server_error: "Telzino has a problem, or something before it: run this again in a minute.",
  unreachable:
    "Check TELZINO_API_URL, the network and the firewall. If a proxy is needed, set HTTPS_PROXY; if one is set, check it and NO_PROXY.",
  timeout: "Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY), then run this again.",
  redirected: CHECK_ADDRESS,
  unreadable_answer: CHECK_ADDRESS,
};

interface Check {
  name: string;
  /** `skipped`: could not be looked at, because something before it failed. */
  outcome: "ok" | "failed" | "skipped";
  found: string;
  /** What to do about it. */
  next?: string;
}

export interface DoctorReport {
  name: string;
  version: string;
  ok: boolean;
  checks: Check[];
}

/** What the checks are made against: the configuration, or what the sandbox brings. */
interface Target extends Pick<Config, "apiUrl" | "agentId" | "auth" | "proxy"> {}

/**
 * Checks the configuration, the API's reachability, the login and what it gives access to, and prints what it
 * found, without any secret. Ends within 15 seconds.
 *
 * @returns the exit code: 0 where everything held, 1 otherwise.
 */
export async function doctor(config: Config, io: Io, options: { json: boolean }): Promise<number> {
  const redactor = createRedactor();
  for (const secret of secretsOf(config)) redactor.hold(secret);
  const limit = startLimit({
    signals: [],
    ms: BUDGET_MS,
    onExpiry: () => new TelzinoError("timeout", `Not finished after ${BUDGET_MS / 1_000} s`),
  });
  try {
    const checks = [checkNode(), checkCredentials(config), ...describeSettings(config)];
    checks.push(
      ...(config.sandbox
        ? await checkSandbox(config, redactor, limit)
        : await checkApi(config, redactor, limit)),
    );
    const ok = checks.every(({ outcome }) => outcome !== "failed");
    const report: DoctorReport = redactor.redactDeep({ name: NAME, version: VERSION, ok, checks });
    io.stdout.write(
      options.json ? `${JSON.stringify(report, null, 2)}\n` : fitted(asText(report), io.stdout),
    );
    return ok ? 0 : 1;
  } finally {
    limit.end();
  }
}

function checkNode(): Check {
  const running = process.versions.node;
  const found = `Node.js ${running}`;
  if (!isOlder(running, MINIMUM_NODE)) return { name: "node", outcome: "ok", found };
  return { name: "node", outcome: "failed", found, next: `Install Node.js ${MINIMUM_NODE} or newer.` };
}

function isOlder(version: string, minimum: string): boolean {
  const wanted = minimum.split(".").map(Number);
  const given = version.split(".").map(Number);
  const at = wanted.findIndex((number, index) => number !== given[index]);
  return at >= 0 && (given[at] ?? 0) < (wanted[at] ?? 0);
}

function checkCredentials({ auth, sandbox }: Config): Check {
  const name = "credentials";
  if (sandbox) return { name, outcome: "ok", found: "the sandbox brings its own" };
  if (auth === undefined) return { name, outcome: "failed", found: "none are set", next: SET_CREDENTIALS };
  const found = auth.kind === "token" ? "an access token is set" : "a client id and secret are set";
  return { name, outcome: "ok", found };
}

function describeSettings(config: Config): Check[] {
  const lines = [...config.notes];
  if (config.readOnly) lines.push("read-only: the tools that change something are left out");
  if (!config.passwordArgument) lines.push("tools take no SIP password as an argument");
  if (config.entryPort === undefined) lines.push("no local page for SIP passwords");
  if (config.entryPort) lines.push(`local page for SIP passwords on 127.0.0.1:${config.entryPort}`);
  const proxies = [config.proxy.httpsProxy, config.proxy.httpProxy].filter((proxy) => proxy !== undefined);
  for (const proxy of proxies) lines.push(`proxy ${new URL(proxy).host}`);
  for (const [name, { hosts }] of config.sipSecrets) {
    lines.push(`SIP secret ${name}: for ${hosts.length === 0 ? "any host" : hosts.join(", ")}`);
  }
  return lines.map((found) => ({ name: "settings", outcome: "ok", found }));
}

async function checkSandbox(config: Config, redactor: Redactor, limit: Limit): Promise<Check[]> {
  const { startSandbox } = await import("../../sandbox/index.js");
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  try {
    sandbox = await startSandbox(config.sandbox ?? {});
  } catch (error) {
    const found = `does not start: ${untrusted(error)}`;
    const next = "Leave out --sandbox-api-port and --sandbox-sip-port, or choose free ports.";
    return [{ name: "sandbox", outcome: "failed", found, next }];
  }
  try {
    const { apiUrl, clientId, clientSecret } = sandbox;
    redactor.hold(clientSecret);
    return await checkApi(
      { ...config, apiUrl, auth: { kind: "clientCredentials", clientId, clientSecret } },
      redactor,
      limit,
    );
  } finally {
    await sandbox.close();
  }
}

async function checkApi(target: Target, redactor: Redactor, limit: Limit): Promise<Check[]> {
  const reached = await attempt("api", () => reach(target, limit));
  if (target.auth === undefined) return [reached];
  if (reached.outcome !== "ok") return [reached, skipped("login"), skipped("agents")];
  const client = createTelzinoClient({
    apiUrl: target.apiUrl,
    auth: target.auth,
    proxy: target.proxy,
    userAgent: `${NAME}/${VERSION}`,
    onToken: (token) => redactor.hold(token),
  });
  const api = holdingApi(client, redactor.hold);
  const { signal } = limit;
  try {
    const login = await attempt("login", async () => {
      await client.login({ signal });
      return target.auth?.kind === "token" ? "none needed with an access token" : "accepted";
    });
    if (login.outcome !== "ok") return [reached, login, skipped("agents")];
    const agents = await attempt("agents", async () => {
      const page = await api.listAgents({ limit: 100 }, { signal });
      return describeCount(page.total ?? page.agents.length, page.hasNext && page.total === undefined);
    });
    const { agentId } = target;
    if (agentId === undefined) return [reached, login, agents];
    const bound = await attempt("agent", async () => {
      const agent = await api.getAgent(agentId, { signal });
      return `${agent.name} (${agentId})${agent.status ? `, ${agent.status}` : ""}`;
    });
    return [reached, login, agents, bound];
  } finally {
    await client.close();
  }
}

/** Any answer will do, whatever its status: it is only about the way there. */
async function reach({ apiUrl, proxy }: Target, limit: Limit): Promise<string> {
  const http = new Http({
    apiUrl,
    proxy,
    timeouts: { ...DEFAULT_TIMEOUTS, connectMs: REACH_MS, headersMs: REACH_MS },
    userAgent: `${NAME}/${VERSION}`,
    retry: { ...DEFAULT_RETRY, tries: 1 },
    log: () => {},
    now: Date.now,
  });
  try {
    const started = performance.now();
    await http
      .send({ method: "GET", path: "/", operation: "GET /", subject: "list", repeat: "always" }, limit)
      .catch(ignoreRedirect);
    return `${apiUrl.origin} answers (${Math.round(performance.now() - started)} ms)`;
  } finally {
    await http.close();
  }
}

/** A redirect from the root, to a page for people, is an answer too. */
function ignoreRedirect(error: unknown): void {
  if (!(error instanceof TelzinoError && error.code === "redirected")) throw error;
}

async function attempt(name: string, check: () => Promise<string>): Promise<Check> {
  try {
    return { name, outcome: "ok", found: await check() };
  } catch (error) {
    if (!(error instanceof TelzinoError)) throw error;
    const said = error.detail === undefined ? "" : `: ${error.detail}`;
    const found = `${error.message}${said}`;
    return { name, outcome: "failed", found, next: ADVICE[error.code] };
  }
}

function skipped(name: string): Check {
  return { name, outcome: "skipped", found: "not tried" };
}

function describeCount(count: number, more: boolean): string {
  if (count === 0) return "none can be seen with these credentials";
  return `${more ? "more than " : ""}${count} can be seen`;
}

const MARKS: Readonly<Record<Check["outcome"], string>> = { ok: "✓", failed: "✗", skipped: "–" };

function asText(report: DoctorReport): string {
  const width = Math.max(...report.checks.map(({ name }) => name.length)) + 2;
  const lines = report.checks.flatMap(({ name, outcome, found, next }) => [
    `${MARKS[outcome]} ${name.padEnd(width)}${found}`,
    ...(next === undefined ? [] : [`  ${"".padEnd(width)}→ ${next}`]),
  ]);
  const failed = report.checks.filter(({ outcome }) => outcome === "failed").length;
  const end =
    failed === 0 ? "Everything is in order." : `${failed} of ${report.checks.length} checks failed.`;
  return `${report.name} ${report.version}\n\n${lines.join("\n")}\n\n${end}\n`;
}
