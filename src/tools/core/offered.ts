import { type NamedSecrets, namesOfSecrets } from "../../passwords/named.js";
import type { Services } from "./context.js";

/** On what of a configuration it depends which tools there are, and which parameters they take. */
export type Offering = Pick<
  Services,
  "boundAgentId" | "passwordArgument" | "readOnly" | "readsFiles" | "sipSecrets" | "testCalls"
>;

type OfferingParameters = Omit<Offering, "readOnly" | "testCalls">;

/** Tools that are offered only where they are asked for: they stay out of a plain list, and of what that costs a model. */
const ON_REQUEST: ReadonlySet<string> = new Set(["test_call"]);

/** @param onlyReads its `readOnlyHint`. */
export function isToolOffered(
  { name, onlyReads }: { name: string; onlyReads: boolean },
  { readOnly, testCalls }: Pick<Offering, "readOnly" | "testCalls">,
): boolean {
  return (onlyReads || !readOnly) && (testCalls !== undefined || !ON_REQUEST.has(name));
}

/** The same of a parameter, which means the same in every tool that takes it. */
export function isParameterOffered(
  name: string,
  { boundAgentId, passwordArgument, readsFiles, sipSecrets }: OfferingParameters,
): boolean {
  if (name === "agentId") return boundAgentId === undefined;
  if (name === "password") return passwordArgument;
  // Where the server's files are not the caller's.
  if (name === "file") return readsFiles === true;
  return !isSecretName(name) || (sipSecrets?.size ?? 0) > 0;
}

/** Whether a parameter may be left out only where another is offered, and that one is not. */
export function isNeeded(name: string, tool: readonly string[], offering: OfferingParameters): boolean {
  return name === "log" && tool.includes("file") && !isParameterOffered("file", offering);
}

const SECRET_NAMES = {
  passwordSecret: "Name of a SIP password that this server holds, instead of password",
  callerSecret: "Name of the calling extension's SIP password; without it the user types it into a page",
} as const;

/** Whether a parameter takes the name of a configured password. */
export function isSecretName(parameter: string): parameter is keyof typeof SECRET_NAMES {
  return Object.hasOwn(SECRET_NAMES, parameter);
}

/** What such a parameter takes, and its description. */
export function secretNames(parameter: keyof typeof SECRET_NAMES, secrets: NamedSecrets) {
  return {
    names: [...secrets.keys()],
    description: `${SECRET_NAMES[parameter]}: ${namesOfSecrets(secrets)}`,
  };
}
