import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Installed } from "./installed.js";
import type { Program } from "./program.js";

const { PATH = "" } = process.env;

/** The installed program on one Node, with its own home folder. */
export async function atHome(
  installed: Installed,
  node: string,
): Promise<Program & { remove(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), "home of-"));
  return {
    command: [node, installed.cli],
    cwd: installed.folder,
    env: {
      PATH,
      HOME: home,
      USERPROFILE: home,
      APPDATA: join(home, "AppData", "Roaming"),
      XDG_CONFIG_HOME: join(home, ".config"),
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/**
 * Anything run as someone whom a folder's mode binds (root, whom it does not, becomes no one), under a locale
 * whose letter I has no dot, and without a home folder unless one is given.
 */
export function bare(command: Program["command"], cwd: string, home?: string): Program {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const [file = "env", ...args] = [...(process.getuid?.() === 0 ? nobody : []), "env"];
  // A client's transport passes the home folder on by itself.
  const forgotten = home === undefined ? ["-u", "HOME"] : [];
  const env = {
    PATH,
    LANG: "tr_TR.UTF-8",
    LC_ALL: "tr_TR.UTF-8",
    ...(home === undefined ? {} : { HOME: home }),
  };
  return { command: [file, ...args, ...forgotten, ...command], cwd, env };
}
