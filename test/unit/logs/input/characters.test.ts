import { describe, expect, it } from "vitest";
import { withoutColours, withoutEntities, withPlainSigns } from "../../../../src/logs/input/characters.js";

describe("colours of a terminal", () => {
  it.each([
    ["as they are", "\u001b[1;32mREGISTER\u001b[0m"],
    ["in caret notation", "^[[1;32mREGISTER^[[0m"],
    ["as octal escapes", "\\033[1;32mREGISTER\\033[0m"],
    ["as hexadecimal escapes", "\\x1b[32mREGISTER\\x1b[0m"],
    ["as rsyslog writes them", "#033[1;32mREGISTER#033[0m"],
  ])("are taken off %s", (_name, text) => {
    expect(withoutColours(text)).toBe("REGISTER");
  });

  it("are not seen in brackets of a log", () => {
    expect(withoutColours("NOTICE[1] [2026-11-23] e[1m")).toBe("NOTICE[1] [2026-11-23] e[1m");
  });
});

describe("entities of HTML", () => {
  it.each([
    ["named", "From: &lt;sip:1001@pbx.example.com&gt;;tag=&quot;x&quot;"],
    ["decimal", "From: &#60;sip:1001@pbx.example.com&#62;;tag=&#34;x&#34;"],
    ["hexadecimal", "From: &#x3c;sip:1001@pbx.example.com&#x3E;;tag=&#x22;x&#x22;"],
    ["twice", "From: &amp;lt;sip:1001@pbx.example.com&amp;gt;;tag=&amp;quot;x&amp;quot;"],
  ])("are undone, %s", (_name, text) => {
    expect(withoutEntities(text)).toBe('From: <sip:1001@pbx.example.com>;tag="x"');
  });

  it("leave an ampersand of a text that was never escaped alone", () => {
    expect(withoutEntities("sip:a@example.com?x=1&amp;y=2")).toBe("sip:a@example.com?x=1&amp;y=2");
  });

  it("make no control characters", () => {
    expect(withoutEntities("&lt;&#7;&#10;&#x1b;")).toBe("<&#7;&#10;&#x1b;");
  });

  it("are line breaks too", () => {
    expect(withoutEntities("REGISTER sip:a SIP/2.0<br/>Via: x<br>To: y")).toBe(
      "REGISTER sip:a SIP/2.0\nVia: x\nTo: y",
    );
  });
});

it("typographic quotes, dashes and blanks become plain ones", () => {
  expect(withPlainSigns("realm=“asterisk”, user ‘1001’ –\u00a0a—b\u200b…")).toBe(
    `realm="asterisk", user '1001' - a--b...`,
  );
});
