// Text of a terminal as an animated SVG: one picture per step, one after the other. No script, no embedded font.

const COLUMNS = 100;
/** Longer answers are cut in the picture, so it fits a screen. */
const MOST_LINES = 32;
const [CHARACTER, LINE, PADDING, BAR] = [7.85, 18, 16, 30];
const BASE_SECONDS = 3;
const SECONDS_A_LINE = 0.35;

const STYLES = [
  [/^\d\. /, "head"],
  [/^ {3}│ Registered:|^ {3}✓/, "good"],
  [/^ {3}│ Not registered:/, "bad"],
  [/^ {3}[a-z_]+ \{|^ {3}POST |^\$ /, "call"],
  [/^ {3}│/, "said"],
];

/** At most `COLUMNS` a line, broken at spaces where there are any, with a hanging indent. */
function wrap(line) {
  const indent = /^\s*(?:│ ?(?:- |\d\. )?)?/.exec(line)[0];
  const hanging = indent.replace(/- |\d\. /, (mark) => " ".repeat(mark.length));
  const lines = [];
  let rest = line;
  while (rest.length > COLUMNS) {
    const space = rest.lastIndexOf(" ", COLUMNS);
    const at = space > hanging.length ? space : COLUMNS;
    lines.push(rest.slice(0, at));
    rest = hanging + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

function styled(whole) {
  const [, style] = STYLES.find(([pattern]) => pattern.test(whole)) ?? [];
  return wrap(whole).map((line) => ({ line, style }));
}

/** The first lines and the last one. */
function cut(lines) {
  if (lines.length <= MOST_LINES) return lines;
  const more = { line: `   │ … ${lines.length - MOST_LINES + 2} more lines`, style: "said" };
  return [...lines.slice(0, MOST_LINES - 2), more, lines[lines.length - 1]];
}

/** @param steps lines of each picture. */
export function renderSvg(title, steps) {
  const pictures = steps.map((lines) => cut(lines.flatMap(styled)));
  const width = Math.ceil(COLUMNS * CHARACTER + 2 * PADDING);
  const height = BAR + Math.max(...pictures.map(({ length }) => length)) * LINE + 2 * PADDING;
  const durations = pictures.map(({ length }) => BASE_SECONDS + length * SECONDS_A_LINE);
  const total = durations.reduce((sum, seconds) => sum + seconds, 0);
  let begin = 0;
  const frames = pictures.map((_lines, index) => {
    const [from, to] = [begin, begin + durations[index]].map((at) => (at / total) * 100);
    begin += durations[index];
    return keyframes(index, from, to);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d4d9e0;white-space:pre}
.head{fill:#fff;font-weight:bold}.call{fill:#7cc4ff}.good{fill:#7ee2a8}.bad{fill:#ff9d94}.said{fill:#d4d9e0}.bar{fill:#8b94a3}
${frames.map(({ name, rule }) => `#${name}{opacity:0;animation:${name} ${total.toFixed(1)}s step-end infinite}\n${rule}`).join("\n")}
@media (prefers-reduced-motion:reduce){${frames.map(({ name }) => `#${name}`).join(",")}{animation:none}#${frames[frames.length - 1].name}{opacity:1}}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#14181f"/>
<text class="bar" x="${PADDING}" y="${PADDING + 6}">${escaped(title)}</text>
${pictures.map((lines, index) => picture(frames[index].name, lines)).join("\n")}
</svg>
`;
}

function keyframes(index, from, to) {
  const name = `step${index + 1}`;
  const begin = from === 0 ? "" : "0%{opacity:0}";
  return {
    name,
    rule: `@keyframes ${name}{${begin}${from.toFixed(2)}%{opacity:1}${to.toFixed(2)}%{opacity:0}}`,
  };
}

function picture(name, lines) {
  const texts = lines.map(({ line, style }, row) => {
    const y = BAR + PADDING + (row + 1) * LINE - 5;
    return `<text x="${PADDING}" y="${y}"${style ? ` class="${style}"` : ""} xml:space="preserve">${escaped(line)}</text>`;
  });
  return `<g id="${name}">\n${texts.join("\n")}\n</g>`;
}

function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
