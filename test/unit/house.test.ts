import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { knownTools } from "../../src/tools/index.js";

/** The rules of docs/architecture.md, held by a test. */

const ROOT = dirname(dirname(import.meta.dirname));

/** Rooms of `src/`, the highest first. A room imports from lower ranks and from itself. */
const RANKS = [
  ["cli"],
  ["commands"],
  ["mcp", "sandbox", "hosting"],
  ["tools"],
  ["logs", "guides", "audit"],
  ["diagnosis", "passwords"],
  ["registration", "calls"],
  ["answers", "captures"],
  ["telzino", "presets", "sip", "media", "clients", "config"],
  ["base"],
  ["redaction"],
];
/** Rooms within a room, in the same way; what lies in the room itself is above them. */
const INNER_RANKS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  sip: [["user-agent"], ["auth", "location", "transaction"], ["transport"], ["message"]],
  hosting: [["access", "registrations"], ["tenants"], ["front"], ["limits"]],
  captures: [["rtp"]],
  tools: [
    [
      "configure-sip-registration",
      "diagnose-sip-registration",
      "explain-sip-log",
      "list-agents",
      "list-pbx-presets",
      "pbx-setup-guide",
      "test-call",
      "watch-test-call",
    ],
    ["core"],
  ],
};
/** A longer file says in its first comment why it is one subject: `Long:` and the reason. */
const MAX_LINES = 400;

interface SourceFile {
  /** From the repository's root, with forward slashes. */
  path: string;
  text: string;
  /** Without the lines that are comment from their beginning. */
  code: string;
  lines: number;
}

function filesBelow(folder: string, endings: RegExp): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.test(entry.name))
    .map((entry) => {
      const full = join(entry.parentPath, entry.name);
      const text = readFileSync(full, "utf8");
      const code = text.replace(/^\s*(?:\/\/|\/\*|\*).*$/gm, "");
      return {
        path: relative(ROOT, full).split(sep).join("/"),
        text,
        code,
        lines: text.trimEnd().split("\n").length,
      };
    });
}

const sources = filesBelow("src", /\.ts$/);
const tests = filesBelow("test", /\.ts$/);

function roomOf(path: string): string {
  const [, first = "", second] = path.split("/");
  return second === undefined ? first.replace(/\.ts$/, "") : first;
}

function rankOf(room: string): number {
  return RANKS.findIndex((rooms) => rooms.includes(room));
}

/** Everything that a file imports or re-exports, types too, at once or when it is first used. */
function importsOf({ code }: SourceFile): string[] {
  const specifier = /(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"\n]+)"/g;
  return [...code.matchAll(specifier)].map((match) => match[1] ?? "");
}

function roomImports(file: SourceFile): { specifier: string; room: string }[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({
      specifier,
      room: roomOf(join(dirname(file.path), specifier).split(sep).join("/")),
    }));
}

/** Files that lead back to themselves, each with one way there; types count as imports. */
function circles(files: SourceFile[]): string[] {
  const known = new Map(files.map((file) => [file.path, file]));
  const next = (file: SourceFile) =>
    importsOf(file).flatMap((specifier) => {
      const path = join(dirname(file.path), specifier.replace(/\.js$/, ".ts")).split(sep).join("/");
      return specifier.startsWith(".") ? (known.get(path) ?? []) : [];
    });
  return files.flatMap((start) => {
    const ways = next(start).map((file) => [file]);
    const seen = new Set<SourceFile>();
    for (let way = ways.pop(); way; way = ways.pop()) {
      const last = way.at(-1) ?? start;
      if (last === start) return [[start, ...way].map(({ path }) => path).join(" > ")];
      if (seen.has(last)) continue;
      seen.add(last);
      for (const file of next(last)) ways.push([...way, file]);
    }
    return [];
  });
}

function offenders(
  files: SourceFile[],
  pattern: RegExp,
  allowed: (path: string) => boolean = () => false,
): string[] {
  return files.filter(({ path, code }) => !allowed(path) && pattern.test(code)).map(({ path }) => path);
}

