import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BOTH, INITIALIZE, newerRequest, rpc, send } from "../support/http-front.js";
import { newerMeta } from "../support/mcp.js";
import { CLI, SpawnedServer } from "../support/spawned.js";
import { spawnHttp } from "../support/spawned-http.js";

/** What the built program reads for a client of either era: the newer SDK is for who asks for it. */

const PRELOADED = new URL("../support/read-files.mjs", import.meta.url).href;
const dist = dirname(CLI);
/** Files with a word of the newer SDK's in them. */
const newerFiles = ["../start.js", "../cli.js", ...readdirSync(join(dist, "chunks"))].filter((name) =>
  readFileSync(join(dist, "chunks", name), "utf8").includes("io.modelcontextprotocol/subscriptionId"),
);

let folder: string;
let env: Record<string, string>;
let server: SpawnedServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "read-files-"));
  env = { READ_FILES: join(folder, "names"), NODE_OPTIONS: `--import ${PRELOADED}` };
});
afterEach(async () => {
  await server?.kill();
  server = undefined;
  rmSync(folder, { recursive: true });
});

function read(): string[] {
  return readFileSync(join(folder, "names"), "utf8").trim().split("\n");
}

const ofNewer = () => read().filter((name) => newerFiles.includes(name));

describe("a start", () => {
  // With --sandbox too, but what that starts is read soon after.
  it.each([
    [[]],
    [["--read-only"]],
    [["--agent-id", "11111111-1111-4111-8111-111111111111", "--test-calls"]],
    [["--entry-port", "0", "--api-url", "http://127.0.0.1:9", "--log-level", "error"]],
    ["files"],
  ])("with %j reads one file of the program up to the list of tools", async (given) => {
    const secrets = join(folder, "secrets");
    writeFileSync(secrets, "OFFICE=of-the-office\n", { mode: 0o600 });
    const files = ["--secrets-file", secrets, "--log-file", join(folder, "log")];
    server = new SpawnedServer(given === "files" ? files : [...given], env);
    await server.initialize();
    await server.request("tools/list");
    expect(read().filter((name) => name.endsWith(".js"))).toEqual(["start.js"]);
  });
});

describe("the newer SDK", () => {
  it("is in its own file", () => {
    expect(newerFiles).toHaveLength(1);
    expect(newerFiles[0]).toMatch(/^chunk-/);
  });

  it("is not read for a client of the older era over stdio", async () => {
    server = new SpawnedServer([], env);
    await server.initialize();
    await server.request("tools/list");
    expect(read()).toEqual(["start.js"]);
    await server.callTool("list_pbx_presets", { query: "3cx" });
    expect(read().length).toBeGreaterThan(2);
    expect(ofNewer()).toEqual([]);
  });

  it("is read with the first message that is of the newer", async () => {
    server = new SpawnedServer([], env);
    await server.request("server/discover", { _meta: newerMeta() });
    expect(ofNewer()).toEqual(newerFiles);
  });

  it.each([[[]], [["--sessions"]]])(
    "is read over HTTP with the first request of the newer, with %j",
    async (flags) => {
      const http = await spawnHttp(["--no-auth", ...flags], env);
      server = http.process;
      const port = Number(new URL(http.url).port);
      const older = flags.length === 0 ? rpc("tools/list") : INITIALIZE;
      expect((await send(port, { headers: BOTH, body: older })).status).toBe(200);
      expect(ofNewer()).toEqual([]);
      expect((await send(port, newerRequest("tools/list"))).status).toBe(200);
      expect(ofNewer()).toEqual(newerFiles);
    },
  );
});
