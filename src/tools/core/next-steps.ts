import { knownTools, offeredTools } from "../index.js";
import type { Services } from "./context.js";
import type { NextStep } from "./define.js";
import { isParameterOffered } from "./offered.js";

type Offering = Pick<
  Services,
  "readOnly" | "boundAgentId" | "passwordArgument" | "sipSecrets" | "testCalls"
> &
  Partial<Pick<Services, "memory">>;

/**
 * The steps that can be taken with what this server offers: one that names a tool or a parameter that it does not
 * offer gives way to its first alternative that does not, or is left out.
 */
export function offeredSteps(steps: readonly NextStep[], services: Offering): string[] {
  const missing = rememberedNames(services);
  const isPossible = (step: string) => !step.split(/[^A-Za-z_]/).some((word) => missing.has(word));
  return steps.flatMap((step) => [step].flat().find(isPossible) ?? []);
}

/** The same for every call of a connection with these rights. */
function rememberedNames(services: Offering): ReadonlySet<string> {
  const known = services.memory?.namesNotOffered;
  const names = known?.get(services.readOnly) ?? namesNotOffered(services);
  known?.set(services.readOnly, names);
  return names;
}

/** Names of tools and parameters that are offered elsewhere, but not here. */
function namesNotOffered(services: Offering): ReadonlySet<string> {
  const missing = new Set(
    knownTools().flatMap(({ name, input }) => [name, ...Object.keys(input.shape)].filter(isName)),
  );
  for (const { name, input } of offeredTools(services)) {
    missing.delete(name);
    for (const parameter of Object.keys(input.shape))
      if (isParameterOffered(parameter, services)) missing.delete(parameter);
  }
  // No tool takes an agent then, so there is none to be looked for.
  if (services.boundAgentId !== undefined) missing.add("list_telzino_agents");
  return missing;
}

/** Whether a word can only be meant as that name: `port` and `password` are words of any sentence. */
function isName(word: string): boolean {
  return /[A-Z_]/.test(word);
}
