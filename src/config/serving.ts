import { resolve } from "node:path";
import { CREDENTIALS, type Flags, processEnvironment, VARIABLES, variableOf } from "./index.js";
import { SIP_SECRET } from "./sip-secrets.js";
import type { Environment } from "./source.js";

/** What the flags of the server over stdio were given; `--sandbox`, `--read-only` and `--test-calls` take nothing. */
const GIVEN: Readonly<Record<string, (flags: Flags) => string | undefined>> = {
  "--sandbox-api-port": ({ sandboxApiPort }) => sandboxApiPort,
  "--sandbox-sip-port": ({ sandboxSipPort }) => sandboxSipPort,
  "--api-url": ({ apiUrl }) => apiUrl,
  "--agent-id": ({ agentId }) => agentId,
  "--log-level": ({ logLevel }) => logLevel,
  "--log-file": ({ logFile }) => absolute(logFile),
  "--secrets-file": ({ secretsFile }) => absolute(secretsFile),
  "--entry-port": ({ entryPort }) => entryPort,
};
const READ_ONLY = "--read-only";
const TEST_CALLS = "--test-calls";

/** Read by Node or by the client of the API, and cut away by some MCP clients. */
const SYSTEM = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"];
/** Of the hosted server, and of the command `watch`. */
const OF_OTHERS: readonly string[] = ["TELZINO_REDIS_URL", "TELZINO_PAGE_KEY", "TELZINO_WEBHOOK_SECRET"];

/** The given flags of the server over stdio, as arguments that mean the same in any folder. */
export function servingArguments(flags: Flags): string[] {
  const texts = Object.entries(GIVEN).flatMap(([name, given]) => {
    const value = given(flags);
    return value === undefined ? [] : [name, value];
  });
  return [
    ...(flags.sandbox === true ? ["--sandbox"] : []),
    ...(flags.readOnly === true ? [READ_ONLY] : []),
    ...(flags.testCalls === true ? [TEST_CALLS] : []),
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
  const flag = ownFlag(variable);
  if (flag === READ_ONLY) return flags.readOnly === true;
  if (flag === TEST_CALLS) return flags.testCalls === true;
  return flag !== undefined && GIVEN[flag]?.(flags) !== undefined;
}

function flagOf(variable: string): { flag?: string } {
  const flag = SIP_SECRET.test(variable) ? "--secrets-file" : ownFlag(variable);
  return flag === undefined ? {} : { flag };
}

/** The flag of a variable's name. */
function ownFlag(variable: string): string | undefined {
  return [READ_ONLY, TEST_CALLS, ...Object.keys(GIVEN)].find((flag) => variableOf(flag) === variable);
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
