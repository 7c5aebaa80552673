import type { ProfileName } from "../../src/sandbox/registrant-profile.js";
import { alter, digestScript } from "./registrar-scripts.js";
import type { Reply, Script } from "./scripted-registrar.js";

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
  /** Seconds to the mark for the next cycle where it is not one tick less than the expiry; 0: OpenSIPS shows 1970. */
  readonly mark?: number;
}

/** Refreshed at the first tick from expires − timer, or expires − 2·timer. */
const KEPT: Both = { "3.4": { state: 3, next: 3_590 }, "4.0": { state: 3, next: 3_580 } };

/** Tried again at every tick by every version. */
const REDIRECTED: Both = {
  "3.4": { state: 5, next: 10, sent: 1, mark: 0 },
  "4.0": { state: 5, next: 10, sent: 1, mark: 0 },
};

type Both = Readonly<Record<ProfileName, Measured>>;
export type AnswerRow = readonly [answer: string, script: Script, measured: Both];

const OWN = "<sip:1001@192.0.2.9:5060>";

/** 3.4 keeps no mark after refused credentials, and a later one after an answer that it cannot use. */
function markOf34(state: number): Pick<Measured, "mark"> {
  if (state === 6) return { mark: 0 };
  return state === 5 ? { mark: 3_600 } : {};
}

/** A failed record: tried again at the next tick by 3.4, after the expiry by 4.0. */
function failed(state: number, sent = 1): Both {
  return {
    "3.4": { state, next: 10, sent, ...markOf34(state) },
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
export function always(status: number, headers: Reply["headers"] = [], more: Partial<Reply> = {}): Script {
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
export function after401(then: Reply, challenge = MD5): Script {
  return (request) =>
    request.headers.has("Authorization") ? then : { status: 401, headers: [["WWW-Authenticate", challenge]] };
}

/** Grants our Contact so many seconds. */
export function grants(seconds: number): Script {
  return (request) => {
    const contact = (request.headers.get("Contact") ?? "").replace(/expires=\d+/, `expires=${seconds}`);
    return { status: 200, headers: [["Contact", contact]] };
  };
}

/** Our Contact, written by the registrar in another way. */
function rewrites(part: RegExp, by: string, expires?: string): Script {
  return (request) => ({
    status: 200,
    headers: [
      ["Contact", (request.headers.get("Contact") ?? "").replace(part, by)],
      ...(expires === undefined ? [] : [["Expires", expires] as const]),
    ],
  });
}

/** A grant of 45 s for a Contact whose URI is equal to ours and is not written as ours, which 3.4 takes for a foreign one. */
const EQUAL_URI: Both = { "3.4": KEPT["3.4"], "4.0": { ...KEPT["4.0"], next: 30, expires: 45 } };

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

export const MD5 = 'Digest realm="pbx.test", nonce="n1", algorithm=MD5, qop="auth"';
const BASIC = 'Basic realm="pbx.test"';
const AKA = 'Digest realm="pbx.test", nonce="n1", algorithm=AKAv1-MD5, qop="auth"';

/** Made again for each version: some registrars remember. */
export const answerRows = (): readonly AnswerRow[] => [
  ["401, then 200 with our Contact", digestScript(), kept({ sent: 2, expires: 3_600 })],
  ["407, then 200 with our Contact", digestScript({ challengeStatus: 407 }), kept({ sent: 2 })],
  [
    "200 with another Contact only, and Expires: 45",
    always(200, [
      ["Contact", `${OWN};expires=30`],
      ["Expires", "45"],
    ]),
    kept({ expires: 45 }, [40, 30]),
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
  ["a grant of 65 s", grants(65), kept({ expires: 65 }, [60, 50])],
  ["a grant of 25 s", grants(25), kept({ expires: 25 }, [20, 10])],
  ["a grant of 5 s", grants(5), kept({ expires: 5 }, [10, 10])],
  [
    "our Contact without expires, and Expires: 45",
    (request) => ({
      status: 200,
      headers: [
        ["Contact", request.headers.get("Contact")?.split(";expires")[0] ?? ""],
        ["Expires", "45"],
      ],
    }),
    kept({ expires: 45 }, [40, 30]),
  ],
  [
    "our Contact with 0 s, and Expires: 45",
    rewrites(/expires=\d+$/, "expires=0", "45"),
    kept({ expires: 45 }, [40, 30]),
  ],
  [
    "our Contact with a parameter that we did not send",
    rewrites(/>;expires=\d+$/, ";ob>;expires=45"),
    EQUAL_URI,
  ],
  ["our Contact with a letter escaped", rewrites(/sip:1(.*=)\d+$/, "sip:%31$145"), EQUAL_URI],
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
    (status): AnswerRow => [`${status}`, always(status), failed(7)],
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
