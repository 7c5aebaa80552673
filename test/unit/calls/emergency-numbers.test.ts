import { describe, expect, it } from "vitest";
import { mayBeEmergency } from "../../../src/calls/emergency-numbers.js";

describe("a number that may reach an emergency service", () => {
  it.each(["112", "911", "999", "000", "110", "113", "119", "15", "1122", "10111", "723141"])(
    "is %s",
    (number) => {
      expect(mayBeEmergency(number)).toBe(true);
    },
  );

  it.each(["1300", "1305", "1399"])("is %s, as the whole block of it", (number) => {
    expect(mayBeEmergency(number)).toBe(true);
  });

  it.each(["113001", "11300", "13001", "130a0"])("is not %s for that block: it is longer", (number) => {
    expect(mayBeEmergency(number.replace("a", "00"))).toBe(false);
  });

  it.each(["0112", "9112", "8112", "00112", "09112", "90112", "88911", "99911", "01300"])(
    "is %s, after the digits for an outside line",
    (number) => {
      expect(mayBeEmergency(number)).toBe(true);
    },
  );

  it.each(["7112", "1911", "000112"])("is not %s: no outside line begins like that", (number) => {
    expect(mayBeEmergency(number)).toBe(false);
  });

  it.each(["*112", "#112#", "1-1-2", " 9 11 "])("is %j, whatever is between its digits", (number) => {
    expect(mayBeEmergency(number)).toBe(true);
  });

  it.each(["1001", "200", "600", "4321", "9196", "8", "9", "0", "00", "", "112112"])(
    "is not %j",
    (number) => {
      expect(mayBeEmergency(number)).toBe(false);
    },
  );
});
