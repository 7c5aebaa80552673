import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createLogger, type LoggerOptions, type LogLevel } from "../../../src/base/log.js";
import { Secret } from "../../../src/redaction/secret.js";
import { untrusted } from "../../../src/redaction/untrusted.js";

function capture(level: LogLevel = "trace", refusal?: LoggerOptions["refusal"]) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const now = () => new Date("2026-02-22T12:00:00.000Z");
  return { lines, log: createLogger({ level, stream, now, ...(refusal ? { refusal } : {}) }) };
}

describe("createLogger", () => {
  it("writes one line an entry: time, level, message, fields", () => {
    const { lines, log } = capture();
    log.info("tool call", {
      tool: "list_telzino_agents",
      ms: 12,
      note: "two words",
      gone: undefined,
      empty: "",
    });
    expect(lines).toEqual([
      '2026-02-22T12:00:00.000Z info tool call tool=list_telzino_agents ms=12 note="two words" empty=""\n',
    ]);
  });

  it("lets only its level and what is more severe through", () => {
    const { lines, log } = capture("warn");
    for (const level of ["error", "warn", "info", "debug", "trace"] as const) log[level](level);
    expect(lines.map((line) => line.trim().split(" ").at(-1))).toEqual(["error", "warn"]);
  });

  it("cannot be made to write a second line or control characters", () => {
    const { lines, log } = capture();
    log.warn("a\nfake error line\u001b[31m", { "k\ne": "x\r\ny\u200b\u0007" });
    expect(lines).toEqual(['2026-02-22T12:00:00.000Z warn a fake error line k e="x y"\n']);
  });

  it("hides fields by name, at every depth, and Secret objects anywhere", () => {
    const { lines, log } = capture();
    log.debug("x", {
      password: "p1",
      Authorization: "p2",
      given: new Secret("p3"),
      nested: { ha1: "p4", list: [new Secret("p5"), { access_token: "p6" }] },
    });
    expect(lines[0]).not.toMatch(/p\d/);
    expect(lines[0]).toContain("password=[secret] Authorization=[secret] given=[secret]");
  });

  it("leaves out what must not be shown of text from outside, also behind the cut", () => {
    const refusal = (text: string) => (text.includes("hunter22") ? "[left out]" : undefined);
    const { lines, log } = capture("trace", refusal);
    const said = untrusted(`${"x".repeat(1_995)}hunter22`, { max: 2_000 });
    log.error(`it is ${untrusted("hunter22")}`, { reason: said, error: new Error("no hunter22") });
    expect(lines[0]).toContain('error it is [left out] reason="[left out]" error="[left out]"');
    log.error("own words", { error: new Error("a", { cause: untrusted("hunter22") }) });
    expect(lines.join("")).not.toMatch(/hunt/);
  });

  it("bounds a line, whatever it is given", () => {
    const { lines, log } = capture();
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    log.error("x".repeat(1e6), {
      big: "y".repeat(1e6),
      cyclic,
      cause: new Error("a", { cause: new Error("b") }),
    });
    expect(lines[0]?.length).toBeLessThan(5_000);
    expect(lines[0]).toContain("cyclic=[unprintable]");
    expect(lines[0]).toContain('cause="Error: a: Error: b"');
  });

  it("survives a stream that breaks and one that has ended", async () => {
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("broken pipe"), { code: "EPIPE" }));
      },
    });
    const log = createLogger({ level: "info", stream });
    log.info("one");
    await new Promise((resolve) => setImmediate(resolve));
    expect(stream.destroyed).toBe(true);
    expect(() => log.info("two")).not.toThrow();
    expect(stream.listenerCount("error")).toBe(1);
    createLogger({ level: "info", stream });
    expect(stream.listenerCount("error")).toBe(1);
  });
});

describe("createLogger with json", () => {
  it("cleans keys, checks what is from outside in them, and hides by them", () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const refusal = (text: string) => (text.includes("hunter2") ? "[left out]" : undefined);
    const log = createLogger({ level: "info", stream, json: true, refusal });
    log.info("a", {
      [`${untrusted("it was hunter2")}`]: 1,
      [`${untrusted("a\u200bb\nc")}`]: 2,
      "d\u001b[31m\ne": 3,
      "sip-password": 4,
    });
    const { time: _, ...fields } = JSON.parse(lines[0] ?? "");
    const rest = { "ab c": 2, "d e": 3, "sip-password": "[secret]" };
    expect(fields).toEqual({ level: "info", message: "a", "[left out]": 1, ...rest });
  });

  it("writes one object a line, with secrets taken out and nothing that breaks the line", () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const log = createLogger({
      level: "info",
      stream,
      json: true,
      refusal: (text) => (text.includes("hunter2") ? "[left out]" : undefined),
      now: () => new Date("2026-02-22T12:00:00.000Z"),
    });
    log.info("a\nb", {
      ms: 3,
      ok: true,
      gone: undefined,
      text: 'x" own\r\n{',
      said: untrusted("it was hunter2"),
      error: new Error("got hunter2", { cause: new Error("of a library") }),
      password: "p",
      level2: null,
    });
    log.debug("not this");
    expect(lines).toHaveLength(1);
    expect(lines[0]?.split("\n")).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      time: "2026-02-22T12:00:00.000Z",
      level: "info",
      message: "a b",
      ms: 3,
      ok: true,
      text: 'x" own {',
      said: "[left out]",
      error: "[left out]",
      password: "[secret]",
      level2: "null",
    });
  });
});
