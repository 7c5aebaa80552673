import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../support/free-port.js";
import { type Account, kamailioAccounts } from "./accounts.js";
import { type CertificateName, certificates, writeCertificate } from "./certificates.js";
import { fillTemplate, temporaryFolder } from "./folders.js";
import { startPeer } from "./peer-process.js";
import { findProgram, unpackedLibraries } from "./programs.js";
import { answersOptions, type SipPeer } from "./sip-peer.js";

export interface KamailioOptions {
  /** Kamailio has one for all of its users. MD5 by default. */
  readonly algorithm?: "MD5" | "SHA-256";
  /** The fault users of `accounts.ts`; on by default. */
  readonly faults?: boolean;
  /** Contacts an address of record may have, 5 by default; one more is answered with 503. */
  readonly maxContacts?: number;
  /** The installed one by default. */
  readonly program?: "kamailio" | "kamailio61";
}

export type KamailioPeer = SipPeer<typeof kamailioAccounts>;

/** The certificate by the name that the client asks for (SNI); `pbx.test` without a name. */
const DEFAULT_CERTIFICATE: CertificateName = "pbx.test";

/** Kamailio on 127.0.0.1 and ::1: UDP, TCP and TLS. Ready when it answers OPTIONS. */
export async function startKamailio(options: KamailioOptions = {}): Promise<KamailioPeer> {
  const { algorithm = "MD5", faults = true, maxContacts = 5, program = "kamailio" } = options;
  const { command, version } = await findProgram(program);
  const [sip, tls] = [await freePort(), await freePort()];
  const folder = temporaryFolder("kamailio", ["run"]);
  await writeTlsConfig(folder);
  await fillTemplate("kamailio/kamailio.cfg", join(folder, "kamailio.cfg"), {
    SIP: sip,
    TLS: tls,
    FOLDER: folder,
    ALGORITHM: algorithm,
    MAX_CONTACTS: maxContacts,
    ACCOUNTS: Object.values<Account>(kamailioAccounts).map(accountLines).join("\n"),
  });
  const modules = program === "kamailio" ? [] : ["-L", await unpackedLibraries(program, "kamailio/modules")];
  const argv = ["-DD", "-E", "-f", "kamailio.cfg", "-w", folder, "-Y", "run", "-m", "256", "-M", "16"];
  const running = await startPeer({
    name: program,
    command: [...command, ...modules, ...argv, ...(faults ? ["-A", "WITH_FAULTS"] : [])],
    folder,
    ready: () => answersOptions(sip, "1001"),
  });
  return {
    name: program,
    version,
    host: "127.0.0.1",
    realm: "pbx.test",
    ports: { udp: sip, tcp: sip, tls },
    accounts: kamailioAccounts,
    group: running.group,
    log: () => running.read("output.log"),
    stop: running.stop,
  };
}

function accountLines({ extension, authUsername, password }: Account): string {
  const lines = [`\t$sht(password=>${quoteKey(authUsername)}) = ${quote(password)};`];
  if (authUsername !== extension) lines.push(`\t$sht(login=>${extension}) = ${quote(authUsername)};`);
  return lines.join("\n");
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** Inside a pseudo-variable's name nothing can be escaped. */
function quoteKey(text: string): string {
  if (/[()"\\]/.test(text))
    throw new Error("an authentication user that Kamailio's table can't have as a key");
  return text;
}

async function writeTlsConfig(folder: string): Promise<void> {
  const tls = join(folder, "tls");
  await mkdir(tls);
  const { issued } = await certificates();
  const sections: string[] = [];
  for (const name of Object.keys(issued) as CertificateName[]) {
    await writeCertificate(tls, name);
    if (name === DEFAULT_CERTIFICATE) sections.unshift(tlsSection("[server:default]", tls, name));
    sections.push(tlsSection(`[server:any]\nserver_name = ${name}`, tls, name));
  }
  await writeFile(join(folder, "tls.cfg"), sections.join("\n"));
}

function tlsSection(head: string, folder: string, name: CertificateName): string {
  return `${head}
method = TLSv1.2+
verify_certificate = no
require_certificate = no
private_key = ${join(folder, `${name}.key`)}
certificate = ${join(folder, `${name}.pem`)}
`;
}
