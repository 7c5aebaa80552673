import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { enter } from "../support/entry.js";
import { CLI } from "../support/spawned.js";
import { newerNode } from "./support/clients.js";
import { type Home, makeHome } from "./support/home.js";
import { type HostedServer, startHosted } from "./support/hosted.js";
import { lacks, packagesOf } from "./support/installed.js";
import { expectWholeWay, PASSWORD, wholeWay } from "./support/whole-way.js";

/** The programs in `examples/`, with a model that follows a script. */

const EXAMPLES = join(import.meta.dirname, "../../examples");
const FRAMEWORKS = ["ai-sdk", "openai-agents", "langchain", "mastra"];
const PROMPT = "Connect the agent Front Desk to extension 1001 of our PBX.";
const LAST = "Front Desk is registered.";

let folder: string;
let node: string;
beforeAll(async () => {
  [node, folder] = await Promise.all([newerNode(), mkdtemp(join(tmpdir(), "examples-"))]);
  // As in a checkout, with the build two folders above.
  await symlink(dirname(CLI), join(folder, "dist"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let home: Home;
let hosted: HostedServer;
beforeEach(async () => {
  hosted = await startHosted();
});
afterEach(async () => {
  await home?.remove();
  await hosted?.close();
});

/** A copy of an example with its packages, in which it is run. */
async function copyOf(name: string): Promise<string> {
  const copy = join(folder, "examples", name);
  await mkdir(dirname(copy), { recursive: true });
  const isSource = (path: string) => !path.endsWith("node_modules");
  await cp(join(EXAMPLES, name), copy, { recursive: true, filter: isSource });
  await symlink(packagesOf(name), join(copy, "node_modules")).catch(() => {});
  return copy;
}

const modelAt = ({ url }: { url: string }) => ({
  ...{ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "not-a-key" },
  // Node's own fetch goes through the gate too, then.
  NODE_USE_ENV_PROXY: "1",
});
const overHttp = () => ({ TELZINO_MCP_URL: hosted.url, TELZINO_MCP_TOKEN: hosted.token });

function expectDone(stdout: string): void {
  expect(home.model.failures).toEqual([]);
  expect(home.gate.strangers).toEqual([]);
  expect(stdout).toContain(LAST);
  expectWholeWay(home.model.model);
}

describe.each(FRAMEWORKS)("%s", (name) => {
  describe.skipIf(lacks(name))("", () => {
    async function run(env: Record<string, string>): Promise<void> {
      const outcome = await home.run(
        [node, "agent.mjs", PROMPT],
        { ...modelAt(home.model), ...env },
        await copyOf(name),
      );
      expect(home.model.failures).toEqual([]);
      expect(outcome).toMatchObject({ code: 0 });
      expectDone(outcome.stdout);
    }

    it("goes the whole way over stdio", async () => {
      const { sandbox, pbx } = hosted;
      home = await makeHome(
        wholeWay(
          () => pbx,
          async (url) => expect((await enter(url, PASSWORD)).status).toBeLessThan(300),
        ),
      );
      await run({
        TELZINO_API_URL: sandbox.apiUrl.href,
        TELZINO_CLIENT_ID: sandbox.clientId,
        TELZINO_CLIENT_SECRET: sandbox.clientSecret.reveal(),
      });
    });

    it("goes the whole way over HTTP", async () => {
      home = await makeHome(wholeWay(() => hosted.pbx, hosted.enter));
      await run(overHttp());
    });
  });
});

describe.skipIf(lacks("chatbot"))("chatbot", () => {
  it("has at most 40 lines", async () => {
    const text = await readFile(join(EXAMPLES, "chatbot", "chatbot.mjs"), "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });

  it("goes the whole way over HTTP, and answers each message", async () => {
    home = await makeHome(wholeWay(() => hosted.pbx, hosted.enter));
    const env = { ...modelAt(home.model), ...overHttp(), ...home.gate.env };
    const child = spawn(node, ["chatbot.mjs"], { cwd: await copyOf("chatbot"), env });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    child.stdin.end(`${PROMPT}\nThank you.\n`);
    const [code] = await once(child, "close");
    expect({ code, said }).toEqual({ code: 0, said: `${LAST}\n${LAST}\n` });
    expectDone(said);
  });
});
