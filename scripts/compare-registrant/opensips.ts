import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StoredSip } from "../../src/sandbox/store.js";
import { testCertificates } from "../../test/support/certificates.js";
import { freePort } from "../../test/support/free-port.js";
import { Management } from "./management.js";
import type { Shown } from "./observation.js";

/** Where OpenSIPS is, and which one it is. */
export interface Installation {
  readonly binary: string;
  readonly modules: string;
  /** "4.0.1". */
  readonly version: string;
}

export interface OpenSipsOptions {
  readonly installation: Installation;
  readonly expires: number;
  readonly timerInterval: number;
}

/** `reg_list` of one record. */
interface Listed {
  readonly registrar: string;
  readonly state: string;
  readonly expires: number;
  readonly last_register_sent: string;
  readonly registration_t_out: string;
}

const START_MS = 20_000;
const STOP_MS = 5_000;
const EXIT_MS = 30_000;

/** @throws Error if that file is not OpenSIPS. */
export function findInstallation(binary: string, modules: string): Installation {
  const { stdout } = spawnSync(binary, ["-V"], { encoding: "utf8" });
  const [, version] = /opensips (\d+\.\d+\.\d+)/i.exec(stdout ?? "") ?? [];
  if (version === undefined) throw new Error(`${binary} -V does not name a version of OpenSIPS`);
  return { binary, modules, version };
}

/** A running OpenSIPS with `uac_registrant`, its records in a text table, everything on loopback. */
export class OpenSips {
  readonly #options: OpenSipsOptions;
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #management: Management;
  readonly #sipPort: number;

  private constructor(parts: {
    options: OpenSipsOptions;
    folder: string;
    process: ChildProcess;
    management: Management;
    sipPort: number;
  }) {
    this.#options = parts.options;
    this.#folder = parts.folder;
    this.#process = parts.process;
    this.#management = parts.management;
    this.#sipPort = parts.sipPort;
    this.#exited = new Promise((resolve) => parts.process.once("exit", () => resolve()));
  }

