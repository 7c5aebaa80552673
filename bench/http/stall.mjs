// node bench/http/stall.mjs [cli.js [PART]]   How long callers of the hosted server wait while others send it the worst they can.
//
// For each input 16 callers send it at the same time; meanwhile another caller makes one cheap call after the other. Printed
// are that caller's longest wait and the longest time for which the server's event loop was blocked, the median and the most of
// several rounds. Both are measured with the load on the same machine: the wait has the load generator's own work in it,
// the hold-up what else the machine was doing. The server's own part of it is printed beside it. With PART, only the inputs whose
// names have it in them are sent.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { WORST } from "../logs/inputs.mjs";
import { CLI, startServer, stop, writeTenants } from "./child.mjs";
import { PAGES, startHostileApi, startHostilePbx } from "./hostile.mjs";
import { cheapCall, post as postTo, Stalls } from "./stalls.mjs";

const ATTACKERS = 16;
const ROUNDS = 5;
const MAX_LOG = 60_000;
const MANY = 9_999_999;
const BODY = 250_000;

const letters = (length) => randomBytes(length).toString("base64url").slice(0, length);
const given = (count, ending) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}${ending}`, letters(4_000)]));

const call = (name, args) => ({ method: "tools/call", params: { name, arguments: args } });
/** What may be a name in most ways, and is none. */
const LETTERS =
  "r o d m o x r x q z t c h y k b l w n p z z x r c b d i x u k p k t y y g m k k c y a y y p q n r p ";
const MISSPELT =
  "freepbxx asteriks fritzbx 3cxx yeastr starfce placetell sipgte vodafne unifi talkk mitel avayaa";
const deep = `${"[".repeat(BODY / 2 - 200)}${"]".repeat(BODY / 2 - 200)}`;
const LOGS = Object.entries(WORST).map(([name, make]) => [
  name,
  call("explain_sip_log", { log: make(MAX_LOG) }),
]);
const OTHERS = [
  [
    "deep JSON as an argument",
    `{"method":"tools/call","params":{"name":"list_pbx_presets","arguments":{"query":${deep}}}}`,
  ],
  ["deep JSON beside the message", `{"method":"tools/list","params":{"_meta":${deep}},"more":1}`],
  [
    "__proto__ with deep JSON",
    `{"method":"tools/call","params":{"name":"list_pbx_presets","arguments":{"__proto__":${deep}}}}`,
  ],
  ["one misnamed argument of 240,000 characters", call("list_pbx_presets", { ["a".repeat(240_000)]: 1 })],
  [
    "20,000 misnamed arguments",
    call(
      "list_pbx_presets",
      Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a${index}`, 1])),
    ),
  ],
  [
    "30 arguments named as secrets beside 30 words",
    call("list_pbx_presets", { ...given(30, "_token"), ...given(30, "") }),
  ],
  [
    "one argument named as a secret beside 60 words",
    call("list_pbx_presets", { token: letters(1_000), ...given(60, "") }),
  ],
  ["a query of single letters", call("list_pbx_presets", { query: LETTERS })],
  [
    "a prompt with names of single letters",
    {
      method: "prompts/get",
      params: { name: "migrate_pbx", arguments: { from: LETTERS.repeat(4), to: LETTERS.repeat(4) } },
    },
  ],
  ["a query of misspelt names", call("list_pbx_presets", { query: MISSPELT })],
  ["a query of 200,000 characters", call("list_pbx_presets", { query: "a ".repeat(100_000) })],
  [
    "a host of 200,000 characters",
    call("configure_sip_registration", { sipDomain: `${"ä.".repeat(60_000)}` }),
  ],
];

const wrong = (count, length, value = 1) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => ["k".repeat(length) + index, value]));
const prompt = (given) => ({ method: "prompts/get", params: { name: "setup_pbx", arguments: given } });
const MISTYPED = [
  ["900 wrongly typed arguments of a prompt", prompt(wrong(900, 1))],
  ["900 of them with long names", prompt(wrong(900, 200))],
  [
    "a completion with 900 wrongly typed arguments",
    {
      method: "completion/complete",
      params: {
        ref: { type: "ref/prompt", name: "setup_pbx" },
        argument: { name: "pbx", value: "a" },
        context: { arguments: wrong(900, 200) },
      },
    },
  ],
  [
    "an initialize with 900 wrongly typed members",
    {
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: { experimental: wrong(900, 200) },
        clientInfo: { name: "a", version: "1" },
      },
    },
  ],
  ["900 misnamed arguments of a tool", call("configure_sip_registration", wrong(900, 200))],
];

