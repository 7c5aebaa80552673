// node bench/http/tenants.mjs [cli.js]   The hosted server with many tenants: its start, what a call costs, and how long others
// wait while it reads its file again (SIGHUP).
//
// Each tenant has four secrets, each in its own file, and two tokens. The sizes take turns in one run, and so do a
// server that reads its file again and one that has nothing to do.
import { spawn } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { CLI, requireBuild, startServer, stop } from "./child.mjs";
import { cheapCall, Stalls } from "./stalls.mjs";

requireBuild("node bench/http/tenants.mjs");
const SIZES = [1, 10, 1_000, 10_000];
const CALLS = 1_000;
const ROUNDS = 5;
const cli = process.argv[2] ?? CLI;
const loopDelay = ["--import", join(import.meta.dirname, "loop-delay.mjs")];
const folder = mkdtempSync(join(tmpdir(), "bench-tenants-"));

/** @returns the file's path, and a token of its first tenant. */
function writeFile(size) {
  const below = join(folder, String(size));
  mkdirSync(below, { recursive: true });
  const secret = (name) => {
    writeFileSync(join(below, name), randomBytes(18).toString("base64url"), { mode: 0o600 });
    return name;
  };
  const token = `bench_${randomBytes(32).toString("hex")}`;
  const hashOf = (value) => createHash("sha256").update(value).digest("hex");
  const entries = Array.from({ length: size }, (_, index) => [
    `t${index}`,
    {
      credentials: { clientId: `client-${index}`, clientSecretFile: secret(`${index}-client`) },
      organizations: [randomUUID()],
      secrets: Object.fromEntries(
        ["MAIN", "BRANCH", "LAB"].map((name) => [
          name,
          { file: secret(`${index}-${name}`), hosts: [`pbx${index}.example.com`] },
        ]),
      ),
      tokens: [
        { name: "bot", sha256: hashOf(index === 0 ? token : randomBytes(32)), expires: "2099-01-01" },
        { name: "voice", sha256: hashOf(randomBytes(32)), scopes: ["sip:read"] },
      ],
    },
  ]);
  const path = join(below, "tenants.json");
  writeFileSync(path, JSON.stringify({ tenants: Object.fromEntries(entries) }), { mode: 0o600 });
  return { path, token };
}

const argumentsOf = (path) => [cli, "http", "--port", "0", "--limit-calls", "9999999", "--tenants", path];
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds from spawn to listening, and of the program's work until then on all threads, where that can be seen. */
async function startOnce(path) {
  const began = performance.now();
  const { child } = await startServer(argumentsOf(path));
  const took = performance.now() - began;
  await stop(child, "SIGKILL");
  return took;
}

/** The time to read the bytes of all files once, in a process that does nothing else. */
async function readOnce(path) {
  const script = `const { readFileSync, readdirSync } = require("node:fs");
    const began = performance.now();
    for (const name of readdirSync(process.argv[1])) readFileSync(process.argv[1] + "/" + name);
    console.log(performance.now() - began);`;
  const child = spawn(process.execPath, ["-e", script, join(path, "..")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const part of child.stdout) text += part;
  return Number(text);
}

/** CPU time of a process so far, milliseconds (Linux). */
function cpuMs({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** CPU time of one call with each file, medians; the servers take turns. */
async function costsOfCalls(files) {
  const servers = [];
  for (const { path } of files) servers.push(await startServer(argumentsOf(path)));
  const samples = servers.map(() => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, { url, child }] of servers.entries()) {
      const before = cpuMs(child);
      for (let call = 0; call < CALLS; call += 1) await cheapCall(url, files[index].token);
      // The first round is for the compiler.
      if (round > 0) samples[index].push((cpuMs(child) - before) / CALLS);
    }
  }
  for (const { child } of servers) await stop(child);
  return samples.map(median);
}

try {
  const files = SIZES.map((size) => ({ size, ...writeFile(size), starts: [], reads: [] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const file of files) {
      file.starts.push(await startOnce(file.path));
      file.reads.push(await readOnce(file.path));
    }
  }
  console.log(`Node ${process.version}, ${ROUNDS} rounds in turn, medians\n`);
  console.log("| tenants | spawn → listening, ms | beyond one tenant | only reading all files, ms |");
  console.log("| --- | --- | --- | --- |");
  const [one] = files;
  for (const { size, starts, reads } of files) {
    const took = median(starts);
    const shown = [took, took - median(one.starts), median(reads)].map((value) => value.toFixed(0));
    console.log(`| ${size} | ${shown.join(" | ")} |`);
  }

  console.log("\n| tenants | a cheap call, CPU ms | against one tenant |");
  console.log("| --- | --- | --- |");
  const costs = await costsOfCalls(files);
  for (const [index, { size }] of files.entries()) {
    console.log(`| ${size} | ${costs[index].toFixed(3)} | ${(costs[index] / costs[0]).toFixed(2)} |`);
  }

  const { path, token } = files.at(-1);
  const server = await startServer([...loopDelay, ...argumentsOf(path)]);
  const stalls = new Stalls(server.child);
  for (let index = 0; index < 200; index += 1) await cheapCall(server.url, token);
  console.log(`\nwhile another caller makes one call after the other, ${files.at(-1).size} tenants:\n`);
  console.log(
    "| server | that caller's longest wait, ms | event loop held up, ms | of it at work, ms | calls |",
  );
  console.log("| --- | --- | --- | --- | --- |");
  const readAgain = async () => {
    const said = stalls.line("was read again");
    server.child.kill("SIGHUP");
    await said;
  };
  for (let round = 0; round < 3; round += 1) {
    for (const [name, work] of [
      ["nothing to do", () => new Promise((resolve) => setTimeout(resolve, 2_000))],
      ["reads its file again", readAgain],
    ]) {
      await stalls.take();
      let underWay = true;
      const ended = work().then(() => {
        underWay = false;
      });
      let [wait, calls] = [0, 0];
      while (underWay) {
        const began = performance.now();
        await cheapCall(server.url, token);
        wait = Math.max(wait, performance.now() - began);
        calls += 1;
      }
      await ended;
      const { longest, worked } = await stalls.take();
      console.log(
        `| ${name} | ${[wait, longest, worked, calls].map((value) => value.toFixed(0)).join(" | ")} |`,
      );
    }
  }
  await stop(server.child);
} finally {
  rmSync(folder, { recursive: true });
}
