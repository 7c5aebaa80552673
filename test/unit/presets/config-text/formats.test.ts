import { describe, expect, it } from "vitest";
import { configTextsFor, fillForm, type SetupValues } from "../../../../src/presets/config-text/index.js";
import {
  csvField,
  nameOf,
  regexLiteral,
  shellWord,
  xmlText,
} from "../../../../src/presets/config-text/quote.js";

function text(id: string, index: number, values: SetupValues): string {
  return configTextsFor(id, values)[index]?.text ?? "";
}

describe("quoting", () => {
  it("leaves nothing of XML in XML text", () => {
    expect(xmlText(`<a b="c">&'`)).toBe("&lt;a b=&quot;c&quot;&gt;&amp;&apos;");
  });

  it("makes one shell word of anything", () => {
    expect(shellWord("it's $(id)")).toBe("'it'\\''s $(id)'");
  });

  it("quotes CSV fields, and disarms what a spreadsheet would take for a formula", () => {
    expect(csvField('a,"b"')).toBe('"a,""b"""');
    for (const formula of ["=1+1", "+1", "-1", "@x"]) expect(csvField(formula)).toBe(` ${formula}`);
    expect(csvField("plain")).toBe("plain");
  });

  it("escapes what a regular expression would read", () => {
    expect(new RegExp(`^${regexLiteral("+1.5")}$`).test("+1.5")).toBe(true);
    expect(new RegExp(`^${regexLiteral("+1.5")}$`).test("+115")).toBe(false);
  });

  it.each([
    ["Front Desk", "Front Desk"],
    ["Empfang Köln (Süd)", "Empfang Köln (Süd)"],
    ["O'Brien & Söhne", "O'Brien & Söhne"],
    ['"Desk" <1001>', "Desk 1001"],
    ["=cmd|' /C calc", "cmd ' C calc"],
    ["-->", "Telzino agent"],
    ["", "Telzino agent"],
    [undefined, "Telzino agent"],
    ["x".repeat(500), "x".repeat(60)],
  ])("shows the name %j as %j", (agentName, shown) => {
    expect(nameOf(agentName === undefined ? {} : { agentName })).toBe(shown);
  });
});

describe("Asterisk", () => {
  it("names section, AOR and login after the user, and the digest user as given", () => {
    const ini = text("asterisk-pjsip", 0, { username: "1001", authUsername: "auth-77" });
    expect(ini).toMatch(/^\[1001\]\ntype=endpoint$/m);
    expect(ini).toMatch(/^aors=1001$/m);
    expect(ini).toMatch(/^\[1001-auth\]\ntype=auth\nauth_type=userpass\nusername=auth-77$/m);
    expect(ini).toMatch(/^\[1001\]\ntype=aor\nmax_contacts=1$/m);
  });

  it("gives the agent its own context that reaches nothing", () => {
    const [endpoint, , dialplan] = configTextsFor("asterisk-pjsip", { username: "1001" });
    expect(endpoint?.text).toContain("context=from-telzino");
    expect(dialplan?.text).toMatch(/\[from-telzino\]\n;include => internal\n/);
  });

  it("writes a transport that fits, with a certificate only for TLS", () => {
    expect(text("asterisk-pjsip", 1, { transport: "tls" })).toMatch(
      /protocol=tls\nbind=0\.0\.0\.0:5061\ncert_file=/,
    );
    const udp = text("asterisk-pjsip", 1, { transport: "udp", port: 5070 });
    expect(udp).toContain("bind=0.0.0.0:5070");
    expect(udp).not.toContain("cert_file");
  });

  it("routes a number only when one is given", () => {
    expect(text("asterisk-pjsip", 2, { username: "1001", did: "+15551234567" })).toContain(
      "exten => 15551234567,1,Goto(telzino,1001,1)",
    );
    expect(text("asterisk-pjsip", 2, { username: "1001" })).not.toContain("Goto");
  });
});

describe("FreePBX", () => {
  it("gives the Bulk Handler its columns, and has FreePBX make the secret", () => {
    expect(text("freepbx-pjsip", 0, { username: "1001", agentName: "Front Desk" })).toBe(
      "extension,name,description,tech,secret\n1001,Front Desk,Front Desk,pjsip,REGEN\n",
    );
    expect(text("freepbx-chan-sip", 0, { username: "1001" })).toContain(",sip,REGEN");
  });

  it("takes numbers only, as the import does", () => {
    expect(() => configTextsFor("freepbx-pjsip", { username: "desk" })).toThrow(/only digits/);
  });
});

describe("FreeSWITCH", () => {
  it("looks the digest user up, and rings the extension in its domain", () => {
    const values = { username: "1001", authUsername: "auth-77", sipDomain: "pbx.example.com" };
    expect(text("freeswitch", 0, values)).toContain('<user id="auth-77">');
    expect(text("freeswitch", 1, values)).toContain('data="user/1001@pbx.example.com"');
  });

  it("is not told to have files written by hand where FusionPBX keeps a database", () => {
    const [directory] = configTextsFor("fusionpbx", { username: "1001", sipDomain: "a.example.com" });
    expect(directory?.title).toMatch(/compare, do not paste/);
    expect(directory?.target).toBe("fs_cli -x 'find_user_xml id 1001 a.example.com'");
  });
});

describe("Kamailio and OpenSIPS", () => {
  it("let the database make the hashes that the registrar compares with", () => {
    const sql = text("kamailio-opensips", 1, { username: "1001", sipDomain: "pbx.example.com" });
    expect(sql).toContain("MD5('1001:pbx.example.com:REPLACE_WITH_A_STRONG_PASSWORD')");
    expect(sql).toContain("MD5('1001@pbx.example.com:pbx.example.com:REPLACE_WITH_A_STRONG_PASSWORD')");
  });

  it("have opensips-cli ask for the password", () => {
    expect(text("kamailio-opensips", 3, { username: "1001", sipDomain: "pbx.example.com" })).toBe(
      "opensips-cli -x user add '1001@pbx.example.com'\n",
    );
  });
});

describe("Twilio", () => {
  it("dials the domain without its edge", () => {
    const values = { username: "desk", sipDomain: "acme.sip.ashburn.twilio.com" };
    expect(text("twilio-sip-domain", 1, values)).toContain("<Sip>sip:desk@acme.sip.twilio.com</Sip>");
    expect(text("twilio-sip-domain", 0, values)).toContain("--domain-name 'acme.sip.twilio.com'");
  });

  it("refuses a domain that is not Twilio's", () => {
    expect(() => configTextsFor("twilio-sip-domain", { sipDomain: "pbx.example.com" })).toThrow(
      /\.sip\.twilio\.com/,
    );
  });
});

describe("a step of the catalogue", () => {
  it.each([
    ["pjsip show endpoint {endpoint}", "pjsip show endpoint 1001"],
    ["bridge to user/{id}@{domain}", "bridge to user/1001@acme.sip.twilio.com"],
    ["<Sip>{username}@{domain}.sip.twilio.com</Sip>", "<Sip>1001@acme.sip.twilio.com</Sip>"],
    ["{letter} of the {trunk}", "{letter} of the {trunk}"],
    ["{E.164 number}", "{E.164 number}"],
  ])("%j becomes %j", (form, filled) => {
    expect(fillForm(form, { username: "1001", sipDomain: "acme.sip.twilio.com" })).toBe(filled);
  });
});
