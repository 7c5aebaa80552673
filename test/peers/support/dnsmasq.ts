import { writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { canBindUdp, freePort } from "../../support/free-port.js";
import { temporaryFolder } from "./folders.js";
import { startPeer } from "./peer-process.js";
import { findProgram } from "./programs.js";

/** Names without a trailing dot. Every other name under a record's top-level domain, and under `test`, does not exist. */
export type DnsRecord =
  | { readonly type: "A" | "AAAA"; readonly name: string; readonly address: string }
  | { readonly type: "CNAME"; readonly name: string; readonly target: string }
  | {
      readonly type: "SRV";
      /** `_sip._udp.pbx.test` */
      readonly name: string;
      /** Empty is the root: the service is refused (RFC 2782). */
      readonly target: string;
      readonly port?: number;
      readonly priority?: number;
      readonly weight?: number;
    }
  | {
      readonly type: "NAPTR";
      readonly name: string;
      readonly order: number;
      readonly preference: number;
      /** `s` by default. */
      readonly flags?: string;
      /** `SIP+D2U`, `SIP+D2T`, `SIPS+D2T`. */
      readonly service: string;
      readonly replacement: string;
    };

export interface DnsPeer {
  readonly name: "dnsmasq";
  readonly version: string;
  readonly host: "127.0.0.1";
  readonly port: number;
  /** `127.0.0.1:PORT`, as Node's `resolver.setServers` takes it. */
  readonly server: string;
  readonly group: number;
  /** The questions that came and what was answered. */
  readonly log: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** A name server on loopback (UDP and TCP) that knows these records and asks no one else. */
export async function startDnsmasq(records: readonly DnsRecord[]): Promise<DnsPeer> {
  const { command, version } = await findProgram("dnsmasq");
  const port = await freePort();
  const folder = temporaryFolder("dnsmasq");
  const hosts = join(folder, "hosts");
  await writeFile(hosts, records.map(hostLine).join(""), { mode: 0o644 });
  await writeFile(join(folder, "dnsmasq.conf"), configuration(records, port, hosts), { mode: 0o644 });
  const running = await startPeer({
    name: "dnsmasq",
    command: [...command, "--keep-in-foreground", "--conf-file=dnsmasq.conf"],
    folder,
    ready: async () => !(await canBindUdp("127.0.0.1", port)),
  });
  return {
    name: "dnsmasq",
    version,
    host: "127.0.0.1",
    port,
    server: `127.0.0.1:${port}`,
    group: running.group,
    log: () => running.read("output.log"),
    stop: running.stop,
  };
}

/** A hosts file takes several addresses for a name, and no other type of record does so without side effects. */
function hostLine(record: DnsRecord): string {
  return record.type === "A" || record.type === "AAAA" ? `${record.address} ${record.name}\n` : "";
}

function configuration(records: readonly DnsRecord[], port: number, hosts: string): string {
  const domains = new Set(["test", ...records.map(({ name }) => name.split(".").at(-1) ?? name)]);
  return [
    `port=${port}`,
    "listen-address=127.0.0.1",
    "bind-interfaces",
    "no-resolv",
    "no-hosts",
    "no-poll",
    "cache-size=0",
    "pid-file=",
    // As a root process it would become someone who can't read the folder.
    `user=${userInfo().username}`,
    "log-facility=-",
    "log-queries",
    `addn-hosts=${hosts}`,
    ...[...domains].map((domain) => `local=/${domain}/`),
    ...records.map(recordLine).filter((line) => line !== ""),
    "",
  ].join("\n");
}

function recordLine(record: DnsRecord): string {
  switch (record.type) {
    case "A":
    case "AAAA":
      return "";
    case "CNAME":
      return `cname=${record.name},${record.target}`;
    case "SRV": {
      const { name, target, port = 5060, priority = 10, weight = 0 } = record;
      return target === "" ? `srv-host=${name}` : `srv-host=${name},${target},${port},${priority},${weight}`;
    }
    case "NAPTR": {
      const { name, order, preference, flags = "s", service, replacement } = record;
      return `naptr-record=${name},${order},${preference},${flags},${service},,${replacement}`;
    }
  }
}
