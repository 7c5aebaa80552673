// Takes out each thing that keeps secrets in, one at a time in a copy of the project, and counts the tests that notice:
// none means that no test would notice. Run by hand: `npm run redactions [-- <part of a name>]`, some ten minutes; with `-- --check` it
// only looks whether each still fits the sources.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
/** Made when something is taken out. */
let copy = "";
const CANARY = ["test/integration/secrets"];
const UNIT = [
  "test/unit/redaction",
  "test/unit/passwords",
  "test/unit/base/log.test.ts",
  "test/unit/mcp/tool.test.ts",
];
const HTTP = ["test/integration/http"];
const REPEATS = ["test/integration/diagnosis/repeats.test.ts"];

const argumentsHeld = edit("src/mcp/tool.ts", "redactor.holdGiven(new Secret(value));", ";");

const eachAlone = edit(
  "src/redaction/decoded-views.ts",
  "ESCAPES.filter(({ sign }) => text.includes(sign))",
  "ESCAPES.filter(() => false)",
);

/** What it is, what is done to the sources, and where its tests are besides. */
const REDACTIONS = [
  ["text of a result", edit("src/mcp/reply.ts", "yield* redactor.redactSteps(line, room)", "line")],
  [
    "structured content",
    edit("src/mcp/reply.ts", "yield* redactor.redactDeepSteps(data, MAX_DATA)", "{ copy: data, leftOut: 0 }"),
  ],
  ["arguments named as secrets held", argumentsHeld],
  [
    "an argument held, by the call or by configure",
    [
      ...argumentsHeld,
      ...edit("src/tools/configure-sip-registration/index.ts", "call.hold(password.password)", "{}"),
    ],
  ],
  [
    "stored password held",
    edit("src/tools/core/holding-api.ts", "return hold(stored.password, shown);", "return () => {};"),
  ],
  [
    "stored password held the moment an answer brings it",
    edit("src/telzino/wire.ts", "if (stored) onStored?.(stored);", ""),
  ],
  [
    "errors told once the agent has brought its password",
    edit("src/base/all-ended.ts", "await Promise.allSettled(works);", ""),
  ],
  [
    "stored password held by the page",
    edit("src/tools/configure-sip-registration/entry.ts", "holdingApi(services.api, hold)", "services.api"),
  ],
  ["token that a login grants held", edit("src/telzino/token.ts", "this.#onToken(token);", "")],
  [
    "configured secrets in what the API says in a diagnosis",
    edit(
      "src/redaction/redactor.ts",
      "return ofApi ? ofApi.refusal(text) : refusal(text);",
      "return refusal(text);",
    ),
  ],
  ["numbers among the caller's words", edit("src/mcp/tool.ts", "return [String(value)];", "return [];")],
  ["typed password held by the call", edit("src/tools/core/password-entry.ts", "call.hold(password);", "")],
  [
    "password of diagnose held",
    edit("src/tools/diagnose-sip-registration/index.ts", "call.hold(obtained.password);", ""),
    ["test/integration/diagnosis/tool.test.ts"],
  ],
  [
    "stored password held where the stored PBX is diagnosed",
    edit("src/tools/diagnose-sip-registration/target.ts", "  holdStored(stored, call.hold);\n", ""),
    REPEATS,
  ],
  [
    "password typed for the command diagnose held",
    edit("src/commands/diagnose/index.ts", "call.hold(password)", "{}"),
    ["test/integration/diagnosis/command.test.ts"],
  ],
  [
    "typed password held by the page",
    edit("src/passwords/page/work.ts", "[redactor.hold(password)]", "[() => {}]"),
  ],
  ["progress on the page", edit("src/passwords/page/work.ts", "shown.redactDeep(state)", "state")],
  ["outcome on the page", edit("src/passwords/page/work.ts", "shown.redactDeep(outcome)", "outcome")],
  [
    "facts on the page",
    edit("src/passwords/page/pages.ts", "this.#redactor.redactDeep(request.facts)", "request.facts"),
  ],
  [
    "facts on a hosted page",
    edit("src/passwords/hosted/pages.ts", "redactor.redactDeep(facts)", "facts"),
    ["test/integration/secrets/hosted-page.test.ts"],
  ],
  ["progress", edit("src/mcp/tool.ts", "base.progress(redactor.redact(message),", "base.progress(message,")],
  ["question to the user", edit("src/mcp/tool.ts", "message: redactor.redact(message) })", "message })")],
  [
    "completions",
    edit("src/mcp/completions.ts", "redactor.redactDeep(`$" + "{name.shortened(100)}`)", "name.unwrap()"),
  ],
  [
    "stored passwords held by completions",
    edit("src/mcp/completions.ts", "releases.push(redactor.hold(...secret));", "void secret;"),
  ],
  [
    "configured secrets held",
    edit(
      "src/config/index.ts",
      "  const own = config.auth?.kind",
      "  return [];\n  const own = config.auth?.kind",
    ),
  ],
  [
    "log, by value",
    edit("src/base/log.ts", "shownValue(plain(value), refusal)", "shownValue(plain(value), () => undefined)"),
  ],
  [
    "log, keys of JSON",
    edit("src/base/log.ts", "[shown(key), fieldOf(key, value)]", "[key, fieldOf(key, value)]"),
  ],
  ["log, by field", edit("src/base/log.ts", "namesSecret(key) ? HIDDEN : quoted(", "quoted(")],
  [
    "words of the API, by value",
    edit(
      "src/telzino/scrub.ts",
      "search.isFree(text) ? undefined : LEFT_OUT",
      "search.isFree(text) ? undefined : undefined",
    ),
    ["test/unit/telzino/secrets.test.ts", "test/unit/telzino/error-body.test.ts"],
  ],
  [
    "fields, by name",
    edit(
      "src/redaction/secret-keys.ts",
      "return SECRET_KEYS.has(plain) || SECRET_ENDINGS.test(plain);",
      "return false;",
    ),
  ],
  [
    "a Secret as text",
    edit(
      "src/redaction/secret.ts",
      "toString(): string {\n    return HIDDEN;",
      "toString(): string {\n    return this.reveal();",
    ),
  ],
  [
    "log, in sentences",
    edit("src/base/log.ts", "shownText(text, refusal)", "shownText(text, () => undefined)"),
  ],
  [
    "what the caller gave as a secret, in the caller's own words",
    edit("src/redaction/call-redactor.ts", "      holdsGiven.hold(secret);\n", ""),
  ],
  [
    "messages of errors count as outside",
    edit("src/redaction/redactor.ts", '["message", untrusted(value)]', '["message", value.message]'),
  ],
  [
    "marks are taken out of text from outside",
    edit("src/redaction/untrusted.ts", '.replace(SEGMENT, "$4").replace(MARKS, "")', ""),
    ["test/unit/redaction/untrusted.test.ts"],
  ],
  [
    "quotation marks",
    edit("src/redaction/untrusted.ts", "return quoted(text.words);", "return text.words;"),
    ["test/unit/redaction/untrusted.test.ts", "test/unit/diagnosis/outside-text.test.ts"],
  ],
  [
    "base64 in the API's words",
    edit(
      "src/redaction/decoded-views.ts",
      "[...fromBase64(text, high), ...fromHex(text, high)]",
      "fromHex(text, high)",
    ),
    ["test/unit/redaction/secret-search.test.ts"],
  ],
  [
    "hexadecimal in the API's words",
    edit(
      "src/redaction/decoded-views.ts",
      "[...fromBase64(text, high), ...fromHex(text, high)]",
      "fromBase64(text, high)",
    ),
    ["test/unit/redaction/secret-search.test.ts"],
  ],
  [
    "escapes in the API's words",
    [
      ...edit(
        "src/redaction/decoded-views.ts",
        "const next = withoutEscapes(undoneAtOnce(layer));",
        "const next = layer;",
      ),
      ...eachAlone,
    ],
    ["test/unit/redaction/secret-search.test.ts"],
  ],
  ["each kind of escape by itself", eachAlone, ["test/unit/redaction/secret-search.test.ts"]],
  [
    "breaks of a line within an escape",
    edit(
      "src/redaction/decoded-views.ts",
      'new Set([text, unbroken(text), unbroken(text).replace(FOLD, "")])',
      "new Set([text])",
    ),
    ["test/unit/redaction/secret-search.test.ts"],
  ],
  [
    "a part of a secret in the API's words",
    edit("src/redaction/secret-search.ts", "if (part.length >= IN_PARTS) {", "if (part.length >= 1e9) {"),
    ["test/unit/redaction/secret-search.test.ts"],
  ],
  [
    "digests that a diagnosis sends held",
    edit("src/diagnosis/checks/endpoint.ts", "onDigest: run.hold,", ""),
    REPEATS,
  ],
  [
    "digests in base64",
    edit("src/sip/auth/credentials.ts", "[secret, ...secret.inBase64()]", "[secret]"),
    REPEATS,
  ],
  [
    "H(user:realm:password) held by a diagnosis",
    edit("src/diagnosis/checks/registrar.ts", "holdHa1(run, realm, password);", "{}"),
    REPEATS,
  ],
  [
    "what was sent held, by the call after a page",
    edit(
      "src/tools/diagnose-sip-registration/entry.ts",
      "for (const secret of waiting.sent) call.hold(secret);",
      "",
    ),
    REPEATS,
  ],
  [
    "what was sent held, by the page whose call is over",
    edit("src/tools/diagnose-sip-registration/entry.ts", "holdForPage(secret);", ""),
    REPEATS,
  ],
  [
    "what was sent, in what is kept of the bindings listed",
    edit("src/tools/diagnose-sip-registration/look.ts", "shows(text) && text.passes(sent.refusalOf)", "true"),
    ["test/integration/occupied.test.ts"],
  ],
  [
    "words of a page's caller not looked for there",
    edit("src/passwords/page/work.ts", ", known: words", ""),
    ["test/integration/secrets/guesses.test.ts"],
  ],
  [
    "names that hide found by no query",
    edit("src/tools/list-agents/find.ts", "matches: await stillNamed(matches),", "matches,"),
    ["test/unit/tools/list-agents.test.ts"],
  ],
  [
    "report of doctor",
    edit("src/commands/doctor/index.ts", "redactor.redactDeep({ name: NAME", "({ name: NAME"),
    ["test/unit/commands/doctor/index.test.ts"],
  ],
  [
    "secrets of a tenant held for results",
    edit("src/hosting/tenants/services.ts", ", configured.hold(secret)]", "]"),
    HTTP,
  ],
  [
    "secrets of a tenant held for its log",
    edit("src/hosting/tenants/services.ts", "[redactor.hold(secret), ", "["),
    HTTP,
  ],
];

