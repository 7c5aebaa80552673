// Before `npm publish`: refuses until the owner is set, since a published package keeps the addresses that it has.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const { repository, homepage, bugs, mcpName } = JSON.parse(
  readFileSync(join(dirname(import.meta.dirname), "package.json"), "utf8"),
);
const owner = /^git\+https:\/\/github\.com\/([^/]+)\//.exec(repository?.url ?? "")?.[1];
if (owner === undefined || !homepage || !bugs || mcpName !== `io.github.${owner}/telzino-sip-mcp`) {
  console.error(
    "Not published: package.json names no owner yet. Run: node scripts/sync-version.mjs --owner <GitHub user or organization>",
  );
  process.exitCode = 1;
}
