import { afterEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import { SipServer, writeChallenge } from "../../../src/sip/index.js";
import { type ApiCaller, callerOf, FRONT_DESK } from "../../support/sandbox-api.js";

/** What the registrant makes of registrars that answer oddly: the rows of OpenSIPS's table, over real sockets. */

let sandbox: Sandbox | undefined;
let registrar: SipServer | undefined;
afterEach(async () => {
  await sandbox?.close();
  await registrar?.close();
});

interface Script {
  status: number;
  headers?: [string, string][];
}

/** A registrar that gives these answers in turn, the last one for ever. */
async function against(...script: Script[]): Promise<{ api: ApiCaller; requests: string[][] }> {
  const requests: string[][] = [];
  registrar = await SipServer.start({
    listen: [{ transport: "udp", address: "127.0.0.1", port: 0 }],
    onRequest: (transaction) => {
      const { headers } = transaction.request;
      const { status, headers: extra = [] } = script[Math.min(requests.length, script.length - 1)] as Script;
      requests.push(["Expires", "Authorization", "Contact"].map((name) => headers.get(name) ?? ""));
      const contact: [string, string][] =
        status === 200 && extra.length === 0 ? [["Contact", headers.get("Contact") ?? ""]] : extra;
      transaction.respond(status, { headers: contact });
    },
  });
  sandbox = await startSandbox();
  const api = await callerOf(sandbox);
  const port = registrar.port("udp");
  await api.put(FRONT_DESK, { sipDomain: "127.0.0.1", port, username: "u", password: "p" });
  return { api, requests };
}

const CHALLENGE: [string, string][] = [
  ["WWW-Authenticate", writeChallenge({ realm: "r", nonce: "n", algorithm: "MD5", qop: ["auth"] })],
];
const STALE: [string, string][] = [
  ["WWW-Authenticate", writeChallenge({ realm: "r", nonce: "n2", algorithm: "MD5", stale: true })],
];

describe("the registrant", () => {
  it.each([
    [
      "403 after credentials",
      [{ status: 401, headers: CHALLENGE }, { status: 403 }],
      "REGISTRAR_ERROR_STATE",
    ],
    [
      "a stale nonce",
      [
        { status: 401, headers: CHALLENGE },
        { status: 401, headers: STALE },
      ],
      "WRONG_CREDENTIALS_STATE",
    ],
    ["a redirect", [{ status: 302, headers: [["Contact", "<sip:127.0.0.1:9>"]] }], "INTERNAL_ERROR_STATE"],
    [
      "a challenge of another scheme",
      [{ status: 401, headers: [["WWW-Authenticate", "Bearer x=1"]] }],
      "INTERNAL_ERROR_STATE",
    ],
    ["a 200 without Contact", [{ status: 200, headers: [["Server", "x"]] }], "INTERNAL_ERROR_STATE"],
    ["503", [{ status: 503 }], "REGISTRAR_ERROR_STATE"],
    ["423 without Min-Expires", [{ status: 423 }], "REGISTRAR_ERROR_STATE"],
  ] as [string, Script[], string][])("takes %s as OpenSIPS does", async (_, script, state) => {
    const { api, requests } = await against(...script);
    await api.until(FRONT_DESK, state);
    expect(requests).toHaveLength(script.length);
  });

  it("asks for the interval that a 423 wants", async () => {
    const { api, requests } = await against(
      { status: 423, headers: [["Min-Expires", "7200"]] },
      { status: 200 },
    );
    const { status } = await api.until(FRONT_DESK, "REGISTERED_STATE");
    expect(requests.map(([expires]) => expires)).toEqual(["3600", "7200"]);
    expect(status.registrationTimeout).toBe("7200");
  });

  it("un-registers its own Contact and no other, showing the states of un-registering", async () => {
    const { api, requests } = await against(
      { status: 200 },
      { status: 401, headers: CHALLENGE },
      { status: 200 },
    );
    await api.until(FRONT_DESK, "REGISTERED_STATE");
    await api.remove(FRONT_DESK);
    await api.until(FRONT_DESK, "NOT_FOUND");
    expect(requests.map(([expires]) => expires)).toEqual(["3600", "0", "0"]);
    const own = requests.map(([, , contact]) => contact?.split(">")[0]);
    expect(new Set(own).size).toBe(1);
    expect(own[0]).toMatch(/^<sip:u@127\.0\.0\.1:\d+$/);
  });
});
