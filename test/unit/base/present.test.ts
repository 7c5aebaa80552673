import { describe, expect, it } from "vitest";
import { present } from "../../../src/base/present.js";

describe("present", () => {
  it("leaves out what is undefined, so nothing of that name is there, and keeps everything else", () => {
    const given = { none: undefined, zero: 0, empty: "", no: false, nothing: null, list: [undefined] };
    expect(present(given)).toStrictEqual({ zero: 0, empty: "", no: false, nothing: null, list: [undefined] });
    expect("none" in present(given)).toBe(false);
  });

  it("hides nothing of what it is spread over", () => {
    expect({ port: 5060, ...present({ port: undefined as number | undefined }) }).toStrictEqual({
      port: 5060,
    });
  });
});
