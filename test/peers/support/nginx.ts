import { chmodSync, existsSync, readFileSync } from "node:fs";
import type { Folder } from "../../support/hosting.js";
import { startProxy } from "./reverse-proxy.js";

const CONFIG = new URL("../../../deploy/nginx.conf", import.meta.url);

/** Debian's nginx; `undefined` where there is none. */
export const NGINX: string | undefined = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].find((path) =>
  existsSync(path),
);

/**
 * `deploy/nginx.conf` with other addresses and paths, and nothing else changed.
 *
 * @param options.upstreams ports of the three replicas on loopback.
 * @param options.marks alternatives in the file to take in.
 */
export function writeConfig(
  folder: Folder,
  options: {
    upstreams: readonly [number, number, number];
    plain: number;
    tls?: number;
    marks?: ("tls" | "prefix")[];
  },
): string {
  // nginx's workers are another user's, where it was started by root.
  chmodSync(folder.path, 0o755);
  const { upstreams, plain, tls = 0, marks = [] } = options;
  const text = marks.reduce((file, mark) => file.replaceAll(`#${mark} `, ""), readFileSync(CONFIG, "utf8"));
  return folder.write(
    `nginx-${plain}.conf`,
    text
      .replace(/mcp-(\d):3000/g, (_place, number) => `127.0.0.1:${upstreams[Number(number) - 1]}`)
      .replace("listen 8080;", `listen 127.0.0.1:${plain};`)
      .replace("listen 8443 ", `listen 127.0.0.1:${tls} `)
      .replaceAll("/etc/nginx/tls/", `${folder.path}/`)
      .replaceAll("/dev/stdout", `${folder.path}/access.log`)
      .replaceAll("/tmp/nginx", `${folder.path}/nginx`),
  );
}

/** Starts nginx and waits until `port` answers. @returns what stops it. @throws when it ends before that. */
export function startNginx(config: string, port: number): Promise<() => Promise<void>> {
  return startProxy(NGINX ?? "nginx", ["-c", config, "-g", "daemon off;"], port);
}
