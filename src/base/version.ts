import { readFileSync } from "node:fs";

interface PackageFacts {
  name: string;
  version: string;
  engines: { node: string };
}

/** Written in by the build; undefined when the sources run unbundled. */
declare const PACKAGE_FACTS: PackageFacts | undefined;

const facts = typeof PACKAGE_FACTS === "undefined" ? readFacts() : PACKAGE_FACTS;

/** `package.json` is one folder above this file. */
function readFacts(): PackageFacts {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as PackageFacts;
}

/** The package's and the command's name. */
export const NAME = facts.name;
export const VERSION = facts.version;
/** The oldest Node.js that is supported, e.g. `20.18.1`. */
export const MINIMUM_NODE = facts.engines.node.replace(/^\D*/, "");
