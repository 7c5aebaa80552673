import { describe, expect, it } from "vitest";
import { listTroubles, SOURCES, searchTroubles, troubleOf } from "../../../src/answers/index.js";
import { knownStates } from "../../../src/registration/states.js";

const troubles = listTroubles();
const ids = troubles.map(({ id }) => id);

/** Answers to REGISTER and to calls that a person may come with. */
const CODES =
  "400 401 403 404 405 406 407 408 415 420 421 422 423 480 482 483 484 486 488 489 493 494 500 502 503 504 603 606 302".split(
    " ",
  );

describe("the troubleshooting table", () => {
  it.each(CODES)("has an entry for %s", (code) => {
    const trouble = troubleOf(code);
    expect(trouble?.title).toContain(code);
  });

  it("has its own ids for every entry, codes or kebab-case", () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^(?:\d{3}|[a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/);
  });

  it("gives every entry a cause with a fix and a source, and says where it only infers", () => {
    for (const { id, causes } of troubles) {
      expect(causes.length, id).toBeGreaterThan(0);
      for (const { cause, fix, sources, confidence } of causes) {
        expect(cause, id).toMatch(/\.$/);
        expect(fix, id).toMatch(/\.$/);
        expect(sources.length, id).toBeGreaterThan(0);
        const onlyInferred = sources.every((key) => SOURCES[key].kind === "inference");
        if (onlyInferred) expect(confidence, `${id}: ${cause}`).toBe("low");
      }
    }
  });

  it("names states that exist, and entries that exist", () => {
    const states = new Set(knownStates().map(({ state }) => state));
    for (const { id, states: named, see = [] } of troubles) {
      for (const state of named) expect(states, id).toContain(state);
      for (const other of see) expect(troubleOf(other), `${id} → ${other}`).toBeDefined();
      expect(see, id).not.toContain(id);
    }
  });

  it("has a well-formed address for every source but the platform's, the measured and the inferred, and uses them all", () => {
    const used = new Set<string>(troubles.flatMap(({ causes }) => causes.flatMap(({ sources }) => sources)));
    for (const [key, source] of Object.entries(SOURCES)) {
      expect(used, key).toContain(key);
      if (["platform", "measured", "inference"].includes(source.kind)) continue;
      const url = "url" in source ? new URL(source.url) : undefined;
      expect(url?.protocol, key).toBe("https:");
    }
  });
});

describe("what people say", () => {
  it.each([
    ["it says 403 all the time", "403"],
    ["SIP/2.0 401 Unauthorized", "401"],
    ["error 502", "500"],
    ["one-way audio", "one-way-audio"],
    ["we can't hear the caller", "one-way-audio"],
    ["calls are cut off after 30 seconds", "drops-after-32-s"],
    ["REGISTER_TIMEOUT_STATE", "no-answer"],
    ["nothing happens, timeout", "no-answer"],
    ["it is registered but does not ring", "no-inbound-calls"],
    ["certificate expired", "tls-handshake"],
    ["fail2ban got us", "banned"],
    ["the desk phone stopped working", "second-device"],
    ["pressing keys: DTMF is ignored", "dtmf"],
    ["Twilio 32209", "twilio-32210"],
    ["codec mismatch", "488"],
  ])("%s → %s", (said, id) => {
    expect(searchTroubles(said).map((trouble) => trouble.id)).toContain(id);
    // The first one is what a guide shows first.
    if (/\d{3}/.test(said)) expect(searchTroubles(said)[0]?.id).toBe(id);
  });

  it("that are not in the table find nothing", () => {
    expect(searchTroubles("the coffee is cold")).toEqual([]);
    expect(searchTroubles("")).toEqual([]);
    expect(troubleOf("999")).toBeUndefined();
  });
});
