import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Folder } from "../../support/hosting.js";
import { startProxy } from "./reverse-proxy.js";

const CONFIG = new URL("../../../deploy/Caddyfile", import.meta.url);

/** Debian's Caddy, or the one that `CADDY` names; `undefined` where there is none. */
export const CADDY: string | undefined = [process.env.CADDY ?? "", "/usr/bin/caddy"].find((path) =>
  existsSync(path),
);

/**
 * `deploy/Caddyfile` with other addresses, a certificate that is there, and a log file; nothing else changed. The folder has
 * `tls.crt` and `tls.key`.
 *
 * @param options.upstreams ports of the three replicas on loopback.
 * @param options.prefix takes the lines for a public URL with a path.
 */
export function writeCaddyfile(
  folder: Folder,
  { upstreams, tls, prefix = false }: { upstreams: readonly number[]; tls: number; prefix?: boolean },
): string {
  const file = readFileSync(CONFIG, "utf8");
  const text = prefix
    ? file.replace(/^\t@(page|mcp) path .*\n/gm, "").replace(/^\t# @(?=page|mcp)/gm, "\t@")
    : file;
  const site = `localhost:${tls} {\n\tbind 127.0.0.1\n\ttls ${folder.path}/tls.crt ${folder.path}/tls.key`;
  return folder.write(
    `Caddyfile-${tls}`,
    text
      .replace("{\n", "{\n\tadmin off\n\tauto_https disable_redirects\n")
      .replace("sip.example.com {", site)
      .replace(/^\tlog$/m, `\tlog {\n\t\toutput file ${folder.path}/access.log\n\t}`)
      .replace(/mcp-(\d):3000/g, (_place, number) => `127.0.0.1:${upstreams[Number(number) - 1]}`),
  );
}

/** Starts Caddy and waits until `port` answers. @returns what stops it. @throws when it ends before that. */
export function startCaddy(folder: Folder, config: string, port: number): Promise<() => Promise<void>> {
  const args = ["run", "--adapter", "caddyfile", "--config", config];
  const own = { HOME: folder.path, XDG_DATA_HOME: join(folder.path, "data") };
  return startProxy(CADDY ?? "caddy", args, port, own);
}