describe("rooms", () => {
  it("has no file that imports itself by way of others", () => {
    expect(circles(sources)).toEqual([]);
    const [one, two] = ["a", "b"].map((name) => ({ path: `src/${name}.ts`, text: "", lines: 1 }));
    const pair = [
      { ...one, code: 'import "./b.js";' },
      { ...two, code: 'import "./a.js";' },
    ] as SourceFile[];
    expect(circles(pair)).toEqual(["src/a.ts > src/b.ts > src/a.ts", "src/b.ts > src/a.ts > src/b.ts"]);
  });

  it("has no room that the plan does not know", () => {
    const unknown = sources.filter(({ path }) => rankOf(roomOf(path)) < 0).map(({ path }) => path);
    expect(unknown).toEqual([]);
  });

  it("imports downwards only, and never from a room beside", () => {
    const wrong = sources.flatMap((file) => {
      const own = roomOf(file.path);
      return roomImports(file)
        .filter(({ room }) => room !== own && rankOf(room) <= rankOf(own))
        .map(({ specifier }) => `${file.path} imports ${specifier}`);
    });
    expect(wrong).toEqual([]);
  });

  it("imports downwards only within a room that has its own rooms", () => {
    const innerOf = (path: string) => path.split("/").slice(2, -1)[0];
    const wrong = sources.flatMap((file) => {
      const ranks = INNER_RANKS[roomOf(file.path)];
      const rank = (inner: string | undefined) =>
        inner === undefined ? -1 : (ranks?.findIndex((rooms) => rooms.includes(inner)) ?? 0);
      const own = innerOf(file.path);
      return ranks === undefined || own === undefined
        ? []
        : roomImports(file)
            .filter(({ room }) => room === roomOf(file.path))
            .map(({ specifier }) => ({
              specifier,
              inner: innerOf(join(dirname(file.path), specifier).split(sep).join("/")),
            }))
            .filter(({ inner }) => inner !== undefined && inner !== own && rank(inner) <= rank(own))
            .map(({ specifier }) => `${file.path} imports ${specifier}`);
    });
    expect(wrong).toEqual([]);
    const rooms = sources
      .filter(({ path }) => INNER_RANKS[roomOf(path)] !== undefined && innerOf(path) !== undefined)
      .filter(({ path }) => !INNER_RANKS[roomOf(path)]?.flat().includes(innerOf(path) ?? ""));
    expect(rooms.map(({ path }) => path)).toEqual([]);
  });

  it("sees the imports that it judges", () => {
    const doctor = sources.find(({ path }) => path === "src/commands/doctor/index.ts");
    const seen = doctor ? roomImports(doctor).map(({ room }) => room) : [];
    expect(new Set(seen)).toEqual(
      new Set(["base", "config", "redaction", "telzino", "tools", "sandbox", "commands"]),
    );
  });

  it("starts the sandbox from commands alone", () => {
    const wrong = sources.filter(
      (file) =>
        !["sandbox", "commands"].includes(roomOf(file.path)) &&
        roomImports(file).some(({ room }) => room === "sandbox"),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("keeps the MCP SDK in mcp/, the demo's client apart", () => {
    const sdk = (file: SourceFile) =>
      importsOf(file).some((name) => name.startsWith("@modelcontextprotocol/"));
    const wrong = sources
      .filter(sdk)
      .filter(({ path }) => roomOf(path) !== "mcp" && !/^src\/commands\/demo\b/.test(path));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("writes relative imports with their ending", () => {
    const wrong = [...sources, ...tests].flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith(".") && !/\.(?:js|mjs|json)$/.test(name))
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("the process", () => {
  it("reads the environment in config/ alone", () => {
    const reads =
      /\bprocess\s*\.\s*env\b|\benv\b[^;\n]*\}?\s*=\s*process\b|import \{[^}]*\benv\b[^}]*\} from "node:process"/;
    expect(offenders(sources, reads, (path) => path === "src/config/index.ts")).toEqual([]);
  });

  it("touches stdout in mcp/stdio.ts, the commands and the command line alone", () => {
    const mayWrite = (path: string) => /^src\/(?:mcp\/stdio\.ts|cli\.ts|commands\/)/.test(path);
    expect(offenders(sources, /\bprocess\s*\.\s*stdout\b/, mayWrite)).toEqual([]);
    // stderr is the logger's, and console.log would be stdout.
    expect(offenders(sources, /\bconsole\s*\.\s*\w+/)).toEqual([]);
  });

  it("resolves no name by getaddrinfo, and gives the sockets of the SIP engine addresses alone", () => {
    expect(offenders(sources, /\blookup\w*\b[^;]*\} from "node:dns|\bdns\s*\.\s*lookup/)).toEqual([]);
    const opens = /\bcreateSocket\(|\bconnect\(\{\s*host\b/g;
    const sockets = sources
      .filter(({ path }) => path.startsWith("src/sip/"))
      .flatMap(({ path, code }) =>
        [...code.matchAll(opens)].map(({ index }) => ({ path, call: code.slice(index, index + 200) })),
      );
    expect(sockets.length).toBeGreaterThan(2);
    expect(sockets.filter(({ call }) => !/^[^;]*\blookup: literalsOnly\b/.test(call))).toEqual([]);
  });

  it("keeps no state of a server in a module: that is in its Services", () => {
    const hidden = /^(?:export )?const \w+ = new WeakMap<(?:Readonly<)?Services\b/m;
    expect(offenders(sources, hidden)).toEqual([]);
    expect(hidden.test("const kept = new WeakMap<Services, string>();")).toBe(true);
  });

  it("ends itself in the command line alone", () => {
    const mayEnd = (path: string) => /^src\/(?:cli\.ts|commands\/)/.test(path);
    expect(offenders(sources, /\bprocess\s*\.\s*(?:exit|abort|kill)\s*\(/, mayEnd)).toEqual([]);
  });
});

describe("files", () => {
  it(`are at most ${MAX_LINES} lines long, or say why`, () => {
    const long = sources
      .filter(({ lines, text }) => lines > MAX_LINES && !/^ \* Long: \w/m.test(text))
      .map(({ path, lines }) => `${path}: ${lines}`);
    expect(long).toEqual([]);
  });

  it("are named by what they are, in kebab-case", () => {
    const wrong = sources
      .map(({ path }) => path.split("/").at(-1) ?? "")
      .filter(
        (name) =>
          !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.ts$/.test(name) ||
          /^(?:utils?|helpers?|common|misc)\.ts$/.test(name),
      );
    expect(wrong).toEqual([]);
  });

  it("have no default export", () => {
    expect(offenders([...sources, ...tests], /^export default\b|\bas default\b/m)).toEqual([]);
  });

  it("have no any", () => {
    const untyped = /(?:: |[<,|&] ?|\bas )any\b\s*(?:[\])>;,=|&){]|\[\]|$)/m;
    expect(offenders([...sources, ...tests], untyped)).toEqual([]);
    expect(untyped.test(`const x: ${"any"} = 1`)).toBe(true);
  });

  it("of what is known name no tool: it is also read in a terminal, and where that tool is not offered", () => {
    const names = knownTools().map(({ name }) => name);
    const known = [...sources, ...filesBelow("src/presets", /\.yaml$/)].filter(({ path }) =>
      /^src\/(?:answers|diagnosis|presets)\//.test(path),
    );
    expect(names.length).toBeGreaterThan(5);
    expect(known.length).toBeGreaterThan(100);
    expect(offenders(known, new RegExp(`\\b(?:${names.join("|")})\\b`))).toEqual([]);
  });

  it("show no text from outside past the marks that tell it from our own words", () => {
    const unwrapped = /\$\{[^}`]*\.unwrap\(\)/;
    expect(offenders(sources, unwrapped)).toEqual([]);
    expect(unwrapped.test(`const x = \`a \${name.${"unwrap"}()}\`;`)).toBe(true);
    expect(offenders(sources, /\bcleanText\b/, (path) => !path.startsWith("src/diagnosis/"))).toEqual([]);
    const quotes = /import \{[^}]*\bquoted\b[^}]*\} from "[^"]*\/text\.js"/;
    const mayQuote = (path: string) =>
      /^src\/(?:redaction\/untrusted\.ts$|base\/log\.ts$|guides\/)/.test(path);
    expect(offenders(sources, quotes, mayQuote)).toEqual([]);
  });

  it("of the API's client make text of the API in one place: it is checked for more than what others say", () => {
    const makes =
      /import (?!type )\{[^}]*(?<!type )\b(?:Untrusted|untrusted\w*|settingText|fromCaller)\b[^}]*\} from "[^"]*\/untrusted\.js"/;
    const client = sources.filter(({ path }) => path.startsWith("src/telzino/"));
    expect(offenders(client, makes)).toEqual(["src/telzino/api-text.ts"]);
  });

  it("reveal a secret only where it goes on the wire, into a digest, to be searched for, or to be handed out", () => {
    const mayReveal =
      /^src\/(?:(?:telzino|sip|sandbox|redaction|passwords)\/|hosting\/(?:tenants\/tokens|limits\/redis)\.ts$|commands\/(?:token|install\/credentials)\.ts$)/;
    expect(offenders(sources, /\.reveal\(\)/, (path) => mayReveal.test(path))).toEqual([]);
  });
});

describe("tests", () => {
  it("are neither skipped nor alone", () => {
    expect(offenders(tests, /\b(?:it|test|describe)\s*\.\s*(?:skip|only|todo|fails)\b/)).toEqual([]);
  });

  it("replace no module, but for those with modules of their own: others share theirs with the tests that come after them", () => {
    const sharing = tests.filter(({ path }) => /^test\/(?:unit|integration\/(?!isolated\/))/.test(path));
    expect(offenders(sharing, /\bvi\s*\.\s*(?:mock|doMock|hoisted|resetModules)\b/)).toEqual([]);
  });

  it("mirror the rooms", () => {
    const rooms = new Set(["scripts", ...sources.map(({ path }) => roomOf(path))]);
    const wrong = tests
      .map(({ path }) => path)
      .filter((path) => /^test\/unit\/[^/]+\//.test(path) && !rooms.has(path.split("/")[2] ?? ""));
    expect(wrong).toEqual([]);
  });
});

describe("package-lock.json", () => {
  it("names no registry, so it works with any", () => {
    const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
    expect(lock).toContain('"integrity"');
    expect(lock).not.toContain('"resolved"');
  });
});
