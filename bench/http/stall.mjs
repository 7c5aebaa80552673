// node bench/http/stall.mjs [cli.js]   How long callers of the hosted server wait while others send it the worst they can.
//
// For each input 16 callers send it at once; meanwhile another caller makes one cheap call after the other. Printed are that
// caller's longest wait and the longest time for which the server's event loop stood still, the median and the most of
// several rounds. Both are measured with the load on the same machine: the wait has the load generator's own work in it,
// the hold-up what else the machine was doing. The server's own part of it is told beside.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { WORST } from "../logs/inputs.mjs";
import { CLI, startServer, stop, writeTenants } from "./child.mjs";
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
  ["a query of 200,000 characters", call("list_pbx_presets", { query: "a ".repeat(100_000) })],
  [
    "a host of 200,000 characters",
    call("configure_sip_registration", { sipDomain: `${"ä.".repeat(60_000)}` }),
  ],
];

const textOf = (message) =>
  typeof message === "string"
    ? `{"jsonrpc":"2.0","id":1,${message.slice(1)}`
    : JSON.stringify({ jsonrpc: "2.0", id: 1, ...message });

const folder = mkdtempSync(join(tmpdir(), "bench-stall-"));
const { path, tokens } = writeTenants(folder, ["attacker", "other"]);
const limits = ["--limit-calls", MANY, "--limit-writes", MANY, "--max-calls", 1_000].map(String);
const server = await startServer([
  "--import",
  join(import.meta.dirname, "loop-delay.mjs"),
  process.argv[2] ?? CLI,
  ...["http", "--port", "0", "--sandbox", "--tenants", path],
  ...limits,
]);

const stalls = new Stalls(server.child);

async function post(token, body) {
  const response = await postTo(server.url, token, body);
  await response.text();
  return response.status;
}

async function round(body) {
  await stalls.take();
  let underWay = true;
  let longest = 0;
  let calls = 0;
  const attack = Promise.all(Array.from({ length: ATTACKERS }, () => post(tokens.attacker, body)));
  const ended = attack.then(() => {
    underWay = false;
  });
  while (underWay) {
    const started = performance.now();
    await cheapCall(server.url, tokens.other);
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

try {
  for (let index = 0; index < 200; index += 1) await cheapCall(server.url, tokens.other);
  const first = await round(textOf(LOGS[0][1]));
  console.log(`Node ${process.version}, ${ATTACKERS} at once, ${ROUNDS} rounds, median / most\n`);
  console.log(
    `first logs of all: longest wait ${first.wait.toFixed(0)} ms, event loop ${first.stall.toFixed(0)} ms, of it at work ${first.worked.toFixed(0)} ms\n`,
  );
  console.log(
    "| sent | longest wait of another, ms | event loop held up, ms | of it at work, ms | its calls meanwhile | HTTP |",
  );
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, message] of [...LOGS, ...OTHERS]) {
    const body = textOf(message);
    const rounds = [];
    for (let index = 0; index < ROUNDS; index += 1) rounds.push(await round(body));
    const statuses = [...new Set(rounds.flatMap((each) => each.statuses))].join(", ");
    console.log(
      `| ${name} | ${shown(rounds, "wait")} | ${shown(rounds, "stall")} | ${shown(rounds, "worked")} | ${shown(rounds, "calls")} | ${statuses} |`,
    );
  }
} finally {
  await stop(server.child);
  rmSync(folder, { recursive: true });
}
