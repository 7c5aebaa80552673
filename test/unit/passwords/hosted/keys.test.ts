import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { PageKeys } from "../../../../src/passwords/hosted/keys.js";
import { Secret } from "../../../../src/redaction/secret.js";

const hex = randomBytes(32).toString("hex");

describe("the keys of pages", () => {
  it("are the same for one configured key, in whatever form it was given, and others without one", () => {
    const [one, two] = [hex, Buffer.from(hex, "hex").toString("base64")].map((text) =>
      PageKeys.of(new Secret(text)),
    );
    const name = one?.nameOf("entry", "token") ?? "";
    expect(two?.nameOf("entry", "token")).toBe(name);
    expect(two?.unseal(name, one?.seal(name, { a: [1, "ü"] }) ?? "")).toEqual({ a: [1, "ü"] });
    expect(two?.id).toBe(one?.id);
    expect(PageKeys.of(undefined).id).not.toBe(PageKeys.of(undefined).id);
  });

  it("are the same in every version of the server, since replicas are updated one after the other", () => {
    const keys = new PageKeys(new Uint8Array(32).fill(7));
    expect(keys.id).toBe("CJRuK9WmweTpG2NI");
    expect(keys.nameOf("entry", "token")).toBe("entry:fRfPOpEWu9GX4Q-5m1Ff9GLle-cD7SdHVZD1bzCXr3E");
    expect(keys.mark("code", "b")).toBe("YhK6viY276iwK4DkNlcnGPmWDfz8OoOtuzsSmfuivsI");
    const sealed = "Xrkb2yukMkrLyAwOeCTjbeehzU7Pazz5Auqs33DkLJYgx73j";
    expect(keys.unseal("n", sealed)).toEqual(["ü", 1]);
  });

  it("make other names and marks of other parts, however those are joined", () => {
    const keys = PageKeys.of(new Secret(hex));
    const made = [
      keys.nameOf("agent", "a", "bc"),
      keys.nameOf("agent", "ab", "c"),
      keys.nameOf("agent", "abc"),
      keys.nameOf("entry", "abc"),
      `agent:${keys.mark("agent", "abc")}`,
      `agent:${keys.mark("abc")}`,
    ];
    expect(new Set(made).size).toBe(made.length);
  });

  it("seal the same value to another text each time, and open nothing that was cut, changed or made up", () => {
    const keys = PageKeys.of(new Secret(hex));
    const sealed = keys.seal("name", "value");
    expect(keys.seal("name", "value")).not.toBe(sealed);
    expect(keys.unseal("name", sealed)).toBe("value");
    for (let length = 0; length < sealed.length - 1; length += 1) {
      expect(keys.unseal("name", sealed.slice(0, length))).toBeUndefined();
    }
    for (const text of ["", "%%%", "A".repeat(200)]) expect(keys.unseal("name", text)).toBeUndefined();
    expect(keys.unseal("other", sealed)).toBeUndefined();
    expect(new PageKeys(randomBytes(32)).unseal("name", sealed)).toBeUndefined();
  });
});
