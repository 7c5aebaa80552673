// node bench/replicas/run.mjs [--quick]   Three replicas under load: one is killed, one restarted.
//
// Exit code 1 where an answer was wrong, a write lost, an error had another cause than the kill, or a limit did not hold.
import { setTimeout as pause } from "node:timers/promises";
import { Agent, fetch } from "undici";
import { requireBuild, stop } from "../http/child.mjs";
import { missing, openWorld } from "./world.mjs";

requireBuild("node bench/replicas/run.mjs [--quick]");
if (missing.length > 0) {
  console.log(`skipped: ${missing.join(", ")} not installed`);
  process.exit(0);
}
const quick = process.argv.includes("--quick");
const SECONDS = quick ? 6 : 20;
const CALLS_A_MINUTE = 1_500;
const READERS = 6;
/** A fresh principal takes over before its calls of the minute are used up. */
const CALLS_OF_ONE = 1_000;
const AGENTS = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];

const names = Array.from({ length: 60 }, (_, index) => `load-${index}`);
const world = await openWorld([...names, "limited"], CALLS_A_MINUTE);
const seen = { reads: 0, writes: 0, verified: 0, gateway: [], wrong: [], lost: [], other: [] };
// A connection a call: nginx ends those that wait when it reads its configuration again, whatever is on its way on them.
const dispatcher = new Agent({ pipelining: 0 });
let ids = 0;
/** From the signal until the process has ended. */
const kill = { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };
const restart = { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };

async function call(token, name, args) {
  ids += 1;
  const id = ids;
  const began = performance.now();
  const response = await fetch(world.url, {
    method: "POST",
    dispatcher,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } }),
  });
  const text = await response.text();
  if (response.status !== 200) return { status: response.status, text, began };
  const answer = JSON.parse(text);
  if (answer.id !== id) seen.wrong.push(`id ${answer.id} for ${id}`);
  return { status: 200, result: answer.result, text, began };
}

function failed(answer) {
  const { status, text, began } = answer;
  const during = ({ from, until }) => began <= until && performance.now() >= from;
  const what = `${status} ${text.replace(/\s+/g, " ").slice(0, 200)}`;
  if ((status === 502 || status === 504) && during(kill)) seen.gateway.push(what);
  else seen.other.push(during(restart) ? `at the restart: ${what}` : what);
}

/** Tokens in turn, so the load stays below the limit of each. */
let total = 0;
function nextToken() {
  total += 1;
  return world.tokens[names[Math.floor(total / CALLS_OF_ONE) % names.length]];
}

async function reader(index, signal) {
  const agentId = AGENTS[index % AGENTS.length];
  while (!signal.aborted) {
    const answer = await call(nextToken(), "get_sip_status", { agentId });
    if (answer.status !== 200) failed(answer);
    else if (answer.result?.structuredContent?.agentId !== agentId || answer.result.isError) {
      seen.wrong.push(answer.text.slice(0, 300));
    } else seen.reads += 1;
  }
}

async function login() {
  const response = await fetch(`${world.apiUrl}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: "sandbox",
      client_secret: "sandbox-secret",
      audience: "https://api.telzino.com/",
      grant_type: "client_credentials",
    }),
  });
  return (await response.json()).access_token;
}

const apiToken = await login();
async function stored(agentId) {
  const response = await fetch(`${world.apiUrl}/v1/agents/${agentId}`, {
    headers: { authorization: `Bearer ${apiToken}` },
  });
  return response.text();
}

/** One writer per agent: what the server said is stored must be what the API has, until it writes again. */
async function writer(agentId, signal) {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const username = `w-${agentId[0]}-${turn}-end`;
    const settings = { sipDomain: "127.0.0.1", port: world.sipPort, username, password: "of-the-bench" };
    const args = { agentId, ...settings, replace: true, waitSeconds: 0 };
    const answer = await call(nextToken(), "configure_sip_registration", args);
    if (answer.status !== 200) failed(answer);
    else if (answer.result?.structuredContent?.settings?.username !== username || answer.result.isError) {
      seen.wrong.push(answer.text.slice(0, 300));
    } else {
      seen.writes += 1;
      if ((await stored(agentId)).includes(username)) seen.verified += 1;
      else seen.lost.push(username);
    }
  }
}

/** A separate caller asks more often than it may, of all replicas. */
async function limitHolds() {
  let allowed = 0;
  let refused = 0;
  const ask = async () => {
    while (allowed + refused < CALLS_A_MINUTE + 150) {
      const { status } = await call(world.tokens.limited, "list_pbx_presets", { query: "3cx" });
      if (status === 200) allowed += 1;
      else if (status === 429) refused += 1;
      else seen.other.push(`${status} of the limited caller`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, ask));
  return { allowed, refused };
}

try {
  const stopping = new AbortController();
  const load = [
    ...AGENTS.map((agentId) => writer(agentId, stopping.signal)),
    ...Array.from({ length: READERS }, (_, index) => reader(index, stopping.signal)),
  ];
  const third = (SECONDS * 1_000) / 3;
  await pause(third);
  kill.from = performance.now();
  await stop(world.replicas[0], "SIGKILL");
  kill.until = performance.now();
  await pause(third);
  restart.from = performance.now();
  await world.drain(1);
  await stop(world.replicas[1], "SIGTERM");
  restart.until = performance.now();
  await Promise.all([world.startReplica(1), world.startReplica(0)]);
  await world.drain();
  await pause(third);
  stopping.abort();
  await Promise.all(load);
  const limited = await limitHolds();
  console.log(
    `Node ${process.version}, three replicas, nginx, Redis, ${SECONDS} s of load and more for the restart`,
  );
  console.log(`reads ${seen.reads}, writes ${seen.writes}, of these found at the API ${seen.verified}`);
  console.log(`wrong answers ${seen.wrong.length}, lost writes ${seen.lost.length}`);
  console.log(
    `502/504 on calls under way at the kill ${seen.gateway.length}, other errors ${seen.other.length}`,
  );
  console.log(
    `limit of ${CALLS_A_MINUTE} calls a minute: ${limited.allowed} allowed, ${limited.refused} refused`,
  );
  const held = Math.abs(limited.allowed - CALLS_A_MINUTE) <= 1;
  const bounded = seen.gateway.length <= READERS + AGENTS.length;
  const problems = [...seen.wrong, ...seen.lost, ...seen.other].slice(0, 5);
  for (const problem of problems) console.log(`problem: ${problem}`);
  const worked = seen.reads > 0 && seen.writes > 0;
  process.exitCode = problems.length === 0 && held && bounded && worked ? 0 : 1;
} finally {
  await world.close();
}
