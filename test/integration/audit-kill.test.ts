import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AgentsApi, agentId, agentsOnWire, serveAgents } from "../support/agents-api.js";
import { CLI } from "../support/spawned.js";

const AGENTS = 350;
/** Those, and their four pages. */
const REQUESTS = AGENTS + 4;
/** Reads that are under way at once: those of one that was killed may still come in. */
const UNDER_WAY = 16;
/** Lines that are written together go with them. */
const LOST_BY_KILL = 100 + UNDER_WAY;
const DOWN = 7;

let api: AgentsApi;
beforeAll(async () => {
  api = await serveAgents(agentsOnWire(AGENTS));
  api.states.set(agentId(DOWN), "REGISTER_TIMEOUT_STATE");
});
afterAll(() => api.close());

const statuses = () => api.requests.filter((request) => request.endsWith("/status")).length;

/** One run of the built program. @param killAt which of its requests it is killed at; beyond the last: not at all. */
async function audit(state: string, killAt = Number.POSITIVE_INFINITY) {
  const before = statuses();
  const child = spawn(
    process.execPath,
    [CLI, "audit", "--json", "--rate", "1000", "--state", state, "--log-level", "error"],
    {
      env: { PATH: process.env.PATH, TELZINO_API_URL: api.url, TELZINO_ACCESS_TOKEN: "t0ken-of-the-account" },
    },
  );
  let asked = 0;
  api.refuse = () => {
    asked += 1;
    if (asked === killAt) child.kill("SIGKILL");
    return undefined;
  };
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const [code, signal] = await once(child, "close");
  return { code, signal, printed, read: statuses() - before };
}

interface Kept {
  head: { startedAt: number };
  agents: { id: string; since: number }[];
}

/** A finished audit, every line of which can be read. */
function kept(path: string): Kept {
  const [head, ...agents] = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        // The half that a kill has left.
        return [];
      }
    });
  return { head, agents };
}

describe("an audit that is killed with SIGKILL, wherever it is", () => {
  it("goes on there, reads each agent once but for what was not written, and leaves the last audit whole", async () => {
    const points = fc.array(fc.integer({ min: 1, max: REQUESTS + 20 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(points, async (killedAt) => {
        const folder = mkdtempSync(join(tmpdir(), "audit-kill-"));
        const state = join(folder, "audit.jsonl");
        try {
          await audit(state);
          const first = readFileSync(state, "utf8");
          const since = kept(state).agents.find(({ id }) => id === agentId(DOWN))?.since;
          let read = 0;
          let kills = 0;
          let isFinished = false;
          for (const at of killedAt) {
            const run = await audit(state, at);
            read += run.read;
            isFinished = run.signal === null;
            if (isFinished) break;
            kills += 1;
            // Killed at its very end, it may have been renamed.
            if (existsSync(`${state}.part`)) expect(readFileSync(state, "utf8")).toBe(first);
            else break;
          }
          if (!isFinished && existsSync(`${state}.part`)) {
            const last = await audit(state);
            read += last.read;
            const { counts, agents, resumed } = JSON.parse(last.printed);
            expect(last.code).toBe(1);
            expect(counts).toMatchObject({ down: 1, registered: AGENTS - 1, unread: 0 });
            expect(new Set(agents.map(({ id }: { id: string }) => id)).size).toBe(AGENTS);
            expect(last.read).toBeGreaterThanOrEqual(AGENTS - resumed);
            expect(last.read).toBeLessThanOrEqual(AGENTS - resumed + UNDER_WAY);
          }
          expect(read).toBeLessThanOrEqual(AGENTS + kills * LOST_BY_KILL);
          const { agents } = kept(state);
          expect(agents.map(({ id }) => id).sort()).toEqual(agentsOnWire(AGENTS).map(({ id }) => id));
          expect(agents.find(({ id }) => id === agentId(DOWN))?.since).toBe(since);
          expect(readdirSync(folder)).toEqual(["audit.jsonl"]);
          expect(readFileSync(state, "utf8")).not.toMatch(/mulberry|"password"/);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 4 },
    );
  }, 240_000);
});
