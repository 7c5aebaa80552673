import { readFile } from "node:fs/promises";
import { createLogger, LOG_LEVELS, type Logger } from "../../base/log.js";
import { readNetworks } from "../../base/networks.js";
import { present } from "../../base/present.js";
import { type HttpFlags, type HttpSettings, readHttpSettings } from "../../config/http.js";
import type { Config } from "../../config/index.js";
import { ConfigError, secretsOf } from "../../config/index.js";
import { createAuthenticator } from "../../hosting/access/authenticator.js";
import { createFront } from "../../hosting/front/front.js";
import { type HttpTimeouts, type Listener, listen } from "../../hosting/front/listener.js";
import { createMetrics, type Metrics } from "../../hosting/front/metrics.js";
import { metricsListener } from "../../hosting/front/metrics-listener.js";
import { createLimits } from "../../hosting/limits/limits.js";
import type { RedisLocks } from "../../hosting/limits/locks-redis.js";
import { Places, placeSizes } from "../../hosting/limits/places.js";
import { feedAgents } from "../../hosting/registrations/feed.js";
import type { Authenticator } from "../../hosting/types.js";
import type { HttpHandler, Owner } from "../../mcp/http.js";
import { createPasswordPages } from "../../passwords/page/pages.js";
import { createRedactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import { ProcessLocks } from "../../registration/agent-locks.js";
import type { Io } from "../io.js";
import { openSandbox } from "../services.js";
import { hostedMcp } from "./mcp.js";
import { openPages } from "./pages.js";

/** For tests: what otherwise takes too long. */
export interface HttpTuning {
  timeouts?: Partial<HttpTimeouts>;
}

/** How long connections that a proxy keeps are served after the order to stop, at most. */
const LINGER_MS = 1_500;
const LOOPBACK = "127.0.0.0/8,::1";

/** What has been opened, to be closed in the opposite order. */
class Opened {
  readonly #closers: (() => Promise<unknown> | undefined)[] = [];

  add(close: () => Promise<unknown> | undefined): void {
    this.#closers.unshift(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }
}

/**
 * The hosted server: Streamable HTTP at `/mcp` until SIGTERM or SIGINT. All its output goes to stderr, one
 * JSON object a line.
 *
 * @returns the exit code: 0 when it was asked to stop, 1 when it cannot listen.
 * @throws ConfigError for flags and files that cannot be used.
 */
export async function http(
  given: Config,
  io: Io,
  flags: HttpFlags,
  tuning: HttpTuning = {},
): Promise<number> {
  const settings = readHttpSettings(flags, given.redisUrl);
  const tls = await readTls(settings);
  const redactor = io.redactor ?? createRedactor();
  for (const secret of secretsOf(given)) redactor.hold(secret);
  const stderr = { stream: io.log ?? io.stderr, refusal: redactor.refusal, json: true };
  const opened = new Opened();
  const places = new Places(placeSizes(settings));
  let mcp: HttpHandler<Owner> | undefined;
  const metrics = createMetrics({
    running: () => places.inside,
    waiting: () => places.waiting,
    sessions: () => mcp?.sessionCount() ?? 0,
  });
  const log = metrics.countingRetries(createLogger({ level: given.logLevel, ...stderr }));
  /** What the operator of the server must see, whatever the level. */
  const notice = createLogger({ level: "info", ...stderr });
  for (const note of given.notes) log.warn(note);
  if (given.testCalls) {
    log.warn(
      "--test-calls is not used over HTTP: a tenant's entry in the tenants file allows test calls (calls)",
    );
  }
  try {
    const sandbox = given.sandbox && (await openSandbox(given.sandbox, reachOf(settings)));
    if (sandbox) opened.add(() => sandbox.close());
    const config = sandbox ? onSandbox(given, sandbox) : given;
    // The page is for a user at this machine; who calls from elsewhere could not open it.
    const entry =
      settings.noAuth && config.entryPort !== undefined
        ? createPasswordPages({ port: config.entryPort, redactor })
        : undefined;
    if (entry) opened.add(() => entry.close());
    let known: Authenticator | undefined;
    const hosted = await openPages(settings, config, log, () => known);
    if (hosted) opened.add(() => hosted.store.close());
    const shared = settings.redisUrl && (await openLocks(settings.redisUrl, log));
    if (shared) opened.add(() => shared.close());
    const authenticator = await createAuthenticator({
      settings: sandbox && settings.noAuth ? withLocalTargets(settings) : settings,
      config,
      log,
      redactor,
      locks: new ProcessLocks({ shared }),
      ...present({ entry, pages: hosted?.pages, sandbox }),
    });
    known = authenticator;
    opened.add(() => authenticator.close());
    if (hosted) opened.add(() => hosted.pages.close());
    const limits = await createLimits({
      rates: settings.rates,
      log,
      ...(settings.redisUrl ? { redisUrl: settings.redisUrl } : {}),
    });
    opened.add(() => limits.close());
    const told = sandbox?.describe();
    const { handler, answer } = hostedMcp({
      ...{ metrics, log, settings, sandbox: told },
      ...present({ questionKey: hosted?.questionKey }),
    });
    mcp = handler;
    opened.add(() => handler.close());
    // Below that level, no line is about a request, so there is nothing to look up.
    const tracesRequests = LOG_LEVELS.indexOf(given.logLevel) >= LOG_LEVELS.indexOf("info");
    const front = createFront({
      settings,
      authenticator,
      limits,
      places,
      metrics,
      log,
      tracesRequests,
      answer,
      ...(hosted ? { page: hosted.handler.handle.bind(hosted.handler) } : {}),
    });
    const listener = await listen(front.listener, {
      host: settings.host,
      port: settings.port,
      ...present({ tls }),
      ...(tuning.timeouts ? { timeouts: tuning.timeouts } : {}),
    });
    opened.add(() => listener.close());
    const scrape = await openMetrics(settings, metrics);
    if (scrape) opened.add(() => scrape.close());
    const { agentMetricsMs } = settings;
    if (agentMetricsMs !== undefined) {
      const feeding = startFeed(authenticator, metrics, agentMetricsMs, log);
      opened.add(() => feeding.end());
    }
    if (settings.noAuth)
      notice.warn("No authentication: everyone who reaches this port may call (--no-auth)");
    if (told !== undefined) notice.info("Sandbox", { holds: told });
    notice.info("listening", {
      url: `${listener.url}/mcp`,
      ...(scrape ? { metrics: `${scrape.url}/metrics` } : {}),
    });
    const signals = watchSignals(() => reload(() => authenticator.reload(), log));
    await signals.stopped;
    notice.info("stopping", { running: places.inside });
    front.stop();
    await handler.stop();
    // What a page was given is finished, as a call is.
    const endOf = async (ms: number) => {
      const [isEmpty, isDone] = await Promise.all([places.empty(ms), hosted?.pages.finished(ms) ?? true]);
      return isEmpty && isDone;
    };
    const linger = Math.min(LINGER_MS, settings.graceMs);
    const finishing = listener.stop(linger).then(() => endOf(settings.graceMs - linger));
    const finished = await Promise.race([finishing, signals.again.then(() => false)]);
    signals.end();
    notice.info("stopped", { finished });
    return 0;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if ((error as NodeJS.ErrnoException).syscall !== "listen") throw error;
    notice.error("Cannot listen", { host: settings.host, port: settings.port, code });
    return 1;
  } finally {
    await opened.close();
  }
}

type Sandbox = Awaited<ReturnType<typeof openSandbox>>;

function onSandbox(config: Config, { apiUrl, clientId, clientSecret }: Sandbox): Config {
  return { ...config, apiUrl, auth: { kind: "clientCredentials", clientId, clientSecret } };
}

/** Whom the sandbox's registrant may contact: where there are tenants, no one else's PBX, which could have it send voice anywhere. */
function reachOf({ noAuth }: HttpSettings) {
  return noAuth ? {} : { mayReach: () => false };
}

/** The sandbox's PBX is on this machine. */
function withLocalTargets(settings: HttpSettings): HttpSettings {
  const local = readNetworks(LOOPBACK);
  const { allowedTargets } = settings;
  return {
    ...settings,
    allowedTargets: { contains: (address) => local.contains(address) || allowedTargets.contains(address) },
  };
}

async function readTls({ tls }: HttpSettings): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  if (tls === undefined) return undefined;
  const { createSecureContext } = await import("node:tls");
  try {
    const pair = { cert: await readFile(tls.certFile), key: await readFile(tls.keyFile) };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ConfigError([`--tls-cert and --tls-key cannot be used: ${code}.`]);
  }
}

/** Those that replicas share. ioredis is loaded only where it is used. */
async function openLocks(redisUrl: Secret, log: Logger): Promise<RedisLocks> {
  const { openRedisLocks } = await import("../../hosting/limits/locks-redis.js");
  const locks = openRedisLocks({ redisUrl, log });
  await locks.started;
  return locks;
}

async function openMetrics(settings: HttpSettings, metrics: Metrics): Promise<Listener | undefined> {
  if (settings.metricsPort === undefined) return undefined;
  return listen(metricsListener(metrics), { host: settings.host, port: settings.metricsPort });
}

/** Agents are read for the metrics until it is ended. */
function startFeed(authenticator: Authenticator, metrics: Metrics, intervalMs: number, log: Logger) {
  const stop = new AbortController();
  const feed = feedAgents({
    ...{ intervalMs, log, signal: stop.signal, metrics: metrics.agents() },
    tenants: () => authenticator.knownTenants(),
  });
  return {
    end: () => {
      stop.abort(new Error("stopped"));
      return feed;
    },
  };
}

function reload(read: () => Promise<void>, log: Logger): void {
  read().catch((error: unknown) => log.error("The tenants file could not be read again", { error }));
}

/** The process's signals: `stopped` at the first order to stop, `again` at the second. */
function watchSignals(onHangup: () => void) {
  let first: () => void = () => {};
  let second: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    first = resolve;
  });
  const again = new Promise<void>((resolve) => {
    second = resolve;
  });
  let orders = 0;
  const onOrder = () => {
    orders += 1;
    if (orders === 1) first();
    else second();
  };
  process.on("SIGTERM", onOrder).on("SIGINT", onOrder).on("SIGHUP", onHangup);
  return {
    stopped,
    again,
    end: () => void process.off("SIGTERM", onOrder).off("SIGINT", onOrder).off("SIGHUP", onHangup),
  };
}
