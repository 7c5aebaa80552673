// Writes the version, the mcpName and the repository of package.json into every other manifest and the lock file.
// With `--owner NAME` it first writes the GitHub owner into package.json: repository, homepage, bugs and mcpName.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const root = dirname(import.meta.dirname);
const { owner } = parseArgs({ options: { owner: { type: "string" } } }).values;
if (owner !== undefined) setOwner(owner);
const { version, mcpName, repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

for (const path of [
  "server.json",
  "packaging/mcpb/manifest.json",
  "packaging/claude-code/.claude-plugin/plugin.json",
  ".claude-plugin/marketplace.json",
  "gemini-extension.json",
]) {
  const text = readFileSync(join(root, path), "utf8");
  let synced = text.replaceAll(/("version": )"[^"]*"/g, `$1"${version}"`);
  if (path === "server.json") {
    synced = synced.replace(/("name": )"[^"]*"/, `$1"${mcpName}"`);
    synced = synced.replace(/ {2}"repository": .*\n/, "");
    if (repository !== undefined) {
      const url = repository.url.replace(/^git\+|\.git$/g, "");
      synced = synced.replace(
        /^ {2}"version": .*\n/m,
        (line) => `  "repository": { "url": "${url}", "source": "github" },\n${line}`,
      );
    }
  }
  if (synced !== text) writeFileSync(join(root, path), synced);
}

// The tag of the image that deploy/ runs and docs/hosting.md builds.
for (const path of [
  "deploy/compose.yaml",
  "deploy/Dockerfile",
  "deploy/kubernetes/deployment.yaml",
  "deploy/kubernetes/kustomization.yaml",
  "docs/hosting.md",
]) {
  const text = readFileSync(join(root, path), "utf8");
  let synced = text.replaceAll(
    /(telzino-sip-mcp:|newTag: |image\.version="|"title":"Telzino SIP","version":")\d+\.\d+\.\d+/g,
    `$1${version}`,
  );
  if (path === "deploy/Dockerfile") synced = withSource(synced);
  if (synced !== text) writeFileSync(join(root, path), synced);
}

// npm writes both of these too, but only with the network and a reinstall.
const lockPath = join(root, "package-lock.json");
const lock = readFileSync(lockPath, "utf8");
const lockSynced = lock
  .replace(/^( {2}"version": )"[^"]*"/m, `$1"${version}"`)
  .replace(/^( {4}"": \{\n {6}"name": "[^"]*",\n {6}"version": )"[^"]*"/m, `$1"${version}"`);
if (lockSynced !== lock) writeFileSync(lockPath, lockSynced);

/** The image's label that leads to the repository, behind that of the version. */
function withSource(dockerfile) {
  const label = "org.opencontainers.image.source";
  const without = dockerfile.replace(new RegExp(` \\\\\\n +${label}="[^"]*"`), "");
  if (repository === undefined) return without;
  const url = repository.url.replace(/^git\+|\.git$/g, "");
  return without.replace(/image\.version="[^"]*"/, (version) => `${version} \\\n      ${label}="${url}"`);
}

/** The one place that names the owner is package.json; an earlier owner is replaced. */
function setOwner(name) {
  if (!/^[a-z\d](?:[a-z\d-]{0,37}[a-z\d])?$/i.test(name))
    throw new Error("--owner must be a GitHub user or organization");
  const path = join(root, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const address = `https://github.com/${name}/${manifest.name}`;
  const {
    name: packageName,
    version: own,
    description,
    license,
    mcpName: _,
    repository: __,
    ...rest
  } = manifest;
  const changed = {
    name: packageName,
    version: own,
    description,
    license,
    ...rest,
    repository: { type: "git", url: `git+${address}.git` },
    homepage: `${address}#readme`,
    bugs: `${address}/issues`,
    mcpName: `io.github.${name}/${packageName}`,
  };
  writeFileSync(path, `${JSON.stringify(changed, null, 2)}\n`);
}
