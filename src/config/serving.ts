import { resolve } from "node:path";
import { type Flags, processEnvironment } from "./index.js";
import { CREDENTIALS, FLAGGED, SETTINGS, VARIABLES } from "./settings.js";
import { SIP_SECRET } from "./sip-secrets.js";
import type { Environment } from "./source.js";

/** Read by Node or by the client of the API, and cut away by some MCP clients. */
const SYSTEM = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"];
/** The given flags of the server over stdio, as arguments that mean the same in any folder. */
export function servingArguments(flags: Flags): string[] {
  return [
    ...(flags.sandbox === true ? ["--sandbox"] : []),
    ...FLAGGED.flatMap(({ name, flag, takes, isPath }) => {
      const given = flags[name];
      if (takes === undefined) return given === true ? [flag] : [];
      return typeof given === "string" ? [flag, isPath ? resolve(given) : given] : [];
    }),
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
  const known = VARIABLES.filter(({ of }) => of === undefined)
    .map(({ variable }) => variable)
    .filter((name) => !CREDENTIALS.some((credential) => credential === name));
  const system = SYSTEM.flatMap((name) => [name, name.toLowerCase()]);
  const named = Object.keys(env).filter((name) => SIP_SECRET.test(name));
  return [...known, ...named, ...system]
    .filter((name) => isSet(name) && !isOutweighed(name, flags))
    .map((name) => ({ name, ...flagOf(name) }));
}

function isOutweighed(variable: string, flags: Flags): boolean {
  const setting = ownSetting(variable);
  if (setting === undefined) return false;
  const given = flags[setting.name];
  return setting.takes === undefined ? given === true : given !== undefined;
}

function flagOf(variable: string): { flag?: string } {
  const flag = SIP_SECRET.test(variable) ? SETTINGS.secretsFile.flag : ownSetting(variable)?.flag;
  return flag === undefined ? {} : { flag };
}

/** The setting of a variable's name, if it has a flag too. */
function ownSetting(variable: string) {
  return FLAGGED.find((setting) => setting.variable === variable);
}
