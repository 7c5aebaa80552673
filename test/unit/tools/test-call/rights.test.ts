import { describe, expect, it } from "vitest";
import { shownText } from "../../../../src/redaction/untrusted.js";
import { rightsRefusal } from "../../../../src/tools/test-call/rights.js";

const RIGHTS = { hosts: ["pbx.example.com", "*.acme.com"], extensions: ["1001", "*43"] };

function refusal(places: string[], dialled: string[], rights = RIGHTS): string | undefined {
  const told = rightsRefusal(rights, { places, dialled });
  return told && shownText(told, () => undefined);
}

describe("what a server's configuration allows", () => {
  it("is the hosts and extensions that it names, each of them", () => {
    expect(refusal(["PBX.example.com"], ["1001", "*43"])).toBeUndefined();
    expect(refusal(["a.acme.com", "pbx.example.com"], ["1001"])).toBeUndefined();
    expect(refusal(["pbx.example.com", "proxy.evil.example"], ["1001"])).toMatch(/not at proxy\.evil/);
    expect(refusal(["acme.com"], ["1001"])).toMatch(/places test calls at pbx\.example\.com, \*\.acme\.com/);
    expect(refusal(["pbx.example.com"], ["1001", "600"])).toMatch(/not to 600/);
    expect(refusal(["pbx.example.com"], ["1002"])).toMatch(/not to 1002/);
  });

  it("is nothing where it names nothing, and all where it limits nothing", () => {
    expect(refusal(["pbx.example.com"], ["1001"], { hosts: [], extensions: ["1001"] })).toMatch(/nobody/);
    expect(refusal(["pbx.example.com"], ["1001"], { hosts: RIGHTS.hosts, extensions: [] })).toMatch(/nobody/);
    expect(rightsRefusal({}, { places: ["192.168.1.2"], dialled: ["200"] })).toBeUndefined();
  });
});
