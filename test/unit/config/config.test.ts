import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError, type Flags, loadConfig, secretsOf } from "../../../src/config/index.js";
import { VARIABLE_NAMES } from "../../../src/config/settings.js";
import type { Environment } from "../../../src/config/source.js";
import { keyBytes } from "../../../src/config/values.js";

/**
 * What variables, flags and the secrets file come to.
 *
 * Long: each setting has its cases here, those of how they are read and those of what is wrong with them.
 */

const AGENT = "11111111-1111-4111-8111-111111111111";

/** What may be missing at a start: counts as not set. */
const CREDENTIALS = ["TELZINO_CLIENT_ID", "TELZINO_CLIENT_SECRET", "TELZINO_ACCESS_TOKEN"];

/** A reference that a client should have replaced by a value. */
function unfilled(name: string): string {
  return `\${${name}}`;
}

function problemsOf(env: Environment, flags?: Flags): readonly string[] {
  try {
    loadConfig(env, flags);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("nothing set", () => {
  it("gives the documented defaults and no credentials", () => {
    const config = loadConfig({ PATH: "/bin" });
    expect(config).toMatchObject({
      readOnly: false,
      logLevel: "warn",
      proxy: {},
      passwordArgument: true,
      notes: [],
    });
    expect(config.apiUrl.href).toBe("https://api.telzino.com/");
    expect(config.auth).toBeUndefined();
    expect(config.agentId).toBeUndefined();
    expect(config.sandbox).toBeUndefined();
    expect(config.sipSecrets.size).toBe(0);
  });

  it("takes empty and blank variables, and a client's unfilled placeholders, as not set", () => {
    const config = loadConfig({
      TELZINO_CLIENT_ID: "",
      TELZINO_ACCESS_TOKEN: "  ",
      TELZINO_AGENT_ID: `\${user_config.agent_id}`,
      TELZINO_TYPO: "",
    });
    expect(config.auth).toBeUndefined();
    expect(config.agentId).toBeUndefined();
  });

  it.each([
    unfilled("TELZINO_CLIENT_ID"),
    unfilled("env:TELZINO_CLIENT_ID"),
    unfilled("input:telzino-id"),
    "$TELZINO_CLIENT_ID",
    `\${{ secrets.////TELZINO_CLIENT_ID }}`,
  ])("counts credentials that the client has not filled in (%s) as not set, and says so", (reference) => {
    const config = loadConfig({
      TELZINO_CLIENT_ID: reference,
      TELZINO_CLIENT_SECRET: reference,
      TELZINO_SIP_SECRET_OFFICE: reference,
    });
    expect(config.auth).toBeUndefined();
    expect([...config.sipSecrets.keys()]).toEqual([]);
    expect(config.notes).toHaveLength(3);
    for (const note of config.notes) expect(note).toMatch(/^TELZINO_\w+ counts as not set: .*reference/);
  });

  it("never takes what was to restrict it for not set, because the client has not filled it in", () => {
    for (const name of [
      "TELZINO_READ_ONLY",
      "TELZINO_AGENT_ID",
      "TELZINO_PASSWORD_ARGUMENT",
      "TELZINO_SIP_SECRET_OFFICE_HOSTS",
    ]) {
      expect(() =>
        loadConfig({ TELZINO_SIP_SECRET_OFFICE: "x-1234", [name]: unfilled("NOT_THERE") }),
      ).toThrow(name);
    }
  });

  it.each(VARIABLE_NAMES.filter((name) => !CREDENTIALS.includes(name)))(
    "refuses a reference that the client has not filled in as the value of %s",
    (name) => {
      for (const reference of [
        unfilled("NOT_THERE"),
        unfilled("env:NOT_THERE"),
        "$TELZINO_NOT_THERE",
        `\${{ secrets.////NOT_THERE }}`,
      ]) {
        expect(() => loadConfig({ [name]: reference })).toThrow(
          `${name} is a reference ($…) that was not filled in. Give the value itself`,
        );
      }
    },
  );

  it.each([
    `${unfilled("HOME")}/telzino.log`,
    `/var/log/${unfilled("USER")}/telzino.log`,
    "$HOME/telzino.log",
    "$env:TEMP\\telzino.log",
    "%APPDATA%\\telzino.log",
  ])("refuses a reference within a path: %s", (path) => {
    for (const given of [
      () => loadConfig({ TELZINO_LOG_FILE: path }),
      () => loadConfig({}, { logFile: path }),
    ]) {
      expect(given).toThrow(/(?:TELZINO_LOG_FILE|--log-file) must not contain a reference/);
    }
  });

  it.each(["/var/log/a$b.log", "C:\\logs\\100%.log", "cost$.log", "{a}.log"])(
    "takes a path with such a sign for what it is: %s",
    (path) => {
      expect(loadConfig({ TELZINO_LOG_FILE: path }).logFile).toBe(path);
    },
  );

  it("says with a problem what was not filled in", () => {
    const env = { TELZINO_CLIENT_ID: unfilled("TELZINO_CLIENT_ID"), TELZINO_CLIENT_SECRET: "s3cret" };
    expect(() => loadConfig(env)).toThrow(/counts as not set/);
  });
});

describe("credentials", () => {
  it("reads a client id and secret, and leaves out blanks around them", () => {
    const { auth } = loadConfig({ TELZINO_CLIENT_ID: "abc ", TELZINO_CLIENT_SECRET: " s3cret\n" });
    expect(auth).toMatchObject({ kind: "clientCredentials", clientId: "abc" });
    expect(auth?.kind === "clientCredentials" && auth.clientSecret.reveal()).toBe("s3cret");
  });

  it("reads an access token", () => {
    const { auth } = loadConfig({ TELZINO_ACCESS_TOKEN: "a.b.c" });
    expect(auth?.kind === "token" && auth.accessToken.reveal()).toBe("a.b.c");
  });

  it("names the missing half of a pair", () => {
    expect(problemsOf({ TELZINO_CLIENT_ID: "abc" })).toEqual([
      "TELZINO_CLIENT_SECRET is missing: TELZINO_CLIENT_ID is set, and it goes with it.",
    ]);
    expect(problemsOf({ TELZINO_CLIENT_SECRET: "x" })[0]).toMatch(/^TELZINO_CLIENT_ID is missing/);
  });

  it("says what to remove when both ways are set", () => {
    const problems = problemsOf({
      TELZINO_CLIENT_ID: "abc",
      TELZINO_CLIENT_SECRET: "def",
      TELZINO_ACCESS_TOKEN: "ghi",
    });
    expect(problems).toEqual([
      "Two ways to log in are set: remove TELZINO_ACCESS_TOKEN to use a client id and secret, or remove TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET to use the token.",
    ]);
  });

  it("refuses a token with its scheme or a line break inside", () => {
    expect(problemsOf({ TELZINO_ACCESS_TOKEN: "Bearer abc" })[0]).toContain('without "Bearer"');
    expect(problemsOf({ TELZINO_ACCESS_TOKEN: "abc\ndef" })[0]).toContain("line breaks");
  });

  it("cannot be printed", () => {
    const config = loadConfig({ TELZINO_CLIENT_ID: "abc", TELZINO_CLIENT_SECRET: "hunter22" });
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain("hunter22");
  });
});

describe("TELZINO_API_URL", () => {
  const urlOf = (TELZINO_API_URL: string) => loadConfig({ TELZINO_API_URL }).apiUrl.href;

  it.each([
    ["https://api.example.com", "https://api.example.com/"],
    ["https://api.example.com/", "https://api.example.com/"],
    ["https://gw.example.com/telzino//", "https://gw.example.com/telzino"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"],
    ["http://127.9.9.9/", "http://127.9.9.9/"],
    ["http://localhost:1/", "http://localhost:1/"],
    ["http://[::1]:8080/", "http://[::1]:8080/"],
  ])("takes %s as %s", (given, expected) => {
    expect(urlOf(given)).toBe(expected);
  });

  it.each([
    ["http://api.example.com", "must begin with https://"],
    ["http://127.0.0.1.example.com", "must begin with https://"],
    ["http://localhost.example.com", "must begin with https://"],
    ["ftp://api.example.com", "must be a URL that begins with https://"],
    ["api.example.com", "must be a URL that begins with https://"],
    ["https://", "must be a URL that begins with https://"],
    ["https://me:hunter22@api.example.com", "must not contain a user or password"],
    ["https://api.example.com/?key=hunter22", "must not contain a query"],
    ["https://api.example.com/?", "must not contain a query"],
    ["https://api.example.com/v1/", "must end before /v1"],
  ])("refuses %s and says what is right", (given, words) => {
    const [problem, ...more] = problemsOf({ TELZINO_API_URL: given });
    expect(problem).toContain(`TELZINO_API_URL ${words}`);
    expect(problem).not.toContain("hunter22");
    expect(more).toEqual([]);
  });
});

describe("other settings", () => {
  it("reads the agent, read-only and the log level", () => {
    const env = {
      TELZINO_AGENT_ID: AGENT.toUpperCase(),
      TELZINO_READ_ONLY: "Yes",
      TELZINO_LOG_LEVEL: "DEBUG",
    };
    expect(loadConfig(env)).toMatchObject({ agentId: AGENT, readOnly: true, logLevel: "debug" });
  });

  it.each(["1", "true", "yes", "on", "ON"])("takes %s as yes", (TELZINO_READ_ONLY) => {
    expect(loadConfig({ TELZINO_READ_ONLY }).readOnly).toBe(true);
  });

  it.each(["0", "false", "no", "off"])("takes %s as no", (value) => {
    const config = loadConfig({ TELZINO_READ_ONLY: value, TELZINO_PASSWORD_ARGUMENT: value });
    expect(config).toMatchObject({ readOnly: false, passwordArgument: false });
  });

  it("lets a flag win over its variable, but not one switch read-only off that the other asks for", () => {
    const other = "22222222-2222-4222-8222-222222222222";
    const env = { TELZINO_API_URL: "https://a.example", TELZINO_AGENT_ID: AGENT, TELZINO_LOG_LEVEL: "error" };
    const config = loadConfig(env, {
      apiUrl: "https://b.example",
      agentId: other,
      logLevel: "trace",
      readOnly: true,
    });
    expect(config.apiUrl.host).toBe("b.example");
    expect(config).toMatchObject({ agentId: other, logLevel: "trace", readOnly: true });
    expect(loadConfig({ TELZINO_READ_ONLY: "1" }, { readOnly: false }).readOnly).toBe(true);
  });

  it("lists every problem at once, each with what is right, and repeats no value", () => {
    const problems = problemsOf(
      {
        TELZINO_CLIENT_ID: "abc",
        TELZINO_READ_ONLY: "perhaps",
        TELZINO_LOG_LEVEL: "loud",
        TELZINO_AGENT_ID: "hunter22",
        TELZINO_API_URL: "hunter22",
        TELZINO_APIURL: "x",
      },
      { sandboxApiPort: "99999" },
    );
    expect(problems.map((problem) => problem.split(" ")[0]).toSorted()).toEqual([
      "--sandbox-api-port",
      "--sandbox-api-port",
      "TELZINO_AGENT_ID",
      "TELZINO_APIURL",
      "TELZINO_API_URL",
      "TELZINO_CLIENT_SECRET",
      "TELZINO_LOG_LEVEL",
      "TELZINO_READ_ONLY",
    ]);
    expect(problems.join()).not.toMatch(/hunter22|perhaps|loud/);
    expect(problems.join()).toContain("error, warn, info, debug, trace");
  });
});

describe("unknown variables", () => {
  it.each([
    ["TELZINO_CLIENT_SECRT", "TELZINO_CLIENT_SECRET"],
    ["TELZINO_APIURL", "TELZINO_API_URL"],
    ["TELZINO_READONLY", "TELZINO_READ_ONLY"],
    ["TELZINO_TOKEN", "TELZINO_ACCESS_TOKEN"],
    ["telzino_agent_id", "TELZINO_AGENT_ID"],
    ["TELZINO_SIP_SECRT_OFFICE", "TELZINO_SIP_SECRET_<NAME>"],
    ["TELZINO_SIPSECRET_OFFICE", "TELZINO_SIP_SECRET_<NAME>"],
    ["TELZINO_SIP_SECRET_office", "TELZINO_SIP_SECRET_<NAME>"],
  ])("%s is refused with the nearest match, %s", (given, near) => {
    const problems = problemsOf({ [given]: "x" });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${given} is not a variable of this program: did you mean ${near}`);
  });

  it("starts where a client passes on its own token for a server over HTTP", () => {
    expect(() => loadConfig({ TELZINO_MCP_TOKEN: "t" })).not.toThrow();
    expect(() => loadConfig({ TELZINO_MCP_TOKENS: "t" })).toThrow("not a variable of this program");
  });

  it("lists what is known where nothing is near", () => {
    const [problem] = problemsOf({ TELZINO_COLOUR_SCHEME: "x" });
    expect(problem).toContain("Known are TELZINO_CLIENT_ID, TELZINO_CLIENT_SECRET");
  });

  it("leaves other programs' variables alone", () => {
    expect(problemsOf({ TELZINOX: "x", MY_TELZINO_X: "y" })).toEqual([]);
  });
});

describe("proxies", () => {
  it("reads the three variables in both cases; lower case wins", () => {
    const { proxy } = loadConfig({
      HTTPS_PROXY: "http://upper:1",
      https_proxy: "lower.example:3128",
      HTTP_PROXY: "https://plain.example",
      no_proxy: "localhost,.lan",
    });
    expect(proxy).toEqual({
      httpsProxy: "http://lower.example:3128/",
      httpProxy: "https://plain.example/",
      noProxy: "localhost,.lan",
    });
  });

  it.each([
    "http://user:hunter22@",
    "http://user:hunter22@host:99999",
    "socks5://user:hunter22@host",
    "::hunter22::",
  ])("refuses an address that cannot be used without showing it (%#)", (value) => {
    const [problem, ...more] = problemsOf({ HTTPS_PROXY: value });
    expect(problem).toMatch(/^HTTPS_PROXY must/);
    expect(problem).not.toContain("hunter22");
    expect(more).toEqual([]);
  });

  it("uses none for an API on loopback", () => {
    const env = { HTTPS_PROXY: "http://proxy:1", TELZINO_API_URL: "http://127.0.0.1:1" };
    expect(loadConfig(env).proxy).toEqual({});
  });
});

describe("named SIP secrets", () => {
  it("reads names, values exactly as given, and the hosts that they are pinned to", () => {
    const { sipSecrets } = loadConfig({
      TELZINO_SIP_SECRET_OFFICE_PBX: " with blanks ",
      TELZINO_SIP_SECRET_OFFICE_PBX_HOSTS: "PBX.acme.com, *.acme.com,[::1],10.0.0.1",
      TELZINO_SIP_SECRET_LAB2: "x",
    });
    expect([...sipSecrets.keys()]).toEqual(["OFFICE_PBX", "LAB2"]);
    expect(sipSecrets.get("OFFICE_PBX")?.secret.reveal()).toBe(" with blanks ");
    expect(sipSecrets.get("OFFICE_PBX")?.hosts).toEqual(["pbx.acme.com", "*.acme.com", "[::1]", "10.0.0.1"]);
    expect(sipSecrets.get("LAB2")?.hosts).toEqual([]);
  });

  it.each(["sip:pbx.acme.com", "pbx.acme.com:5060", "*", "a b", ",", "*.*.com"])(
    "refuses the pin %s",
    (hosts) => {
      const problems = problemsOf({ TELZINO_SIP_SECRET_A: "x", TELZINO_SIP_SECRET_A_HOSTS: hosts });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/^TELZINO_SIP_SECRET_A_HOSTS must be comma-separated hosts/);
    },
  );

  it("refuses pins without their secret, and a secret with a line break", () => {
    expect(problemsOf({ TELZINO_SIP_SECRET_A_HOSTS: "a.example" })).toEqual([
      "TELZINO_SIP_SECRET_A is missing: TELZINO_SIP_SECRET_A_HOSTS says where it may be used.",
    ]);
    expect(problemsOf({ TELZINO_SIP_SECRET_A: "one\ntwo" })[0]).toContain("line breaks");
  });
});

describe("sandbox", () => {
  it("takes ports, ignores credentials, proxies and the API's address, and says so", () => {
    const env = {
      TELZINO_CLIENT_ID: "half a pair",
      TELZINO_API_URL: "nonsense",
      HTTPS_PROXY: "nonsense://",
      TELZINO_AGENT_ID: AGENT,
    };
    const config = loadConfig(env, { sandbox: true, sandboxSipPort: "15060" });
    expect(config).toMatchObject({ sandbox: { apiPort: 0, sipPort: 15060 }, agentId: AGENT, proxy: {} });
    expect(config.auth).toBeUndefined();
    expect(config.notes).toEqual([
      "The sandbox brings its own API and credentials; not used: TELZINO_CLIENT_ID, TELZINO_API_URL.",
    ]);
  });

  it("refuses its ports without --sandbox, and another API with it", () => {
    expect(problemsOf({}, { sandboxApiPort: "8080" })[0]).toContain("--sandbox-api-port goes with --sandbox");
    expect(problemsOf({}, { sandbox: true, apiUrl: "https://a.example" })[0]).toContain(
      "--api-url cannot be combined",
    );
  });
});

describe("the key of pages", () => {
  const bytes = "0123456789abcdef".repeat(4);

  it.each([bytes, bytes.toUpperCase(), "A".repeat(43), `${"A".repeat(43)}=`, `${"-_+/".repeat(10)}AAA=`])(
    "is 32 bytes: %s",
    (text) => {
      const config = loadConfig({ TELZINO_PAGE_KEY: text });
      expect(keyBytes(config.pageKey?.reveal() ?? "")).toHaveLength(32);
      expect(secretsOf(config).map((secret) => secret.reveal())).toEqual([text]);
    },
  );

  it.each(["a password", bytes.slice(1), `${bytes}0`, "A".repeat(42), "A".repeat(45), "A B".repeat(14)])(
    "is no %s, which is not repeated",
    (text) => {
      const problems = problemsOf({ TELZINO_PAGE_KEY: text });
      expect(problems).toEqual([expect.stringMatching(/^TELZINO_PAGE_KEY must be 32 random bytes/)]);
      expect(problems.join()).not.toContain(text);
    },
  );
});

describe("secretsOf", () => {
  it("gives every value that must not be shown, a proxy's password in both forms", () => {
    const config = loadConfig({
      TELZINO_ACCESS_TOKEN: "token-1",
      HTTPS_PROXY: "http://me:p%40ss@proxy:1",
      TELZINO_SIP_SECRET_A: "sip-1",
    });
    expect(secretsOf(config).map((secret) => secret.reveal())).toEqual([
      "token-1",
      "p%40ss",
      "p@ss",
      "sip-1",
    ]);
    expect(secretsOf(loadConfig({}))).toEqual([]);
  });
});
