import { findNodeAtLocation, getNodeValue, type Node, parseTree } from "jsonc-parser";
import { SERVER } from "./entry.js";
import type { OwnPart, Span } from "./own-part.js";
import type { Client } from "./table.js";

/** What of a client's JSON file is this server's: its entry, and the inputs that it asks for. */
export function ownJson(text: string, client: Client): OwnPart {
  // Blanks for the byte order mark, so that places stay what they are.
  const tree = parseTree(text.replace(/^\uFEFF/, " "), [], { allowTrailingComma: true });
  if (!tree) return { entries: [], frame: [], separator: ":" };
  const ids = new Set<unknown>(client.inputs?.map(({ id }) => id));
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
