import { createLogger } from "../base/log.js";
import { isLoopback } from "../base/loopback.js";
import { present } from "../base/present.js";
import { NAME, VERSION } from "../base/version.js";
import { type Config, ConfigError, secretsOf } from "../config/index.js";
import { NewestHeld } from "../redaction/newest-held.js";
import { createRedactor } from "../redaction/redactor.js";
import { Secret } from "../redaction/secret.js";
import { ProcessLocks } from "../registration/agent-locks.js";
import type { SandboxOptions } from "../sandbox/index.js";
import type { ReservedSandbox } from "../sandbox/reserve.js";
import { lazyTelzinoClient } from "../telzino/lazy-client.js";
import type { RetryPolicy } from "../telzino/retry.js";
import type { Services } from "../tools/core/context.js";
import { newMemory } from "../tools/core/memory.js";
import type { Io } from "./io.js";

/** What a command works with, and how to let go of it. */
export interface OpenServices {
  services: Services;
  /** Where the configuration asks for one. */
  sandbox?: ReservedSandbox;
  close(): Promise<void>;
}

/**
 * Sets up what the tools need from a configuration: the API client, the log, the redactor, the sandbox.
 *
 * @param retry for a command that has its own plan for retries.
 * @param sandboxLater leaves starting the sandbox to the caller; only its ports are taken.
 */
export async function openServices(
  config: Config,
  io: Io,
  { retry, sandboxLater = false }: { retry?: Partial<RetryPolicy>; sandboxLater?: boolean } = {},
): Promise<OpenServices> {
  const redactor = io.redactor ?? createRedactor();
  const configured = createRedactor();
  for (const secret of secretsOf(config)) {
    redactor.hold(secret);
    configured.hold(secret);
  }
  const log = createLogger({
    level: config.logLevel,
    stream: io.log ?? io.stderr,
    refusal: redactor.refusal,
  });
  for (const note of config.notes) log.warn(note);

  const sandbox = config.sandbox && (await reserveSandbox(config.sandbox));
  if (!sandboxLater) await sandbox?.start();
  const tokens = new NewestHeld(redactor, configured);
  const api = lazyTelzinoClient({
    apiUrl: sandbox?.apiUrl ?? config.apiUrl,
    auth: sandbox
      ? { kind: "clientCredentials", clientId: sandbox.clientId, clientSecret: sandbox.clientSecret }
      : (config.auth ?? { kind: "none" }),
    proxy: config.proxy,
    userAgent: `${NAME}/${VERSION}`,
    log: (level, message, fields) => log[level](message, fields),
    onToken: (token) => tokens.hold(token),
    ...present({ retry }),
  });
  let history: ReturnType<Services["history"]> | undefined;
  return {
    services: {
      api,
      agentLocks: new ProcessLocks().within("own"),
      log,
      redactor,
      configured,
      platformIsLocal: sandbox !== undefined || isLoopback(config.apiUrl.hostname),
      passwordArgument: config.passwordArgument,
      sipSecrets: sandbox && config.testCalls ? withAccounts(config.sipSecrets, sandbox) : config.sipSecrets,
      readOnly: config.readOnly,
      // Few sessions diagnose.
      history: () => (history ??= newHistory()),
      memory: newMemory(),
      ...present({ boundAgentId: config.agentId }),
    },
    ...present({ sandbox }),
    close: async () => {
      await api.close();
      tokens.release();
      await sandbox?.close();
    },
  };
}

/** The extensions of the sandbox by name (`SANDBOX_1002`), so one of them can call. */
function withAccounts(
  secrets: Config["sipSecrets"],
  { accounts, sipHost }: ReservedSandbox,
): Config["sipSecrets"] {
  const own = accounts.map(({ extension, password }) => {
    return [`SANDBOX_${extension}`, { secret: new Secret(password), hosts: [sipHost] }] as const;
  });
  return new Map([...secrets, ...own]);
}

async function newHistory() {
  const { ProbeHistory } = await import("../diagnosis/history.js");
  return new ProbeHistory();
}

/** The sandbox's code is loaded only by those who ask for it. @throws ConfigError for a port that it cannot have. */
export async function openSandbox(
  ports: NonNullable<Config["sandbox"]>,
  options: Pick<SandboxOptions, "mayReach"> = {},
) {
  const { startSandbox } = await import("../sandbox/index.js");
  return orMisconfigured(startSandbox({ ...ports, ...options }));
}

/** @throws ConfigError for a port that it cannot have. */
async function reserveSandbox(ports: NonNullable<Config["sandbox"]>): Promise<ReservedSandbox> {
  const { reserveSandbox: reserve } = await import("../sandbox/reserve.js");
  const reserved = await orMisconfigured(reserve(ports));
  return { ...reserved, start: () => orMisconfigured(reserved.start()) };
}

async function orMisconfigured<Made>(making: Promise<Made>): Promise<Made> {
  try {
    return await making;
  } catch (error) {
    const { SandboxError } = await import("../sandbox/outline.js");
    throw error instanceof SandboxError ? new ConfigError([error.message]) : error;
  }
}
