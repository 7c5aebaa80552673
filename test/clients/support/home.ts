import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Gate, openGate } from "./gate.js";
import { type ModelServer, startModel } from "./model-server.js";
import { type Outcome, run } from "./run.js";
import type { ScriptOptions, Step } from "./script.js";

/** A user's home folder with a project in it, a model for that user's client, and no way out of this machine. */
export interface Home {
  folder: string;
  project: string;
  model: ModelServer;
  gate: Gate;
  /** Writes a file below the home folder. */
  write(path: string, text: string): Promise<void>;
  /** Changes such a file. */
  change(path: string, how: (text: string) => string): Promise<void>;
  /** Puts a documented entry into a file of settings, as one does by hand. */
  addEntry(path: string, entry: string): Promise<void>;
  /** Runs a program as that user, in the project or another folder. */
  run(command: readonly string[], env?: Record<string, string>, cwd?: string): Promise<Outcome>;
  remove(): Promise<void>;
}

/** Both in one file of that format. */
const MERGES = {
  json: (text: string, entry: string) =>
    JSON.stringify({ ...JSON.parse(text || "{}"), ...JSON.parse(entry) }),
  toml: (text: string, entry: string) => `${text}\n${entry}`,
  // The file of a block has a head of its own.
  yaml: (text: string, entry: string) => `${text}${entry.slice(entry.indexOf("mcpServers:"))}`,
};

export async function makeHome(steps: readonly Step[], options?: ScriptOptions): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), "client-"));
  const project = join(folder, "project");
  await mkdir(project);
  const [model, gate] = await Promise.all([startModel(steps, options), openGate()]);
  const { PATH = "" } = process.env;
  const places = { HOME: folder, USERPROFILE: folder, XDG_CONFIG_HOME: join(folder, ".config") };
  const write = async (path: string, text: string) => {
    const whole = join(folder, path);
    await mkdir(dirname(whole), { recursive: true });
    await writeFile(whole, text);
  };
  return {
    ...{ folder, project, model, gate },
    write,
    change: async (path, how) => write(path, how(await readFile(join(folder, path), "utf8"))),
    async addEntry(path, entry) {
      const text = await readFile(join(folder, path), "utf8").catch(() => "");
      const [, format = ""] = /\.(\w+)$/.exec(path) ?? [];
      await write(path, MERGES[format as keyof typeof MERGES](text, entry));
    },
    run: (command, env = {}, cwd = project) =>
      run(command, { cwd, env: { PATH, ...places, ...gate.env, ...env } }),
    async remove() {
      await Promise.all([model.close(), gate.close()]);
      // A client may still be writing its last lines.
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
