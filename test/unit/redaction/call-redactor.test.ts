import { describe, expect, it } from "vitest";
import { redactorOfCall } from "../../../src/redaction/call-redactor.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { fromCaller, untrusted } from "../../../src/redaction/untrusted.js";
import { apiText } from "../../../src/telzino/api-text.js";

function services(...values: string[]) {
  const configured = createRedactor();
  for (const value of values) configured.hold(new Secret(value));
  return { redactor: createRedactor(), configured };
}

const said = (text: string) => `${untrusted(text)}`;

describe("the redactor of one call", () => {
  it("looks for configured secrets in what the API says, in every call, and in other text where that is checked", () => {
    const given = services("hunter22-moose");
    const ofApi = `${apiText("it is hunter22-moose")}`;
    for (const othersAreChecked of [true, false]) {
      const redactor = redactorOfCall(given, [], { othersAreChecked });
      expect(redactor.redact(ofApi)).toBe(LEFT_OUT);
      expect(redactor.redactDeep({ said: ofApi })).toEqual({ said: LEFT_OUT });
      expect(apiText("it is hunter22-moose").passes(redactor.refusalOf)).toBe(false);
      expect(redactorOfCall(given, ["hunter22-moose"], { othersAreChecked }).redact(ofApi)).not.toBe(
        LEFT_OUT,
      );
    }
  });

  it("can hold something for what the API says alone", () => {
    const [checked, unchecked] = [true, false].map((othersAreChecked) => {
      const given = services();
      const redactor = redactorOfCall(given, [], { othersAreChecked });
      redactor.holdForApi(new Secret("hunter22-moose"));
      // Logs have no caller who could guess by them.
      expect(given.redactor.redact(said("hunter22-moose"))).toBe(LEFT_OUT);
      return redactor.redact(`${apiText("hunter22-moose")} ${said("hunter22-moose")}`);
    });
    expect(checked).toBe(`${LEFT_OUT} ${LEFT_OUT}`);
    expect(unchecked).toBe(`${LEFT_OUT} "hunter22-moose"`);
  });

  it("looks for configured secrets in other text where that is checked, and otherwise for the call's own alone", () => {
    const given = services("hunter22-moose");
    expect(redactorOfCall(given, [], { othersAreChecked: true }).redact(said("hunter22-moose"))).toBe(
      LEFT_OUT,
    );
    const alone = redactorOfCall(given, [], { othersAreChecked: false });
    alone.hold(new Secret("tr0ub4dor"));
    expect(alone.redact(`${said("hunter22-moose")} ${said("tr0ub4dor")}`)).toBe(
      `"hunter22-moose" ${LEFT_OUT}`,
    );
  });

  it("never strikes the caller's own words by a secret that the caller did not give, nor what others repeat of them", () => {
    const given = services("482913", "another-1ne");
    for (const word of ["foo482913bar", "482913", Buffer.from("482913").toString("hex")]) {
      const redactor = redactorOfCall(given, [word], { othersAreChecked: true });
      redactor.hold(new Secret("482913"));
      expect(redactor.redact(`there is no ${fromCaller(word)}`)).toBe(`there is no "${word}"`);
      expect(redactor.redact(`it says ${said(word)}`)).toBe(`it says "${word}"`);
      expect(redactor.redact(said("another-1ne"))).toBe(LEFT_OUT);
    }
  });

  it("leaves out what the caller wrote where it holds what the same call gave as a secret", () => {
    const redactor = redactorOfCall(services(), ["pbx.example.com"], { othersAreChecked: true });
    redactor.holdGiven(new Secret("hunter22-moose"));
    expect(redactor.redact(`${fromCaller("x-hunter22-moose")}`)).toBe(LEFT_OUT);
    expect(redactor.redact(`${fromCaller("pbx.example.com")}`)).toBe('"pbx.example.com"');
  });

  it("knows nothing of what another call holds", () => {
    const given = services();
    const [one, other] = [0, 1].map(() => redactorOfCall(given, [], { othersAreChecked: true }));
    one?.hold(new Secret("hunter22-moose"));
    expect(other?.redact(said("hunter22-moose"))).toBe('"hunter22-moose"');
    expect(one?.redact(said("hunter22-moose"))).toBe(LEFT_OUT);
  });

  it("does not strike a password that the caller has written in the open besides: its absence would tell it", () => {
    const redactor = redactorOfCall(services(), ["office-2024"], { othersAreChecked: true });
    redactor.holdGiven(new Secret("office-2024"));
    expect(redactor.redact(`${fromCaller("office-2024")}`)).toBe('"office-2024"');
    expect(redactor.redact(said("office-2024"))).toBe('"office-2024"');
  });

  it("can release one thing before the others, from its own result and from the log", () => {
    const given = services();
    const call = redactorOfCall(given, [], { othersAreChecked: true });
    const release = call.hold(new Secret("hunter22-moose"));
    call.hold(new Secret("tr0ub4dor"));
    release();
    for (const redactor of [call, given.redactor]) {
      expect(redactor.redact(said("hunter22-moose"))).toBe('"hunter22-moose"');
      expect(redactor.redact(said("tr0ub4dor"))).toBe(LEFT_OUT);
    }
  });

  it("holds nothing any more once it was released: no one would ever release that", () => {
    const given = services();
    const call = redactorOfCall(given, [], { othersAreChecked: true });
    call.release();
    call.hold(new Secret("hunter22-moose"));
    expect(given.redactor.search().isEmpty).toBe(true);
  });

  it("keeps what it holds out of the log until it is released", () => {
    const given = services();
    const call = redactorOfCall(given, ["hunter22-moose"], { othersAreChecked: true });
    call.hold(new Secret("hunter22-moose"));
    expect(given.redactor.redact(said("hunter22-moose"))).toBe(LEFT_OUT);
    call.release();
    expect(given.redactor.redact(said("hunter22-moose"))).toBe('"hunter22-moose"');
  });
});
