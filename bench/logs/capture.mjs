// node bench/logs/capture.mjs [MB]   What `explain` takes for captures of 100 MB: seconds and the most memory, for calls with
// their RTP, registrations and other traffic, the same gzipped, and nothing but registrations. Fails over 10 s
// of a core, which a busy machine takes longer to give, or 200 MiB.
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { loadTypeScript } from "../../scripts/typescript.mjs";

const MOST = { seconds: 10, mebibytes: 200 };
const root = dirname(dirname(import.meta.dirname));
const cli = join(root, "dist", "cli.js");
if (!existsSync(cli)) throw new Error("run `npm run build` first");
const { datagram, frame, pcap, rtp, tcp } = await loadTypeScript("test/support/capture-file.ts");
const { sdp, sipMessage, START } = await loadTypeScript("test/support/captured-call.ts");

const wanted = Number(process.argv[2] ?? 100) * 1_048_576;
const folder = mkdtempSync(join(tmpdir(), "capture-bench-"));
try {
  const [calls, registers] = [join(folder, "calls.pcap"), join(folder, "registers.pcap")];
  write(calls, call);
  write(registers, registrations);
  execFileSync("gzip", ["-k", "-1", calls]);
  console.log(`Node ${process.version}, ${(statSync(calls).size / 1_048_576).toFixed(0)} MiB`);
  console.log("\n| file | s | of a core | MiB at most | said |\n| --- | --- | --- | --- | --- |");
  const figures = [calls, `${calls}.gz`, registers].map(measure);
  process.exitCode = figures.some((each) => each.cpu > MOST.seconds || each.mebibytes > MOST.mebibytes)
    ? 1
    : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** Pieces, one after the other, until the file is large enough. */
function write(file, piece) {
  const out = openSync(file, "w");
  let size = writeSync(out, pcap([]));
  for (let index = 0; size < wanted; index += 1) size += writeSync(out, pcap(piece(index)).subarray(24));
  closeSync(out);
}

/** A call of a minute with a registration, a lost packet and some of another protocol in between. */
function call(index) {
  const start = START + index * 5;
  const [caller, pbx] = [`192.0.2.${10 + (index % 90)}`, "198.51.100.20"];
  const [here, there] = [`${caller}:5060`, `${pbx}:5060`];
  const [from, to] = [`${caller}:${4_000 + 2 * (index % 1_000)}`, `${pbx}:${10_000 + 2 * (index % 10_000)}`];
  const id = `call-${index}`;
  return [
    ...datagram(start, here, there, sipMessage(`REGISTER sip:${pbx} SIP/2.0`, "1 REGISTER", `reg-${index}`)),
    ...datagram(start + 0.1, there, here, sipMessage("SIP/2.0 200 OK", "1 REGISTER", `reg-${index}`)),
    ...datagram(start, here, there, sipMessage(`INVITE sip:1002@${pbx} SIP/2.0`, "1 INVITE", id, sdp(from))),
    ...datagram(start + 1, there, here, sipMessage("SIP/2.0 200 OK", "1 INVITE", id, sdp(to))),
    ...datagram(start + 1.1, here, there, sipMessage(`ACK sip:1002@${pbx} SIP/2.0`, "1 ACK", id)),
    ...rtp({ from, to, start: start + 1.2, count: 3_000, lost: new Set([700]), ssrc: index }),
    ...rtp({ from: to, to: from, start: start + 1.2, count: 3_000, ssrc: index + 1 }),
    ...Array.from({ length: 300 }, (_, number) => ({
      time: start + number / 10,
      frame: frame(
        "ethernet",
        tcp("192.0.2.1:443", "192.0.2.2:50000", number * 300, Buffer.alloc(300, number)),
      ),
    })),
    ...datagram(start + 62, here, there, sipMessage(`BYE sip:1002@${pbx} SIP/2.0`, "2 BYE", id)),
    ...datagram(start + 62.1, there, here, sipMessage("SIP/2.0 200 OK", "2 BYE", id)),
  ].sort((left, right) => left.time - right.time);
}

/** A hundred registrations, each with its own Call-ID and challenged. */
function registrations(index) {
  const [here, there] = ["192.0.2.10:5060", "198.51.100.20:5060"];
  return Array.from({ length: 100 }, (_, number) => {
    const [id, at] = [`reg-${index}-${number}`, START + index * 10 + number / 10];
    const challenge = `WWW-Authenticate: Digest realm="a", nonce="${id}"`;
    return [
      ...datagram(at, here, there, sipMessage("REGISTER sip:198.51.100.20 SIP/2.0", "1 REGISTER", id)),
      ...datagram(
        at + 0.05,
        there,
        here,
        sipMessage("SIP/2.0 401 Unauthorized", "1 REGISTER", id, "", [challenge]),
      ),
    ];
  }).flat();
}

/** In a separate process, which prints its peak memory as it ends. */
function measure(file) {
  const probe = join(folder, "probe.mjs");
  const out = openSync(probe, "w");
  writeSync(
    out,
    `import { writeFileSync } from "node:fs"; process.on("exit", () => writeFileSync(${JSON.stringify(`${file}.rss`)}, JSON.stringify(process.resourceUsage())));`,
  );
  closeSync(out);
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", probe, cli, "explain", file], {
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  const seconds = (performance.now() - started) / 1_000;
  if (status !== 0 && status !== 1) throw new Error(`exit code ${status}: ${stderr}`);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(readFileSync(`${file}.rss`, "utf8"));
  const [mebibytes, cpu] = [maxRSS / 1_024, (userCPUTime + systemCPUTime) / 1e6];
  console.log(
    `| ${basename(file)} | ${seconds.toFixed(1)} | ${cpu.toFixed(1)} | ${mebibytes.toFixed(0)} | ${stdout.split("\n", 1)[0]} |`,
  );
  return { cpu, mebibytes };
}