function edit(file, present, instead) {
  return [{ file, present, instead }];
}

/** @returns the source with the edit made. @throws where it does not fit any more. */
function edited({ file, present, instead }) {
  const source = readFileSync(join(root, file), "utf8");
  if (source.split(present).length !== 2) throw new Error(`${file} does not have once: ${present}`);
  return source.replace(present, () => instead);
}

/** @returns how many were not noticed. */
function takeOut(wanted) {
  copy = mkdtempSync(join(tmpdir(), "redactions-"));
  const skipped = new Set(["node_modules", ".git", "dist", "reports"].map((name) => join(root, name)));
  cpSync(root, copy, { recursive: true, filter: (path) => !skipped.has(path) });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  let unnoticed = 0;
  if (wanted === undefined) {
    unnoticed += report("nothing", failuresOf([...CANARY, ...UNIT, ...HTTP]), (count) => count === 0);
  }
  for (const [name, edits, more = []] of REDACTIONS) {
    if (wanted !== undefined && !name.includes(wanted)) continue;
    for (const change of edits) writeFileSync(join(copy, change.file), edited(change));
    unnoticed += report(name, failuresOf([...CANARY, ...UNIT, ...more]), (count) => count > 0);
    for (const { file } of edits) writeFileSync(join(copy, file), readFileSync(join(root, file)));
  }
  return unnoticed;
}

function report(name, failures, isRight) {
  process.stdout.write(
    `${isRight(failures) ? "ok    " : "WRONG "} ${String(failures).padStart(3)} failed without: ${name}\n`,
  );
  return isRight(failures) ? 0 : 1;
}

/** Builds the copy and runs those tests; how many fail. A build that fails proves nothing. */
function failuresOf(tests) {
  run([join("scripts", "build.mjs")], 0);
  run(["node_modules/vitest/vitest.mjs", "run", "--reporter=json", "--outputFile=redactions.json", ...tests]);
  const { numFailedTests, numTotalTests } = JSON.parse(readFileSync(join(copy, "redactions.json"), "utf8"));
  if (numTotalTests === 0) throw new Error(`no test ran: ${tests.join(" ")}`);
  return numFailedTests;
}

function run(args, expected) {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8" });
  if (expected !== undefined && status !== expected) throw new Error(`${args[0]}: ${stderr}`);
}

const [wanted] = process.argv.slice(2);
if (wanted === "--check") {
  for (const [, edits] of REDACTIONS) edits.map(edited);
  process.stdout.write(`${REDACTIONS.length} fit the sources\n`);
} else {
  try {
    if (takeOut(wanted) > 0) process.exitCode = 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
