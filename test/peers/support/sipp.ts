import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { canBindUdp, freePort } from "../../support/free-port.js";
import { writeCertificate } from "./certificates.js";
import { temporaryFolder } from "./folders.js";
import { startPeer } from "./peer-process.js";
import { findProgram } from "./programs.js";
import { answerScenario, type SippBehaviour, silentScenario, verifyScenario } from "./sipp-scenarios.js";

export interface SippOptions {
  /** `udp` by default; `tls` needs SIPp 3.8. */
  readonly transport?: "udp" | "tcp" | "tls";
  /** The installed one by default. */
  readonly program?: "sipp" | "sipp38";
}

export interface SippPeer {
  readonly name: "sipp" | "sipp38";
  readonly version: string;
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
  readonly group: number;
  /** Every message that came and went. */
  readonly log: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

const MODES = { udp: "u1", tcp: "t1", tls: "l1" } as const;

/** SIPp as a registrar that does one thing to every REGISTER, on 127.0.0.1. */
export async function startSipp(behaviour: SippBehaviour, options: SippOptions = {}): Promise<SippPeer> {
  const { transport = "udp", program = transport === "tls" ? "sipp38" : "sipp" } = options;
  const { command, version } = await findProgram(program);
  const port = await freePort();
  const folder = temporaryFolder("sipp");
  await writeFile(join(folder, "scenario.xml"), scenario(behaviour));
  const tls = ["-tls_cert", "pbx.test.pem", "-tls_key", "pbx.test.key"];
  if (transport === "tls") await writeCertificate(folder, "pbx.test");
  const listen = ["-i", "127.0.0.1", "-p", String(port), "-t", MODES[transport]];
  const quiet = ["-nostdin", "-trace_msg", "-message_file", "messages.log"];
  const running = await startPeer({
    name: program,
    // SIPp draws a screen, and a terminal that it does not know makes it stop.
    command: [
      "/usr/bin/env",
      "TERM=dumb",
      ...command,
      "-sf",
      "scenario.xml",
      ...listen,
      ...quiet,
      ...(transport === "tls" ? tls : []),
    ],
    folder,
    ready: () => (transport === "udp" ? canBindUdp("127.0.0.1", port).then((free) => !free) : accepts(port)),
  });
  return {
    name: program,
    version,
    host: "127.0.0.1",
    port,
    transport,
    group: running.group,
    log: async () => (await running.read("messages.log")) || (await running.read("output.log")),
    stop: running.stop,
  };
}

function scenario(behaviour: SippBehaviour): string {
  if (behaviour === "silent") return silentScenario();
  return "status" in behaviour ? answerScenario(behaviour) : verifyScenario(behaviour);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(500);
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => finish(true));
    socket.once("timeout", () => finish(false));
    socket.on("error", () => finish(false));
  });
}
