// Leaves of a file only its prose, at the places where it was: everything else becomes blanks, or ¦ where a sentence ends there.
import { isScalar, LineCounter, parseAllDocuments, visit } from "yaml";

const blank = (text: string) => text.replace(/[^\n]/g, " ");
/** Code inside a sentence: a word of it, but none that is looked at. */
const code = (text: string) => text.replace(/[^\n]/g, "¦");

/** @returns the text with code, addresses and markup taken out; ¶ for the line end before a paragraph, an item or a row. */
export function markdownProse(text: string): string {
  let fence = "";
  let listed = false;
  let wasBlank = true;
  let prose = "";
  for (const line of text.split("\n")) {
    const isItem = /^\s*(?:[-*>]|\d+\.)\s/.test(line);
    const starts = wasBlank || isItem || /^\s*[|#]/.test(line);
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1] ?? "";
    const inFence = fence !== "" || mark !== "";
    if (fence === "") fence = mark;
    else if (mark.startsWith(fence)) fence = "";
    listed = isItem || (listed && !(wasBlank && /^\S/.test(line)));
    const isCode = inFence || (/^ {4}/.test(line) && (!listed || /^ {7}/.test(line)));
    wasBlank = line.trim() === "";
    prose += `${starts ? "¶" : "\n"}${isCode ? blank(line) : line}`;
  }
  return inlineProse(prose.slice(1));
}

function inlineProse(text: string): string {
  return text
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/`[^`\n]+`/g, code)
    .replace(/\]\([^)\s]*\)/g, blank)
    .replace(/https?:\/\/[^\s)>\]]+/g, code);
}

/** @returns the text values of some sentence's length, not the keys and not the comments. */
export function yamlProse(text: string): string {
  const out = [...blank(text)];
  const counter = new LineCounter();
  for (const document of parseAllDocuments(text, { lineCounter: counter })) {
    visit(document, {
      Scalar(key, node) {
        if (key === "key" || !isScalar(node) || typeof node.value !== "string" || !node.range) return;
        if (!isSentence(node.value)) return;
        const [from, to] = node.range;
        put(out, from, `¦${text.slice(from + 1, to - 1)}¦`);
        if (node.type === "PLAIN") put(out, from, text.slice(from, to));
      },
    });
  }
  return inlineProse(out.join(""));
}

/** @returns comments, and strings that have three words or more. */
export function scriptProse(text: string): string {
  const out = [...blank(text)];
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`|(?<=(?:[=(,:[!&|?{};+]|return|=>)\s*)\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*|[{}]/g;
  /** How many braces are open since each `${` that is being read. */
  const braces: number[] = [];
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [part] = found;
    const at = found.index;
    if (part.startsWith("//") || part.startsWith("/*")) putComment(out, at, part);
    else if (part === "`") token.lastIndex = readTemplate(text, at + 1, out, braces);
    else if (part === "{" && braces.length > 0) braces.push((braces.pop() ?? 0) + 1);
    else if (part === "}" && (braces.at(-1) ?? 0) > 0) braces.push((braces.pop() ?? 1) - 1);
    else if (part === "}" && braces.length > 0) {
      braces.pop();
      token.lastIndex = readTemplate(text, at + 1, out, braces);
    } else if (/^["']/.test(part) && isSentence(part)) put(out, at, `¦${part.slice(1, -1)}¦`);
  }
  return inlineProse(out.join(""));
}

/** Reads a template's text up to its end or to the next `${`. @returns where to read on. */
function readTemplate(text: string, from: number, out: string[], braces: number[]): number {
  const end = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
  end.lastIndex = from;
  const part = end.exec(text)?.[0] ?? "";
  put(out, from - 1, "¦");
  if (/[a-z]\s+[a-z]/i.test(part)) put(out, from, part);
  const next = from + part.length;
  put(out, next, "¦");
  if (text[next] === "`") return next + 1;
  braces.push(0);
  return next + 2;
}

function putComment(out: string[], at: number, part: string) {
  const isLine = part.startsWith("//");
  put(out, at, isLine ? `  ${part.slice(2)}` : part.replace(/^\/\*+|\*\/$|^[ \t]*\*/gm, blank));
  if (!isLine) put(out, at, "¦");
}

function put(out: string[], at: number, text: string) {
  let place = at;
  for (const character of text.split("")) out[place++] = character;
}

function isSentence(text: string): boolean {
  return text.trim().split(/\s+/).length >= 3;
}
