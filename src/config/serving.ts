import { resolve } from "node:path";
import { CREDENTIALS, type Flags, processEnvironment, VARIABLES } from "./index.js";
import { SIP_SECRET } from "./sip-secrets.js";
import type { Environment } from "./source.js";

/** The flags of the server over stdio that have a variable of the same meaning, and the two that have none. */
const FLAGS = {
  "--sandbox-api-port": { of: ({ sandboxApiPort }: Flags) => sandboxApiPort },
  "--sandbox-sip-port": { of: ({ sandboxSipPort }: Flags) => sandboxSipPort },
  "--api-url": { of: ({ apiUrl }: Flags) => apiUrl, variable: "TELZINO_API_URL" },
  "--agent-id": { of: ({ agentId }: Flags) => agentId, variable: "TELZINO_AGENT_ID" },
  "--log-level": { of: ({ logLevel }: Flags) => logLevel, variable: "TELZINO_LOG_LEVEL" },
  "--log-file": { of: ({ logFile }: Flags) => absolute(logFile), variable: "TELZINO_LOG_FILE" },
  "--secrets-file": {
    of: ({ secretsFile }: Flags) => absolute(secretsFile),
    variable: "TELZINO_SECRETS_FILE",
  },
  "--entry-port": { of: ({ entryPort }: Flags) => entryPort, variable: "TELZINO_ENTRY_PORT" },
} as const;

/** Read by Node or by the client of the API, and cut away by some MCP clients. */
const SYSTEM = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"];
/** Of the hosted server, and of the command `watch`. */
const OF_OTHERS: readonly string[] = ["TELZINO_REDIS_URL", "TELZINO_PAGE_KEY", "TELZINO_WEBHOOK_SECRET"];

/** The given flags of the server over stdio, as arguments that mean the same in any folder. */
export function servingArguments(flags: Flags): string[] {
  const texts = Object.entries(FLAGS).flatMap(([name, { of }]) => {
    const value = of(flags);
    return value === undefined ? [] : [name, value];
  });
  return [
    ...(flags.sandbox === true ? ["--sandbox"] : []),
    ...(flags.readOnly === true ? ["--read-only"] : []),
    ...texts,
  ];
}

/** A variable that is set, and the flag that says the same, where there is one. */
export interface SetVariable {
  readonly name: string;
  readonly flag?: string;
}

/** Variables of this process that the server over stdio reads and no given flag outweighs; credentials apart. */
export function setVariables(flags: Flags, env: Environment = processEnvironment()): SetVariable[] {
  const isSet = (name: string) => (env[name]?.trim() ?? "") !== "";
  const known = Object.keys(VARIABLES).filter(
    (name) => !OF_OTHERS.includes(name) && !CREDENTIALS.some((credential) => credential === name),
  );
  const system = SYSTEM.flatMap((name) => [name, name.toLowerCase()]);
  const named = Object.keys(env).filter((name) => SIP_SECRET.test(name));
  return [...known, ...named, ...system]
    .filter((name) => isSet(name) && !isOutweighed(name, flags))
    .map((name) => ({ name, ...flagOf(name) }));
}

function isOutweighed(variable: string, flags: Flags): boolean {
  if (variable === "TELZINO_READ_ONLY") return flags.readOnly === true;
  return Object.values(FLAGS).some(
    (flag) => "variable" in flag && flag.variable === variable && flag.of(flags) !== undefined,
  );
}

function flagOf(variable: string): { flag?: string } {
  if (variable === "TELZINO_READ_ONLY") return { flag: "--read-only" };
  if (SIP_SECRET.test(variable)) return { flag: "--secrets-file" };
  const [flag] =
    Object.entries(FLAGS).find(([, each]) => "variable" in each && each.variable === variable) ?? [];
  return flag === undefined ? {} : { flag };
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
