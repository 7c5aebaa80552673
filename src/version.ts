import { readFileSync } from "node:fs";

interface PackageFacts {
  name: string;
  version: string;
  engines: { node: string };
}

/** `package.json` stands one folder above this file, in `src/` and in `dist/` alike. */
const facts = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as PackageFacts;

/** The package's and the command's name. */
export const NAME = facts.name;
export const VERSION = facts.version;
/** The oldest Node.js that is supported, e.g. `20.18.1`. */
export const MINIMUM_NODE = facts.engines.node.replace(/^\D*/, "");
