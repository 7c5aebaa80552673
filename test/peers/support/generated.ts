import { execFile } from "node:child_process";
import { cp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ConfigText } from "../../../src/presets/config-text/index.js";
import { PASSWORD_PLACEHOLDER } from "../../../src/presets/config-text/index.js";
import { writeCertificate } from "./certificates.js";
import { cacheFolder, fillTemplate, peersFolder, temporaryFolder } from "./folders.js";
import { type PeerProcess, startPeer } from "./peer-process.js";
import { findProgram, unpackedLibraries } from "./programs.js";
import { answersOptions } from "./sip-peer.js";

/** Real programs with the texts that `pbx_setup_guide` gives out, in their own place for one test. */

const run = promisify(execFile);

/** `test/peers/asterisk22` has these for its own accounts. */
const OWN_CONFIGURATION = new Set(["pjsip.conf", "extensions.conf"]);
const EMPTY = ["acl", "ccss", "cdr", "cel", "features", "manager", "pjproject", "udptl"];

export interface GeneratedAsterisk {
  readonly cli: (command: string) => Promise<string>;
  readonly log: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Pastes the texts into the files that they name, with a password where its placeholder stands. Only what a
 * customer adapts as well is changed: the address to listen at, and where the certificate is.
 */
export async function startGeneratedAsterisk(
  texts: readonly ConfigText[],
  password: string,
  firstRtpPort: number,
): Promise<GeneratedAsterisk> {
  const { command } = await findProgram("asterisk22");
  const folder = temporaryFolder("generated-asterisk", ["etc", "var", "spool", "run", "log", "tls"]);
  await writeCertificate(join(folder, "tls"), "pbx.test");
  const values = {
    FOLDER: folder,
    MODULES: await unpackedLibraries("asterisk22", "asterisk/modules"),
    DATA: join(cacheFolder, "asterisk22", "root/usr/share/asterisk"),
    RTP_FIRST: firstRtpPort,
    RTP_LAST: firstRtpPort + 99,
  };
  for (const file of await readdir(join(peersFolder, "asterisk22"))) {
    if (OWN_CONFIGURATION.has(file)) continue;
    await fillTemplate(join("asterisk22", file), join(folder, "etc", file), values);
  }
  for (const name of EMPTY) await writeFile(join(folder, "etc", `${name}.conf`), "");
  for (const file of OWN_CONFIGURATION) {
    const pasted = texts.filter(({ target }) => target === `/etc/asterisk/${file}`).map(({ text }) => text);
    const adapted = pasted
      .join("\n")
      .replaceAll(PASSWORD_PLACEHOLDER, password)
      .replaceAll("bind=0.0.0.0:", "bind=127.0.0.1:")
      .replaceAll("/etc/asterisk/keys/asterisk.", join(folder, "tls", "pbx.test."));
    await writeFile(join(folder, "etc", file), adapted);
  }
  const [program, ...argv] = [...command, "-C", join(folder, "etc", "asterisk.conf")] as const;
  const cli = async (line: string) =>
    (await run(program, [...argv, "-rx", line], { timeout: 10_000 })).stdout;
  const running = await startPeer({
    name: "generated-asterisk",
    command: [program, ...argv, "-f", "-q"],
    folder,
    logFile: "log/full",
    ready: async () => (await cli("core waitfullybooted")).includes("fully booted"),
  });
  return { cli, log: () => running.read("log/full"), stop: running.stop };
}

/** What a Kamailio needs around the text: modules, a listener, and the call of the route. */
const BASE = (port: number, more: string, body: string) => `#!KAMAILIO
debug=1
log_stderror=yes
children=2
tcp_children=1
disable_sctp=yes
auto_aliases=no
dns=no
rev_dns=no
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
${more}
request_route {
	if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
	force_rport();
${body}
}
`;

async function startKamailioWith(configuration: string, folder: string, port: number): Promise<PeerProcess> {
  const { command } = await findProgram("kamailio");
  await writeFile(join(folder, "kamailio.cfg"), configuration);
  const argv = ["-DD", "-E", "-f", "kamailio.cfg", "-w", folder, "-Y", "run", "-m", "64", "-M", "8"];
  return startPeer({
    name: "generated-kamailio",
    command: [...command, ...argv],
    folder,
    ready: () => answersOptions(port, "1001"),
  });
}

/** Kamailio with the text for its configuration file pasted in. */
export async function startKamailioWithHtable(
  { text }: ConfigText,
  password: string,
  port: number,
): Promise<PeerProcess> {
  const folder = temporaryFolder("generated-kamailio", ["run"]);
  const pasted = text.replaceAll(PASSWORD_PLACEHOLDER, password);
  const configuration = BASE(
    port,
    `loadmodule "htable.so"\n${pasted}`,
    '\tif (is_method("REGISTER")) route(TELZINO_REGISTER);',
  );
  return startKamailioWith(configuration, folder, port);
}

/** Kamailio whose subscriber was added by the text for the shell: the real `kamctl` on a database of text files. */
export async function startKamailioWithKamctl(
  { text }: ConfigText,
  password: string,
  port: number,
  domain: string,
): Promise<PeerProcess> {
  const folder = temporaryFolder("generated-kamailio", ["run", "db"]);
  const database = join(folder, "db");
  await cp("/usr/share/kamailio/dbtext/kamailio", database, { recursive: true });
  const shell = text.replaceAll(PASSWORD_PLACEHOLDER, password);
  const environment = { ...process.env, DBENGINE: "DBTEXT", DBTEXT_PATH: database };
  await run("/bin/sh", ["-ec", shell], { cwd: folder, env: environment, timeout: 10_000 });
  const more = `loadmodule "db_text.so"
loadmodule "auth_db.so"
modparam("auth_db", "db_url", "text://${database}")
modparam("auth_db", "calculate_ha1", 0)
modparam("auth_db", "password_column", "ha1")
modparam("auth_db", "use_domain", 1)
`;
  const body = `	if (!is_method("REGISTER")) { sl_send_reply("405", "Method Not Allowed"); exit; }
	if (!auth_check("${domain}", "subscriber", "1")) { auth_challenge("${domain}", "0"); exit; }
	save("location");
	exit;`;
  return startKamailioWith(BASE(port, more, body), folder, port);
}
