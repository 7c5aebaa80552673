// One load on one server over HTTP, and what it took.
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

/** A call of a tool, as a request is made of it. `expects` is in each right answer. */
export const toolCall = (name, args, expects) => ({
  title: name,
  message: { method: "tools/call", params: { name, arguments: args } },
  expects,
});

/** @returns the length of one answer, characters. */
export async function lengthOfAnswer(server, call) {
  const { url, ...request } = requestOf(server, call);
  return (await (await fetch(url, request)).text()).length;
}

/**
 * Calls a second; the median and the 99th percentile of their times, milliseconds; CPU time a call, milliseconds on all threads
 * (Linux), which suffers least from whatever else the machine is doing; and how many answers were wrong or missing.
 *
 * The percentiles leave out the first answer of each connection: Node's event loop accepts one connection a turn, so the last of
 * 256 waits for 256 turns, whatever the server does.
 */
export async function load(server, call, options) {
  const before = cpuMs(server.child);
  const running = autocannon({
    ...requestOf(server, call),
    verifyBody: (answer) => answer.includes(call.expects) && !answer.includes('"isError":true'),
    ...options,
  });
  const begun = new Set();
  const times = [];
  running.on("response", (connection, _status, _bytes, ms) => {
    if (begun.has(connection)) times.push(ms);
    begun.add(connection);
  });
  const result = await running;
  const calls = result["2xx"];
  return {
    rate: calls / result.duration,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    cpu: (cpuMs(server.child) - before) / calls,
    wrong: result.non2xx + result.errors + result.timeouts + result.mismatches,
  };
}

export const percentile = (values, part) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)];

function requestOf({ url, token }, { message }) {
  return {
    url,
    method: "POST",
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
  };
}

/** CPU time of a process so far, milliseconds. */
function cpuMs({ pid }) {
  if (process.platform !== "linux") return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
