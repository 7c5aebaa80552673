import { type Entry, launchOf } from "./entry.js";
import { ownJson, putJson, removeJson } from "./json-file.js";
import type { OwnPart } from "./own-part.js";
import { type Client, entryOf } from "./table.js";
import { ownToml, putToml, removeToml } from "./toml-file.js";
import { ownYaml, putYaml, removeYaml, YAML_HEAD } from "./yaml-file.js";

/** What can be done with a client's file, as text. */
interface Format {
  /** @throws ClientFileError */
  put(text: string, client: Client, entry: Entry): string;
  /** @throws ClientFileError */
  remove(text: string, client: Client): string;
  /** @throws ClientFileError */
  own(text: string, client: Client): OwnPart;
}

const FORMATS: Readonly<Record<Client["format"], Format>> = {
  json: { put: putJson, remove: removeJson, own: ownJson },
  toml: { put: putToml, remove: removeToml, own: ownToml },
  yaml: { put: putYaml, remove: removeYaml, own: ownYaml },
};

export function formatOf(client: Client): Format {
  return FORMATS[client.format];
}

/**
 * The values that this program writes into a client's file and that may be shown, as they are written, with their
 * quotes. Credentials are not among them, only references to them.
 *
 * @param entries what is written besides the usual entries; they hold no credentials.
 */
export function literalsOf(client: Client, ...entries: readonly Entry[]): Set<string> {
  const usual = [launchOf("linux", ["--sandbox"]), launchOf("win32")].map((launch) =>
    entryOf(client, launch, { kind: "reference" }),
  );
  const head = client.format === "yaml" ? YAML_HEAD : [];
  const inputs = [client.inputs ?? [], client.http?.inputs ?? []];
  return new Set(leavesOf([usual, entries, inputs, head]).map((value) => JSON.stringify(value)));
}

function leavesOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}
