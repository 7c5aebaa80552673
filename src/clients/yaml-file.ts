import { type Document, isMap, isPair, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from "yaml";
import { CREDENTIAL_VARIABLES, type Entry, SERVER } from "./entry.js";
import { ClientFileError, positionOf } from "./file-error.js";
import type { OwnPart, Span } from "./own-part.js";
import type { Client } from "./table.js";

const BOM = "\uFEFF";
/** Keys of an element that are this program's. Others in the same element are the user's, and stay. */
const KEYS = ["type", "command", "args", "url", "apiKey"] as const;
/** What a file of servers begins with. */
export const YAML_HEAD: Readonly<Record<string, string>> = { name: SERVER, version: "1.0.0", schema: "v1" };

/** As it is read; undefined: there is nothing in it. @throws ClientFileError */
function read(text: string): Document | undefined {
  if (/^\uFEFF?\s*$/.test(text)) return undefined;
  let document: Document;
  try {
    // A blank for the byte order mark, so positions stay the same.
    document = parseDocument(text.replace(/^\uFEFF/, " "), { prettyErrors: false });
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) throw new ClientFileError("the file is nested too deeply");
    throw error;
  }
  const [first] = document.errors;
  if (first) throw new ClientFileError(`not YAML: ${first.code}`, positionOf(text, first.pos[0]));
  if (document.contents !== null && !isMap(document.contents)) {
    throw new ClientFileError("the file must hold one mapping", positionOf(text, 0));
  }
  return document;
}

/** The list of servers, and this server's element of it. @throws ClientFileError */
function find(text: string, document: Document, root: string) {
  const servers = document.get(root);
  if (servers === undefined || servers === null) return { servers: undefined, own: undefined };
  if (!isSeq(servers)) throw new ClientFileError(`${root} must be a list`, positionOf(text, 0));
  const own = servers.items.find((item) => isMap(item) && item.get("name") === SERVER);
  return { servers, own: own as YAMLMap | undefined };
}

/**
 * Puts the entry into the text of a client's YAML file. Of an element that is there only this program's own keys and
 * credentials are changed. Comments and whatever else is in the file stay, laid out as the library lays out YAML.
 *
 * @throws ClientFileError
 */
export function putYaml(text: string, client: Client, entry: Entry): string {
  const document = read(text) ?? parseDocument("");
  const isEmpty = document.contents === null;
  if (isEmpty) document.contents = document.createNode(YAML_HEAD) as unknown as Document["contents"];
  const { servers, own } = find(text, document, client.root);
  const element = own ?? (document.createNode({ name: SERVER }) as YAMLMap);
  const changes = [
    ...KEYS.map((key) => put(document, element, key, entry[key])),
    putVariables(text, document, element, entry),
  ];
  if (own && !changes.includes(true)) return text;
  if (!own) {
    if (servers) servers.add(element);
    else document.set(client.root, document.createNode([element]));
  }
  return written(text, document);
}

/** Whether that changed anything. */
function put(document: Document, map: YAMLMap, key: string, value: Entry[keyof Entry]): boolean {
  const node = map.get(key, true);
  const before = JSON.stringify(
    (node as { toJS?(document: Document): unknown } | undefined)?.toJS?.(document),
  );
  if (value === undefined) return map.delete(key);
  if (before === JSON.stringify(value)) return false;
  map.set(key, document.createNode(value, { flow: Array.isArray(value) }));
  return true;
}

/** Variables that are neither credentials nor in the entry are the user's. @throws ClientFileError */
function putVariables(text: string, document: Document, element: YAMLMap, entry: Entry): boolean {
  const there = element.get("env");
  // Nothing is started that could have variables.
  if (entry.command === undefined) return element.delete("env");
  if (there !== undefined && there !== null && !isMap(there)) {
    throw new ClientFileError("env must be a mapping", positionOf(text, element.range?.[0] ?? 0));
  }
  const wanted = entry.env ?? {};
  const variables = there ? (there as YAMLMap) : (document.createNode({}) as YAMLMap);
  const names = new Set<string>([...CREDENTIAL_VARIABLES, ...Object.keys(wanted)]);
  const changed = [...names].map((name) => put(document, variables, name, wanted[name])).includes(true);
  if (there && variables.items.length === 0) return element.delete("env");
  if (!there && variables.items.length > 0) element.set("env", variables);
  return changed;
}

/** Takes the element out again, and all of a file that holds nothing else. @throws ClientFileError */
export function removeYaml(text: string, client: Client): string {
  const document = read(text);
  if (!document) return text;
  const { servers, own } = find(text, document, client.root);
  if (!servers || !own) return text;
  servers.items.splice(servers.items.indexOf(own), 1);
  if (servers.items.length === 0) document.delete(client.root);
  const rest = written(text, document);
  return rest === written(text, new (document.constructor as typeof Document)(YAML_HEAD)) ? "" : rest;
}

/** Strings in double quotes, each on one line: they are shown as they are written. */
function written(before: string, document: Document): string {
  const text = document.toString({
    lineWidth: 0,
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    flowCollectionPadding: false,
  });
  const lines = before.includes("\r\n") ? text.replace(/\r?\n/g, "\r\n") : text;
  return before.startsWith(BOM) ? `${BOM}${lines.trimStart()}` : lines;
}

/** What of a client's YAML file is this server's: its element, and the head that it began the file with. */
export function ownYaml(text: string, client: Client): OwnPart {
  const document = read(text);
  if (!document || !isMap(document.contents)) return { entries: [], frame: [], separator: ":" };
  const { own } = find(text, document, client.root);
  const pairs = document.contents.items.filter(isPair) as Pair[];
  const head = pairs.filter(({ key, value }) => {
    const name = isScalar(key) ? YAML_HEAD[String(key.value)] : undefined;
    return name !== undefined && isScalar(value) && value.value === name;
  });
  const list = own && pairs.find(({ key }) => isScalar(key) && key.value === client.root);
  const from = own?.range?.[0] ?? 0;
  const dash = own ? /-\s*$/.exec(text.slice(0, from))?.index : undefined;
  return {
    entries: [...head.flatMap(spanOf), ...(own?.range ? [{ from, to: own.range[1] }] : [])],
    frame: [
      ...(list ? keyOf(text, list) : []),
      ...(dash === undefined ? [] : [{ from: dash, to: dash + 1 }]),
    ],
    separator: ":",
  };
}

function spanOf({ key, value }: Pair): Span[] {
  const [from, to] = [
    isScalar(key) ? key.range?.[0] : undefined,
    isScalar(value) ? value.range?.[1] : undefined,
  ];
  return from === undefined || to === undefined ? [] : [{ from, to }];
}

/** Key and colon of a pair. */
function keyOf(text: string, { key }: Pair): Span[] {
  const range = isScalar(key) ? key.range : undefined;
  if (!range) return [];
  const [from, to] = range;
  return [{ from, to: text[to] === ":" ? to + 1 : to }];
}
