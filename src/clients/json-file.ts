import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { CREDENTIAL_VARIABLES, type Entry, OWN_KEYS, SERVER } from "./entry.js";
import { ClientFileError, positionOf } from "./file-error.js";
import type { OwnPart, Span } from "./own-part.js";
import type { Client, PromptInput } from "./table.js";

const BOM = "\uFEFF";

/** A file's text while it is changed: comments, trailing commas, line ends and indentation stay. */
class JsonText {
  text: string;
  readonly #bom: string;

  constructor(text: string) {
    this.#bom = text.startsWith(BOM) ? BOM : "";
    const body = text.slice(this.#bom.length);
    this.text = body.trim() === "" ? `{}${/\r\n/.test(body) ? "\r\n" : "\n"}` : body;
    this.tree();
  }

  /** @throws ClientFileError where the text is not JSON, not even with comments. */
  tree(): Node {
    const errors: ParseError[] = [];
    let tree: Node | undefined;
    try {
      tree = parseTree(this.text, errors, { allowTrailingComma: true });
    } catch (error) {
      // The parser calls itself for each level.
      if (error instanceof RangeError) throw new ClientFileError("the file is nested too deeply");
      throw error;
    }
    const [first] = errors;
    if (first)
      throw new ClientFileError(printParseErrorCode(first.error), positionOf(this.text, first.offset));
    if (tree?.type !== "object")
      throw new ClientFileError("the file must hold one object", positionOf(this.text, 0));
    return tree;
  }

  at(path: JSONPath): Node | undefined {
    return findNodeAtLocation(this.tree(), path);
  }

  value(path: JSONPath): unknown {
    const node = this.at(path);
    return node && getNodeValue(node);
  }

  /** `undefined` removes. Nothing is touched where the value is already there. */
  set(path: JSONPath, value: unknown): void {
    const before = this.value(path);
    if (value === undefined ? before === undefined : JSON.stringify(before) === JSON.stringify(value)) return;
    if (value === undefined) {
      this.#remove(path);
      return;
    }
    const edits = modify(this.text, path, value, {});
    this.text = applyEdits(
      this.text,
      edits.map((edit) =>
        edit.length === 0 ? { ...edit, content: this.#laidOut(edit.content, path) } : edit,
      ),
    );
  }

  /** Takes out a property or an element. jsonc-parser's own removal takes what is after an array's last element too. */
  #remove(path: JSONPath): void {
    const value = this.at(path);
    const node = value?.parent?.type === "property" ? value.parent : value;
    const siblings = node?.parent?.children ?? [];
    if (!node) return;
    const index = siblings.indexOf(node);
    const [before, after] = [siblings[index - 1], siblings[index + 1]];
    const from = before ? before.offset + before.length : node.offset;
    const to = !before && after ? after.offset : node.offset + node.length;
    this.text = this.text.slice(0, from) + this.text.slice(to);
  }

  /**
   * Text for what is put in, laid out as the file is. jsonc-parser's own layout is not used: it lays out neighbours
   * on the same line too.
   */
  #laidOut(content: string, path: JSONPath): string {
    const parent = this.at(path.slice(0, -1)) ?? this.tree();
    const inside = this.text.slice(parent.offset, parent.offset + parent.length);
    const empty = parent.children?.length === 0;
    if (!inside.includes("\n") && !empty) return content;
    const eol = this.text.includes("\r\n") ? "\r\n" : "\n";
    const unit = /^([ \t]+)\S/m.exec(this.text)?.[1] ?? "  ";
    const comma = content.startsWith(",") ? "," : "";
    const bare = content.slice(comma.length);
    // A property is not a JSON text by itself: it is formatted within braces, which are then removed.
    const element = parent.type === "array";
    const depth = this.#depth(parent) + 1;
    const lines = JSON.stringify(JSON.parse(element ? bare : `{${bare}}`), null, unit).split("\n");
    const body = element ? lines : lines.slice(1, -1).map((line) => line.slice(unit.length));
    const end = empty ? `${eol}${unit.repeat(depth - 1)}` : "";
    return `${comma}${body.map((line) => `${eol}${unit.repeat(depth)}${line}`).join("")}${end}`;
  }

  #depth(node: Node): number {
    let depth = 0;
    for (let at = node.parent; at; at = at.parent) if (at.type !== "property") depth += 1;
    return depth;
  }

  /** @throws ClientFileError if something other than that is there. */
  expect(path: JSONPath, type: "object" | "array"): void {
    const node = this.at(path);
    if (node && node.type !== type) {
      throw new ClientFileError(`${path.join(".")} must be an ${type}`, positionOf(this.text, node.offset));
    }
  }

  removeIfEmpty(path: JSONPath): void {
    if (this.at(path)?.children?.length === 0) this.set(path, undefined);
    if (/^\s*\{\s*\}\s*$/.test(this.text)) this.text = this.text.replace(/\{\s*\}/, "{}");
  }

  toString(): string {
    return `${this.#bom}${this.text}`;
  }
}

/**
 * Puts the entry into the text of a client's file. Of an entry that is there already only this program's own keys
 * and credentials are changed.
 *
 * @throws ClientFileError
 */
