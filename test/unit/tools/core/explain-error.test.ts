import { describe, expect, it } from "vitest";
import { WriteError } from "../../../../src/registration/write.js";
import { TelzinoError } from "../../../../src/telzino/errors.js";
import { ToolError } from "../../../../src/tools/core/errors.js";
import { errorKind } from "../../../../src/tools/core/explain-error.js";

describe("what a log says of an error", () => {
  const timeout = new TelzinoError("timeout", "No answer from pbx.example.com");
  it.each([
    [new ToolError("No preset is called my-pbx."), "ToolError"],
    [timeout, "TelzinoError timeout"],
    [
      new WriteError("store", { kind: "failed", error: timeout }, { kind: "read", stored: null }),
      "WriteError timeout",
    ],
    [new WriteError("remove", { kind: "no_values" }, { kind: "read", stored: null }), "WriteError"],
    [new DOMException("pbx.example.com", "TimeoutError"), "TimeoutError"],
  ])("is no word of its message (%#)", (error, kind) => {
    expect(errorKind(error)).toBe(kind);
  });
});
