import { Secret } from "../../src/redaction/secret.js";
import type { StoredSip } from "../../src/sandbox/store.js";
import type { SipRequest } from "../../src/sip/index.js";
import { testCertificates } from "../../test/support/certificates.js";
import { settingsFor } from "../../test/support/registrant.js";
import { after401, always, answerRows, grants, MD5 } from "../../test/support/registrant-answers.js";
import { type Closers, pem, SILENCES, scripted, tls } from "../../test/support/registrant-silences.js";
import { digestScript, longChallenge } from "../../test/support/registrar-scripts.js";
import type { Script } from "../../test/support/scripted-registrar.js";
import type { Observation } from "./observation.js";

/** What is done to a record while it is watched, at so many seconds. */
export interface Act {
  readonly at: number;
  readonly does: "change" | "force" | "remove";
  readonly settings: (settings: StoredSip) => StoredSip;
}

interface RowStart {
  readonly closers: Closers;
  /** For what the registrar sees. */
  readonly observation: Observation;
  /** By which the registrant's time is shortened. */
  readonly factor: number;
}

export interface Row {
  readonly name: string;
  /** Begins the registrar, and says how a record gets there. */
  readonly start: (start: RowStart) => Promise<StoredSip>;
  readonly acts: readonly Act[];
  /** Brings OpenSIPS down or holds it up, or makes it read the whole table: it gets a separate server. */
  readonly apart: boolean;
  /** Seconds to watch. */
  readonly seconds: number;
  /** For a record that continues without a pause, which no two do at the same pace. */
  readonly mostRequests?: number;
  /** Nothing answers: see `upToTimeout`. */
  readonly waits?: true;
}

/** Two ticks more than the expiry takes; neither ends near a tick. */
const SECONDS = 96;
/** The same for a record that has waited for 30 s before. */
const SECONDS_AFTER_SILENCE = 106;
const ACT_AT = 15;

/** A script at a pace: what it delays is shortened as the registrant's time is. */
type Paced = (factor: number) => Script;

function udpRow(name: string, script: Paced, more: Partial<Row> = {}): Row {
  return {
    name,
    acts: [],
    apart: false,
    seconds: SECONDS,
    ...more,
    start: async ({ closers, observation, factor }) => {
      const registrar = await scripted(closers, watched(observation, script(factor)));
      return settingsFor(registrar.target().port);
    },
  };
}

/** The script, and what it was asked. */
function watched(observation: Observation, script: Script): Script {
  return (request, asked) => {
    if (request.method === "REGISTER") {
      const { headers } = request;
      const contact = headers.get("Contact") ?? "";
      const [, expires] = /;expires=(\d+)/.exec(contact) ?? [];
      observation.seen.push({
        at: Date.now(),
        expires: expires ?? `${headers.get("Expires")} ${contact}`,
        credentials: headers.has("Authorization") || headers.has("Proxy-Authorization"),
        callId: headers.get("Call-ID") ?? "",
        form: formOf(request),
      });
    }
    return script(request, asked);
  };
}

/**
 * How a request is written: its URI with no host and port, the names of its headers and of the parameters in Via and
 * credentials. Content-Length may be anywhere.
 */
function formOf({ uri, headers }: SipRequest): string {
  const names = [...headers].map(([name]) => name).filter((name) => name !== "Content-Length");
  const via = (headers.get("Via") ?? "").split(";").slice(1);
  const credentials = headers.get("Authorization") ?? headers.get("Proxy-Authorization") ?? "";
  const parameters = [...credentials.matchAll(/(\w+)=/g)].map(([, name]) => name);
  return [
    uri.replace(/\d[\d.]*:\d+/, "…"),
    names.join(" "),
    `Via ${via.map((param) => param.split("=")[0])}`,
    ...(parameters.length > 0 ? [`credentials ${parameters.sort().join(" ")}`] : []),
  ].join(", ");
}

