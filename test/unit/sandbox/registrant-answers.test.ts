import { afterEach, describe, expect, it } from "vitest";
import type { ProfileName } from "../../../src/sandbox/registrant-profile.js";
import { STATE_CODES } from "../../../src/sandbox/registrant-state.js";
import { registersOf, settingsFor, TestRecord, VERSIONS } from "../../support/registrant.js";
import { alter, digestScript } from "../../support/registrar-scripts.js";
import { type Reply, type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/**
 * What each answer of a registrar leads to, against what OpenSIPS 3.4.18 and 4.0.1 were seen to do with `timer_interval` 10
 * and an expiry of 3600 s.
 */
interface Measured {
  /** Code of the state in which the cycle ends. */
  readonly state: number;
  /** Seconds from its first REGISTER to that of the next cycle. */
  readonly next: number;
  /** REGISTERs of the cycle. */
  readonly sent?: number;
  /** Seconds shown as the expiry; 3600 where it is left out. */
  readonly expires?: number;
  /** No mark for the next cycle is kept: OpenSIPS shows 1970. */
  readonly unmarked?: true;
}

/** Refreshed at the first tick from expires − timer, or expires − 2·timer. */
const KEPT: Both = { "3.4": { state: 3, next: 3_590 }, "4.0": { state: 3, next: 3_580 } };

/** Tried again at every tick by every version. */
const REDIRECTED: Both = {
  "3.4": { state: 5, next: 10, sent: 1, unmarked: true },
  "4.0": { state: 5, next: 10, sent: 1, unmarked: true },
};

type Both = Readonly<Record<ProfileName, Measured>>;
type Row = readonly [answer: string, script: Script, measured: Both];

const OWN = "<sip:1001@192.0.2.9:5060>";

/** A failed record: tried again at the next tick by 3.4, after the expiry by 4.0. */
function failed(state: number, sent = 1): Both {
  return {
    "3.4": { state, next: 10, sent, ...(state === 6 ? { unmarked: true } : {}) },
    "4.0": { state, next: 3_590, sent },
  };
}

function kept(change: Partial<Measured>, next: readonly [number, number] = [3_590, 3_580]): Both {
  return {
    "3.4": { ...KEPT["3.4"], next: next[0], ...change },
    "4.0": { ...KEPT["4.0"], next: next[1], ...change },
  };
}

/** The same answer to every REGISTER. */
function always(status: number, headers: Reply["headers"] = [], more: Partial<Reply> = {}): Script {
  return () => ({ status, headers, ...more });
}

/** A challenge with these headers, and a 200 for our Contact whatever is sent back. */
function unverified(...headers: (readonly [string, string])[]): Script {
  return (request) => {
    const answered = ["Authorization", "Proxy-Authorization"].some((name) => request.headers.has(name));
    if (!answered) return { status: headers[0]?.[0].startsWith("Proxy") ? 407 : 401, headers };
    return { status: 200, headers: [["Contact", request.headers.get("Contact") ?? ""]] };
  };
}

function challenges(...values: string[]): Script {
  return unverified(...values.map((value) => ["WWW-Authenticate", value] as const));
}

/** A challenge, then one answer to all that carries credentials. */
function after401(then: Reply): Script {
  return (request) =>
    request.headers.has("Authorization") ? then : { status: 401, headers: [["WWW-Authenticate", MD5]] };
}

/** Grants our Contact so many seconds. */
function grants(seconds: number): Script {
  return (request) => {
    const contact = (request.headers.get("Contact") ?? "").replace(/expires=\d+/, `expires=${seconds}`);
    return { status: 200, headers: [["Contact", contact]] };
  };
}

/** 423 with that Min-Expires, until it is asked for. */
function atLeast(seconds: number): Script {
  return (request) => {
    const contact = request.headers.get("Contact") ?? "";
    return contact.endsWith(`expires=${seconds}`)
      ? { status: 200, headers: [["Contact", contact]] }
      : { status: 423, headers: [["Min-Expires", String(seconds)]] };
  };
}

/** Answers of a good registrar with headers on top. */
function withHeaders(...headers: (readonly [string, string])[]): Script {
  return digestScript({ headers });
}

const MD5 = 'Digest realm="pbx.test", nonce="n1", algorithm=MD5, qop="auth"';
const BASIC = 'Basic realm="pbx.test"';
const AKA = 'Digest realm="pbx.test", nonce="n1", algorithm=AKAv1-MD5, qop="auth"';

/** Made anew for each version: some registrars remember. */
const rows = (): readonly Row[] => [
  ["401, then 200 with our Contact", digestScript(), kept({ sent: 2, expires: 3_600 })],
  ["407, then 200 with our Contact", digestScript({ challengeStatus: 407 }), kept({ sent: 2 })],
  [
    "200 with another Contact only, and Expires: 120",
    always(200, [
      ["Contact", `${OWN};expires=30`],
      ["Expires", "120"],
    ]),
    kept({ expires: 120 }, [110, 100]),
  ],
  [
    "200 with another Contact only, without Expires",
    always(200, [["Contact", `${OWN};expires=30`]]),
    kept({ expires: 3_600 }),
  ],
  ["200 without Contact", always(200), failed(5)],
  ["401, then 200 without Contact", after401({ status: 200 }), failed(5, 2)],
  ["200 that grants 0 s", grants(0), kept({ sent: 1, expires: 3_600 })],
  ["202", always(202), failed(7)],
  ["202 with Contact", always(202, [["Contact", OWN]]), failed(7)],
  ["204", always(204), failed(7)],
  ["a grant of 60 s", grants(60), kept({ expires: 60 }, [50, 40])],
  ["a grant of 20 s", grants(20), kept({ expires: 20 }, [10, 10])],
  ["a grant of 5 s", grants(5), kept({ expires: 5 }, [10, 10])],
  [
    "our Contact without expires, and Expires: 120",
    (request) => ({
      status: 200,
      headers: [
        ["Contact", request.headers.get("Contact")?.split(";expires")[0] ?? ""],
        ["Expires", "120"],
      ],
    }),
    kept({ expires: 120 }, [110, 100]),
  ],
  [
    "Service-Route and Path",
    withHeaders(["Service-Route", "<sip:192.0.2.9;lr>"], ["Path", "<sip:192.0.2.9;lr>"]),
    KEPT,
  ],
  ["empty reason phrases", alter(digestScript(), (reply) => ({ ...reply, reason: "" })), kept({ sent: 2 })],
  [
    "odd reason phrases",
    alter(digestScript(), (reply) => ({ ...reply, reason: "Não, 1 Fehler" })),
    kept({ sent: 2 }),
  ],
  ["a realm in UTF-8", digestScript({ realm: "Büro" }), kept({ sent: 2 })],
  ["401 twice", always(401, [["WWW-Authenticate", MD5]]), failed(6, 2)],
  ["401, then 407", after401({ status: 407, headers: [["Proxy-Authenticate", MD5]] }), failed(6, 2)],
  ["stale=true to the credentials", digestScript({ staleOnce: true }), failed(6, 2)],
  ["stale=true in the first 401", challenges(`${MD5}, stale=true`), kept({ sent: 2 })],
  ["SHA-256 only", digestScript({ algorithms: ["SHA-256"] }), kept({ sent: 2 })],
  ["SHA-512-256 only", digestScript({ algorithms: ["SHA-512-256"] }), kept({ sent: 2 })],
  ["MD5-sess", digestScript({ algorithms: ["MD5-sess"] }), kept({ sent: 2 })],
  ["SHA-256 and MD5", digestScript({ algorithms: ["SHA-256", "MD5"] }), kept({ sent: 2 })],
  ['qop="auth-int"', digestScript({ qop: ["auth-int"] }), kept({ sent: 2 })],
  ['qop="auth-int,auth"', digestScript({ qop: ["auth-int", "auth"] }), kept({ sent: 2 })],
  ["qop without quotes", challenges('Digest realm="r", nonce="n", qop=auth'), kept({ sent: 2 })],
  ["no qop", digestScript({ qop: [] }), kept({ sent: 2 })],
  ["Basic first, Digest second", challenges(BASIC, MD5), failed(5)],
  ["Basic first, Digest second, in one header", challenges(`${BASIC}, ${MD5}`), failed(5)],
  ["NTLM first, Digest second", challenges("NTLM", MD5), failed(5)],
  ["Digest first, Basic second", challenges(MD5, BASIC), kept({ sent: 2 })],
  ["Digest first, AKAv1-MD5 second", challenges(MD5, AKA), kept({ sent: 2 })],
  ["AKAv1-MD5 alone", challenges(AKA), { "3.4": failed(5)["3.4"], "4.0": kept({ sent: 2 })["4.0"] }],
  [
    "AKAv1-MD5 first, MD5 second",
    challenges(AKA, MD5),
    { "3.4": failed(5)["3.4"], "4.0": kept({ sent: 2 })["4.0"] },
  ],
  ["no realm", challenges('Digest nonce="n"'), failed(5)],
  ['realm=""', challenges('Digest realm="", nonce="n"'), failed(5)],
  ["Basic alone", challenges(BASIC), failed(5)],
  ["401 without a challenge", always(401), failed(5)],
  ...[403, 404, 405, 480, 500, 600, 603, 606, 400, 420, 421, 494].map(
    (status): Row => [`${status}`, always(status), failed(7)],
  ),
  ["503 with Retry-After", always(503, [["Retry-After", "5"]]), failed(7)],
  ["408", always(408), failed(4)],
  ["302", always(302), REDIRECTED],
  ["302 with Contact", always(302, [["Contact", OWN]]), REDIRECTED],
  ["423 with Min-Expires 7200", atLeast(7_200), kept({ sent: 2, expires: 7_200 }, [7_190, 7_180])],
  ["423 with Min-Expires 86400", atLeast(86_400), kept({ sent: 2, expires: 86_400 }, [86_390, 86_380])],
  ["423 without Min-Expires", always(423), failed(7)],
  [
    "200 that lists two bindings",
    (request) => ({
      status: 200,
      headers: [
        ["Contact", OWN],
        ["Contact", request.headers.get("Contact") ?? ""],
      ],
    }),
    kept({ sent: 1 }),
  ],
];

let registrar: ScriptedRegistrar | undefined;
let record: TestRecord | undefined;
afterEach(async () => {
  await record?.close();
  await registrar?.close();
});

describe.each(VERSIONS)("the registrant like OpenSIPS %s", (version) => {
  it.each(rows())("takes %s as measured", async (_, script, measured) => {
    const { state, next, sent, expires = 3_600, unmarked } = measured[version];
    registrar = await ScriptedRegistrar.start({ script });
    record = new TestRecord(version, settingsFor(registrar.target().port));
    await record.cycle();
    const { snapshot } = record.registrant;
    expect(STATE_CODES[snapshot.state]).toBe(state);
    expect(snapshot.timeoutSeconds).toBe(expires);
    // One tick of the timer before the expiry, whether a binding ends there or not.
    const mark = record.clock.date(record.clock.now() + expires - 10);
    expect(snapshot.expires).toStrictEqual(unmarked ? undefined : mark);
    if (sent !== undefined) expect(registersOf(registrar)).toHaveLength(sent);
    expect(await record.secondsToNext()).toBe(next);
  });
});