export function putJson(text: string, client: Client, entry: Entry): string {
  const json = new JsonText(text);
  const path = [client.root, SERVER];
  json.expect([client.root], "object");
  json.expect(path, "object");
  refuseNewerForm(json, client);
  if (!json.at(path)) json.set(path, entry);
  const variables = client.variables ?? "env";
  json.expect([...path, variables], "object");
  json.expect([...path, "headers"], "object");
  for (const key of OWN_KEYS) json.set([...path, key], entry[key]);
  if (entry.command === undefined) {
    // Nothing is started that could have variables.
    json.set([...path, variables], undefined);
    json.set([...path, "headers", "Authorization"], entry.headers?.Authorization);
  } else {
    json.set([...path, "headers"], undefined);
    const wanted = entry[variables] ?? {};
    for (const name of new Set([...CREDENTIAL_VARIABLES, ...Object.keys(wanted)]))
      json.set([...path, variables, name], wanted[name]);
    if (!entry[variables]) json.removeIfEmpty([...path, variables]);
  }
  putInputs(json, entry.command === undefined ? httpInputs(client) : entry.env && client.inputs, client);
  return json.toString();
}

/** The client reads either form, but not both in one file. @throws ClientFileError */
function refuseNewerForm(json: JsonText, { root, newerForm }: Client): void {
  if (newerForm === undefined) return;
  const path = [root, newerForm];
  const node = json.at(path);
  if (node?.type !== "object" || json.at([...path, "type"])?.type === "string") return;
  const problem = `${path.join(".")} is a newer form than install writes: add the entry there by hand`;
  throw new ClientFileError(problem, positionOf(json.text, node.offset));
}

function httpInputs({ http }: Client): readonly PromptInput[] {
  return http?.inputs ?? [];
}

/** What the client may ask for on behalf of this server, whatever its entry is. */
function knownInputs(client: Client): readonly PromptInput[] {
  return [...(client.inputs ?? []), ...httpInputs(client)];
}

/** Removes the entry, and anything that only it needed. @throws ClientFileError */
export function removeJson(text: string, client: Client): string {
  const json = new JsonText(text);
  const before = json.text;
  json.expect([client.root], "object");
  if (json.at([client.root, SERVER])) {
    json.set([client.root, SERVER], undefined);
    json.removeIfEmpty([client.root]);
  }
  putInputs(json, [], client);
  return json.text === before ? text : json.toString();
}

function putInputs(json: JsonText, wanted: readonly PromptInput[] = [], client: Client): void {
  const known = knownInputs(client);
  if (known.length === 0) return;
  json.expect(["inputs"], "array");
  const ids = () =>
    (json.at(["inputs"])?.children ?? []).map((node) => (getNodeValue(node) as { id?: unknown } | null)?.id);
  for (const { id } of known) {
    const index = ids().indexOf(id);
    if (index >= 0 && !wanted.some((input) => input.id === id)) json.set(["inputs", index], undefined);
  }
  for (const input of wanted) {
    const index = ids().indexOf(input.id);
    // What the user has changed in an input that is there already is the user's.
    if (index < 0) json.set(["inputs", ids().length], input);
  }
  if (wanted.length === 0) json.removeIfEmpty(["inputs"]);
}

/** What of a client's JSON file is this server's: its entry, and the inputs that it asks for. */
export function ownJson(text: string, client: Client): OwnPart {
  // A blank for the byte order mark, so positions stay the same.
  const tree = parseTree(text.replace(/^\uFEFF/, " "), [], { allowTrailingComma: true });
  if (!tree) return { entries: [], frame: [], separator: ":" };
  const ids = new Set<unknown>(knownInputs(client).map(({ id }) => id));
  const servers = findNodeAtLocation(tree, [client.root]);
  const inputs = ids.size === 0 ? undefined : findNodeAtLocation(tree, ["inputs"]);
  const entry = servers && findNodeAtLocation(servers, [SERVER])?.parent;
  const asked = (inputs?.children ?? []).filter((input) => ids.has((getNodeValue(input) as Input)?.id));
  const entries = [...(entry ? [entry] : []), ...asked];
  const ways = [servers, inputs].flatMap((node) => node?.parent ?? []);
  const seen = new Set([...entries, ...ways]);
  const frame = [tree, ...ways.flatMap((way) => way.children?.[1] ?? [])].flatMap((node) =>
    brackets(node, text, seen),
  );
  return {
    entries: entries.map(spanOf).sort((one, other) => one.from - other.from),
    frame: [...frame, ...ways.flatMap(keyOf)],
    separator: ":",
  };
}

type Input = { id?: unknown } | null;

function spanOf({ offset, length }: Node): Span {
  return { from: offset, to: offset + length };
}

/** Key and colon of a property. */
function keyOf({ children, colonOffset }: Node): Span[] {
  const [key] = children ?? [];
  return key && colonOffset !== undefined ? [spanOf(key), { from: colonOffset, to: colonOffset + 1 }] : [];
}

/** The brackets of an object or array, and the commas beside those of its children that are shown. */
function brackets(node: Node, text: string, seen: ReadonlySet<Node>): Span[] {
  const { from, to } = spanOf(node);
  const children = node.children ?? [];
  const commas = children.flatMap((child, index) => {
    const next = children[index + 1];
    if (!seen.has(child) && !(next && seen.has(next))) return [];
    const behind = child.offset + child.length;
    const gap = text.slice(behind, next?.offset ?? to - 1);
    // A comma in a comment is none.
    const comma = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*,/.exec(gap)?.[0].length;
    return comma === undefined ? [] : [{ from: behind + comma - 1, to: behind + comma }];
  });
  return [{ from, to: from + 1 }, ...commas, { from: to - 1, to }];
}