const OWN_ANSWERS: readonly Row[] = [
  udpRow("a grant once, then none that is said", () => (request, asked) => {
    const [contact = ""] = (request.headers.get("Contact") ?? "").split(";expires");
    return { status: 200, headers: [["Contact", asked.index === 0 ? `${contact};expires=35` : contact]] };
  }),
  udpRow("our Contact as a second one", () => (request) => {
    const own = (request.headers.get("Contact") ?? "").replace(/\d+$/, "45");
    return { status: 200, headers: [["Contact", `<sip:1001@192.0.2.9:5060>;expires=20, ${own}`]] };
  }),
  ...[600, 3].map((seconds) =>
    udpRow(
      `423 with Min-Expires ${seconds} whatever is asked`,
      (factor) => always(423, [["Min-Expires", String(seconds)]], { delayMs: 1_000 / factor }),
      { mostRequests: 8 },
    ),
  ),
  udpRow("423 with Min-Expires 7200, then a grant without a number", () => (request, asked) => {
    if (asked.index === 0) return { status: 423, headers: [["Min-Expires", "7200"]] };
    const [contact = ""] = (request.headers.get("Contact") ?? "").split(";expires");
    return { status: 200, headers: [["Contact", contact]] };
  }),
  udpRow(
    "423 with Min-Expires 45, then 503",
    () => (_, asked) =>
      asked.index % 2 === 0 ? { status: 423, headers: [["Min-Expires", "45"]] } : { status: 503 },
  ),
  udpRow(
    "a grant of 45 s, then 503",
    () => (request, asked) => (asked.index === 0 ? grants(45)(request, asked) : { status: 503 }),
  ),
  udpRow("silence after the credentials", () => after401Silent, { waits: true }),
  udpRow("an answer 12 s late", (factor) => (request) => ({
    status: 200,
    headers: [["Contact", request.headers.get("Contact") ?? ""]],
    delayMs: 12_000 / factor,
  })),
  udpRow("credentials refused twice, then taken", () => {
    const good = digestScript();
    let refused = 0;
    return (request, asked) => {
      if (!request.headers.has("Authorization") || refused === 2) return good(request, asked);
      refused += 1;
      return { status: 401, headers: [["WWW-Authenticate", MD5]] };
    };
  }),
  udpRow("403 to the credentials", () => after401({ status: 403 })),
  udpRow("a challenge of usual length", () => longChallenge(10)),
  ...[200, 300, 400, 1_000].map((length) =>
    udpRow(
      `a challenge that makes more than 512 bytes of Contact and Authorization (opaque of ${length})`,
      () => longChallenge(length),
      {
        apart: true,
        seconds: 9,
      },
    ),
  ),
];

const after401Silent: Script = (request, asked) =>
  request.headers.has("Authorization") ? undefined : digestScript()(request, asked);

const NAMES: readonly Row[] = (["udp", "tcp"] as const).map((transport) => ({
  name: `a name that does not resolve (${transport})`,
  acts: [],
  // While it asks for it, all its records wait.
  apart: true,
  seconds: SECONDS,
  start: async () => settingsFor(5060, { sipDomain: "nobody.invalid", transport }),
}));

const TLS: readonly Row[] = (
  [
    ["a trusted authority and another host's name", "wrongName", {}],
    ["a trusted authority and the right name", "ok", {}],
    ["TLS 1.3 only", "ok", { minVersion: "TLSv1.3" }],
  ] as const
).map(([name, which, more]) => ({
  name: `TLS with ${name}`,
  acts: [],
  apart: false,
  seconds: SECONDS,
  start: async ({ closers, observation }) => {
    const SNICallback = (server: string, done: (error: null) => void) => {
      observation.names.push(server);
      done(null);
    };
    const certificate = (await testCertificates())[which];
    const script = watched(observation, digestScript());
    return (await tls(closers, { ...pem(certificate), ...more, SNICallback }, script)).settings;
  },
}));

const same = (settings: StoredSip) => settings;
const changed = (settings: StoredSip) => ({ ...settings, password: new Secret("another") });

const CHANGES: readonly Row[] = [
  udpRow("a registered record gets another password", () => digestScript(), {
    apart: true,
    acts: [{ at: ACT_AT, does: "change", settings: changed }],
  }),
  udpRow("a registered record with a short grant gets another password", () => grants(45), {
    apart: true,
    acts: [{ at: ACT_AT, does: "change", settings: changed }],
  }),
  udpRow("a registered record gets another password and is forced", () => digestScript(), {
    apart: true,
    acts: [
      { at: ACT_AT, does: "change", settings: changed },
      { at: ACT_AT, does: "force", settings: changed },
    ],
  }),
  udpRow("a failed record gets another password", () => digestScript({ users: { 1001: "another" } }), {
    apart: true,
    acts: [{ at: ACT_AT, does: "change", settings: changed }],
  }),
  udpRow("a registered record is removed", () => digestScript(), {
    apart: true,
    acts: [{ at: ACT_AT, does: "remove", settings: same }],
  }),
  udpRow("a failed record is removed", () => always(503), {
    apart: true,
    acts: [{ at: ACT_AT, does: "remove", settings: same }],
  }),
];

/** New ones for each registrant. */
export function comparedRows(): readonly Row[] {
  return [
    ...answerRows().map(([name, script]) => udpRow(name, () => script)),
    ...OWN_ANSWERS,
    ...SILENCES.map(
      ([name, meet]): Row => ({
        name,
        acts: [],
        apart: false,
        seconds: SECONDS_AFTER_SILENCE,
        waits: true,
        start: async ({ closers }) => (await meet(closers)).settings,
      }),
    ),
    ...NAMES,
    ...TLS,
    ...CHANGES,
  ];
}