const textOf = (message) =>
  typeof message === "string"
    ? `{"jsonrpc":"2.0","id":1,${message.slice(1)}`
    : JSON.stringify({ jsonrpc: "2.0", id: 1, ...message });

const folder = mkdtempSync(join(tmpdir(), "bench-stall-"));
const { path, tokens } = writeTenants(folder, ["attacker", "other"]);
const limits = ["--limit-calls", MANY, "--limit-writes", MANY, "--limit-probes", MANY, "--max-calls", 1_000];

/** A server whose API is the sandbox, or the one at that address. */
async function startMeasured(api) {
  const { child, url } = await startServer([
    ...["--import", join(import.meta.dirname, "loop-delay.mjs")],
    process.argv[2] ?? CLI,
    ...["http", "--port", "0", "--tenants", path],
    ...(api === undefined ? ["--sandbox"] : ["--api-url", api, "--allow-target", "127.0.0.0/8"]),
    ...limits.map(String),
  ]);
  return { child, url, stalls: new Stalls(child) };
}

async function post(url, token, body) {
  const response = await postTo(url, token, body);
  await response.text();
  return response.status;
}

async function round({ url, stalls }, body, attackers) {
  await stalls.take();
  let underWay = true;
  let longest = 0;
  let calls = 0;
  const attack = Promise.all(Array.from({ length: attackers }, () => post(url, tokens.attacker, body)));
  const ended = attack.then(() => {
    underWay = false;
  });
  while (underWay) {
    const started = performance.now();
    await cheapCall(url, tokens.other);
    longest = Math.max(longest, performance.now() - started);
    calls += 1;
  }
  await ended;
  const { longest: stall, worked } = await stalls.take();
  return { wait: longest, stall, worked, calls, statuses: await attack };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const most = (values) => Math.max(...values);
const shown = (rounds, key) =>
  `${median(rounds.map((each) => each[key])).toFixed(0)} / ${most(rounds.map((each) => each[key])).toFixed(0)}`;

async function warmUp(server) {
  for (let index = 0; index < 200; index += 1) await cheapCall(server.url, tokens.other);
}

async function measure(server, name, message, attackers = ATTACKERS) {
  if (!name.includes(process.argv[3] ?? "")) return;
  const rounds = [];
  for (let index = 0; index < ROUNDS; index += 1)
    rounds.push(await round(server, textOf(message), attackers));
  const statuses = [...new Set(rounds.flatMap((each) => each.statuses))].join(", ");
  console.log(
    `| ${name} | ${shown(rounds, "wait")} | ${shown(rounds, "stall")} | ${shown(rounds, "worked")} | ${shown(rounds, "calls")} | ${statuses} |`,
  );
}

const server = await startMeasured();
const api = await startHostileApi();
const pbx = await startHostilePbx(200);
const hostile = await startMeasured(api.url);
try {
  for (const each of [server, hostile]) await warmUp(each);
  const first = await round(server, textOf(LOGS[0][1]), ATTACKERS);
  console.log(`Node ${process.version}, ${ATTACKERS} in parallel, ${ROUNDS} rounds, median / most\n`);
  console.log(
    `first logs of all: longest wait ${first.wait.toFixed(0)} ms, event loop ${first.stall.toFixed(0)} ms, of it at work ${first.worked.toFixed(0)} ms\n`,
  );
  console.log(
    "| sent | longest wait of another, ms | event loop held up, ms | of it at work, ms | its calls meanwhile | HTTP |",
  );
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, message] of [...LOGS, ...OTHERS, ...MISTYPED]) await measure(server, name, message);
  for (const page of Object.keys(PAGES)) {
    api.answer(page);
    await measure(hostile, `${page}, of the API`, call("list_telzino_agents", {}));
    await measure(hostile, `${page}, searched`, call("list_telzino_agents", { query: "n" }));
  }
  const target = { sipDomain: "127.0.0.1", port: pbx.port, transport: "tcp", username: "1001", detail: true };
  const tested = { ...target, testCredentials: true, password: "kV93!mPq-xYt82" };
  // One at a time: a second diagnosis of the same PBX is not let in.
  await measure(
    hostile,
    "a PBX of 200 long answers, one diagnosis",
    call("diagnose_sip_registration", tested),
    1,
  );
} finally {
  await Promise.all([server, hostile].map(({ child }) => stop(child)));
  api.close();
  pbx.close();
  rmSync(folder, { recursive: true });
}