  /** @throws Error with the end of its log where it does not start. */
  static async start(records: readonly StoredSip[], options: OpenSipsOptions): Promise<OpenSips> {
    const folder = await mkdtemp(join(tmpdir(), "compare-registrant-"));
    const [sipPort, tlsPort, miPort] = [await freePort(), await freePort(), await freePort()];
    await mkdir(join(folder, "db"));
    await writeFile(join(folder, "db", "version"), VERSION_TABLE);
    await writeFile(join(folder, "db", "registrant"), writeTable(records, sipPort, options.expires));
    const { ca, ok } = await testCertificates();
    const pem = { "ca.pem": ca, "cert.pem": ok.cert, "key.pem": ok.key };
    for (const [name, text] of Object.entries(pem)) await writeFile(join(folder, name), text);
    const config = join(folder, "opensips.cfg");
    await writeFile(config, writeConfig({ folder, sipPort, tlsPort, miPort, ...options }));
    const { binary } = options.installation;
    const process = spawn(binary, ["-F", "-f", config, "-w", folder, "-m", "64", "-M", "8"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { TZ: "UTC", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    });
    const log = createWriteStream(join(folder, "log"));
    process.stdout?.pipe(log, { end: false });
    process.stderr?.pipe(log, { end: false });
    const server = new OpenSips({
      options,
      folder,
      process,
      management: await Management.open(miPort),
      sipPort,
    });
    await server.#ready();
    return server;
  }

  get #isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (this.#isRunning && Date.now() < deadline) {
      const records = await this.#management.call("reg_list", {}, 500).catch(() => undefined);
      if (records !== undefined) return;
      await delay(100);
    }
    const log = await readFile(join(this.#folder, "log"), "utf8");
    await this.close();
    throw new Error(`OpenSIPS does not start:\n${log.split("\n").slice(-25).join("\n")}`);
  }

  /** What it says of each record, by registrar; nothing once the server has stopped. */
  async list(): Promise<ReadonlyMap<string, Shown> | undefined> {
    try {
      const { Records } = (await this.#management.call("reg_list")) as { Records: Listed[] };
      return new Map(Records.map((record) => [record.registrar, readRecord(record)]));
    } catch (error) {
      // One of its processes has died; the others go with it in their own time.
      await Promise.race([this.#exited, delay(EXIT_MS)]);
      if (this.#isRunning) throw error;
      return undefined;
    }
  }

  /** Whether single records can be changed; else the table is read again. */
  get hasCommands(): boolean {
    return Number.parseInt(this.#options.installation.version, 10) >= 4;
  }

  /** A record with other settings. */
  async change(settings: StoredSip): Promise<void> {
    if (this.hasCommands) {
      await this.#management.call("reg_upsert", {
        ...this.#key(settings),
        proxy: "",
        third_party_registrant: "",
        username: settings.username,
        password: settings.password.reveal(),
        binding_params: "",
        expiry: this.#options.expires,
        forced_socket: "",
        cluster_shtag: "",
        state: 0,
      });
    } else await this.#reload([settings]);
  }

  /** Whether there is such a command. */
  async force(settings: StoredSip): Promise<void> {
    if (this.hasCommands) await this.#management.call("reg_force_register", this.#key(settings));
  }

  async remove(settings: StoredSip): Promise<void> {
    if (this.hasCommands) await this.#management.call("reg_delete", this.#key(settings));
    else await this.#reload([]);
  }

  async #reload(records: readonly StoredSip[]): Promise<void> {
    const table = writeTable(records, this.#sipPort, this.#options.expires);
    await writeFile(join(this.#folder, "db", "registrant"), table);
    await this.#management.call("reg_reload");
  }

  #key(settings: StoredSip) {
    return {
      aor: `sip:${settings.username}@${settings.sipDomain}`,
      contact: bindingOf(settings, this.#sipPort),
      registrar: registrarOf(settings),
    };
  }

  async close(): Promise<void> {
    this.#management.close();
    if (this.#isRunning) {
      this.#process.kill("SIGTERM");
      const hard = setTimeout(() => this.#process.kill("SIGKILL"), STOP_MS);
      await this.#exited;
      clearTimeout(hard);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** `registrar` of the record, by which `reg_list` is read. */
export function registrarOf({ sipDomain, port, transport }: StoredSip): string {
  return `sip:${sipDomain}:${port}${transport === "udp" ? "" : `;transport=${transport}`}`;
}

function bindingOf({ username, transport }: StoredSip, sipPort: number): string {
  return `sip:${username}@127.0.0.1:${sipPort}${transport === "udp" ? "" : `;transport=${transport}`}`;
}

function readRecord(record: Listed): Shown {
  return {
    state: record.state,
    expires: record.expires,
    mark: readTime(record.registration_t_out),
    sent: readTime(record.last_register_sent),
  };
}

/** "Thu Jan  1 00:00:00 1970" is none. */
function readTime(text: string): number | undefined {
  return Date.parse(`${text} UTC`) || undefined;
}

const VERSION_TABLE = "table_name(string) table_version(int)\nregistrant:3\n";
const COLUMNS =
  "id(int,auto) registrar(string) proxy(string,null) aor(string) third_party_registrant(string,null) " +
  "username(string,null) password(string,null) binding_URI(string) binding_params(string,null) expiry(int,null) " +
  "forced_socket(string,null) cluster_shtag(string,null) state(int)";

/** The table `registrant` for `db_text`. */
function writeTable(records: readonly StoredSip[], sipPort: number, expires: number): string {
  const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll(":", "\\:");
  const rows = records.map((settings, index) =>
    [
      index + 1,
      escaped(registrarOf(settings)),
      "",
      escaped(`sip:${settings.username}@${settings.sipDomain}`),
      "",
      escaped(settings.username),
      escaped(settings.password.reveal()),
      escaped(bindingOf(settings, sipPort)),
      "",
      expires,
      "",
      "",
      0,
    ].join(":"),
  );
  return `${[COLUMNS, ...rows].join("\n")}\n`;
}

interface ConfigParts extends OpenSipsOptions {
  readonly folder: string;
  readonly sipPort: number;
  readonly tlsPort: number;
  readonly miPort: number;
}

function writeConfig({ folder, sipPort, tlsPort, miPort, installation, timerInterval }: ConfigParts): string {
  const modules = [
    ...[
      "signaling",
      "sl",
      "tm",
      "db_text",
      "mi_datagram",
      "proto_udp",
      "proto_tcp",
      "tls_openssl",
      "tls_mgm",
    ],
    ...["proto_tls", "uac_auth", "uac_registrant"],
  ];
  const params: [module: string, name: string, value: string | number][] = [
    ["db_text", "db_mode", 1],
    ["mi_datagram", "socket_name", `udp:127.0.0.1:${miPort}`],
    ["tls_mgm", "server_domain", "here"],
    ["tls_mgm", "match_ip_address", "[here]*"],
    ["tls_mgm", "certificate", `[here]${folder}/cert.pem`],
    ["tls_mgm", "private_key", `[here]${folder}/key.pem`],
    ["tls_mgm", "ca_list", `[here]${folder}/ca.pem`],
    ["tls_mgm", "client_domain", "there"],
    ["tls_mgm", "match_ip_address", "[there]*"],
    ["tls_mgm", "match_sip_domain", "[there]*"],
    ["tls_mgm", "ca_list", `[there]${folder}/ca.pem`],
    ["tls_mgm", "certificate", `[there]${folder}/cert.pem`],
    ["tls_mgm", "private_key", `[there]${folder}/key.pem`],
    ["tls_mgm", "verify_cert", "[there]1"],
    ["uac_registrant", "db_url", `text://${folder}/db`],
    ["uac_registrant", "hash_size", 1],
    ["uac_registrant", "timer_interval", timerInterval],
  ];
  return [
    "log_level=2",
    "stderror_enabled=yes",
    "syslog_enabled=no",
    "udp_workers=2",
    "tcp_workers=2",
    `socket=udp:127.0.0.1:${sipPort}`,
    `socket=tcp:127.0.0.1:${sipPort}`,
    `socket=tls:127.0.0.1:${tlsPort}`,
    `mpath="${installation.modules}/"`,
    ...modules.map((name) => `loadmodule "${name}.so"`),
    ...params.map(
      ([module, name, value]) =>
        `modparam("${module}", "${name}", ${typeof value === "number" ? value : `"${value}"`})`,
    ),
    "route { exit; }",
    "",
  ].join("\n");
}
