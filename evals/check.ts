import { setTimeout as delay } from "node:timers/promises";
import type { AgentName, End, ExpectedRegistration } from "./task.js";
import { PASSWORDS } from "./world/accounts.js";
import { HOST } from "./world/pbxs.js";
import type { World } from "./world/world.js";

/** What is being taken away or registered when the assistant ends gets so long. Milliseconds. */
const SETTLE_MS = 2_000;
const STEP_MS = 50;

const AGENTS: readonly AgentName[] = [
  "Front Desk",
  "After Hours",
  "Spanish Line",
  "Holiday Line",
  "Legacy Vida",
];

/** Everything that is not as it must be in the end; empty: the task is solved. */
export async function checkEnd(
  end: End,
  world: World,
  before: Readonly<Record<string, number>>,
  said: string,
): Promise<string[]> {
  const deadline = Date.now() + SETTLE_MS;
  let wrong = stateProblems(end, world, before);
  while (wrong.length > 0 && Date.now() < deadline) {
    await delay(STEP_MS);
    wrong = stateProblems(end, world, before);
  }
  return [...wrong, ...(await callProblems(end, world)), ...wordProblems(end, said)];
}

function stateProblems(end: End, world: World, before: Readonly<Record<string, number>>): string[] {
  const expected = end.bindings ?? before;
  const found = world.bindings();
  return [
    ...AGENTS.flatMap((name) => agentProblems(name, end.changed?.[name], world)),
    ...(sameCounts(expected, found)
      ? []
      : [`devices on the PBX: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`]),
  ];
}

function agentProblems(
  name: AgentName,
  expected: ExpectedRegistration | null | undefined,
  world: World,
): string[] {
  if (expected === undefined) {
    const writes = world.writes(name);
    return writes === 0 ? [] : [`"${name}" was written to and should not have been (writes: ${writes})`];
  }
  const now = world.stored(name);
  if (expected === null) return now === undefined ? [] : [`"${name}" still has a registration`];
  if (now === undefined) return [`"${name}" has no registration`];
  const { state = "REGISTERED_STATE", at, ...fields } = expected;
  const wanted = { ...fields, ...(at === undefined ? {} : { sipDomain: HOST, port: world.port(at) }) };
  const differing = Object.entries(wanted).flatMap(([field, value]) => {
    const filled = typeof value === "string" ? world.fill(value) : value;
    const stored = now.settings[field];
    return stored === filled ? [] : [`"${name}" has ${field} ${String(stored)} instead of ${String(filled)}`];
  });
  return now.state === state ? differing : [...differing, `"${name}" is in ${now.state} instead of ${state}`];
}

function sameCounts(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): boolean {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => left[key] === right[key]);
}

async function callProblems({ rings = [] }: End, world: World): Promise<string[]> {
  const reports = await Promise.all(
    rings.map((extension) => world.main.call({ to: extension, from: "+12025550199", seconds: 0.1 })),
  );
  return reports
    .filter(({ outcome }) => outcome !== "answered")
    .map(({ to, outcome }) => `a call to ${to} was not taken: ${outcome}`);
}

function wordProblems({ says }: End, said: string): string[] {
  const missing = says
    .filter((pattern) => !new RegExp(pattern.source, "i").test(said))
    .map((pattern) => `the last words do not match ${pattern}`);
  const leaked = Object.values(PASSWORDS).some((password) => said.includes(password));
  return leaked ? [...missing, "the last words repeat a SIP password"] : missing;
}
