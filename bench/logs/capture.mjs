// node bench/logs/capture.mjs [MB]   What `explain` takes for a capture of 100 MB (calls with their RTP, registrations, other
// traffic): seconds and the most memory at once, for .pcap and for the same gzipped. Fails over 10 s or 200 MiB.
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
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { loadTypeScript } from "../../scripts/typescript.mjs";

const MOST = { seconds: 10, mebibytes: 200 };
const root = dirname(dirname(import.meta.dirname));
const cli = join(root, "dist", "cli.js");
if (!existsSync(cli)) throw new Error("run `npm run build` first");
const { datagram, frame, pcap, tcp } = await loadTypeScript("test/support/capture-file.ts");
const { sipMessage, START } = await loadTypeScript("test/support/captured-call.ts");
const { rtp } = await loadTypeScript("test/support/capture-file.ts");
const { sdp } = await loadTypeScript("test/support/captured-call.ts");

const wanted = Number(process.argv[2] ?? 100) * 1_048_576;
const folder = mkdtempSync(join(tmpdir(), "capture-bench-"));
try {
  const file = join(folder, "calls.pcap");
  const written = write(file);
  execFileSync("gzip", ["-k", "-1", file]);
  const mb = (statSync(file).size / 1_048_576).toFixed(0);
  console.log(
    `Node ${process.version}, ${mb} MiB, ${written} calls\n\n| file | s | MiB at most | said |\n| --- | --- | --- | --- |`,
  );
  const figures = [file, `${file}.gz`].map(measure);
  process.exitCode = figures.some((each) => each.seconds > MOST.seconds || each.mebibytes > MOST.mebibytes)
    ? 1
    : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** A call after the other, each of a minute, with a registration, a lost packet and 300 bytes of something else in between. */
function write(file) {
  const out = openSync(file, "w");
  let size = writeSync(out, pcap([]));
  let calls = 0;
  for (; size < wanted; calls += 1) {
    const start = START + calls * 5;
    const [caller, pbx] = [`192.0.2.${10 + (calls % 90)}`, "198.51.100.20"];
    const [here, there] = [`${caller}:5060`, `${pbx}:5060`];
    const [from, to] = [
      `${caller}:${4_000 + 2 * (calls % 1_000)}`,
      `${pbx}:${10_000 + 2 * (calls % 10_000)}`,
    ];
    const id = `call-${calls}`;
    const packets = [
      ...datagram(
        start,
        here,
        there,
        sipMessage(`REGISTER sip:${pbx} SIP/2.0`, "1 REGISTER", `reg-${calls}`),
      ),
      ...datagram(start + 0.1, there, here, sipMessage("SIP/2.0 200 OK", "1 REGISTER", `reg-${calls}`)),
      ...datagram(
        start,
        here,
        there,
        sipMessage(`INVITE sip:1002@${pbx} SIP/2.0`, "1 INVITE", id, sdp(from)),
      ),
      ...datagram(start + 1, there, here, sipMessage("SIP/2.0 200 OK", "1 INVITE", id, sdp(to))),
      ...datagram(start + 1.1, here, there, sipMessage(`ACK sip:1002@${pbx} SIP/2.0`, "1 ACK", id)),
      ...rtp({ from, to, start: start + 1.2, count: 3_000, lost: new Set([700]), ssrc: calls }),
      ...rtp({ from: to, to: from, start: start + 1.2, count: 3_000, ssrc: calls + 1 }),
      ...Array.from({ length: 300 }, (_, index) => ({
        time: start + index / 10,
        frame: frame(
          "ethernet",
          tcp("192.0.2.1:443", "192.0.2.2:50000", index * 300, Buffer.alloc(300, index)),
        ),
      })),
      ...datagram(start + 62, here, there, sipMessage(`BYE sip:1002@${pbx} SIP/2.0`, "2 BYE", id)),
      ...datagram(start + 62.1, there, here, sipMessage("SIP/2.0 200 OK", "2 BYE", id)),
    ].sort((left, right) => left.time - right.time);
    size += writeSync(out, pcap(packets).subarray(24));
  }
  closeSync(out);
  return calls;
}

/** In a process of its own, which tells its most memory as it ends. */
function measure(file) {
  const probe = join(folder, "probe.mjs");
  const out = openSync(probe, "w");
  writeSync(
    out,
    `import { writeFileSync } from "node:fs"; process.on("exit", () => writeFileSync(${JSON.stringify(`${file}.rss`)}, String(process.resourceUsage().maxRSS)));`,
  );
  closeSync(out);
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", probe, cli, "explain", file], {
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  const seconds = (performance.now() - started) / 1_000;
  if (status !== 0 && status !== 1) throw new Error(`exit code ${status}: ${stderr}`);
  const mebibytes = Number(readFileSync(`${file}.rss`, "utf8")) / 1_024;
  const name = file.endsWith(".gz") ? ".pcap.gz" : ".pcap";
  console.log(`| ${name} | ${seconds.toFixed(1)} | ${mebibytes.toFixed(0)} | ${stdout.split("\n", 1)[0]} |`);
  return { seconds, mebibytes };
}
