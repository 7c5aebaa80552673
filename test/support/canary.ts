import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Secret } from "../../src/redaction/secret.js";
import { startSandbox } from "../../src/sandbox/index.js";
import { Pbx } from "../../src/sandbox/pbx.js";
import { createTelzinoClient } from "../../src/telzino/client.js";
import { FRONT_DESK } from "./agents.js";

/** A password that no one else has, with every sign in it that some encoding changes. */
export function canaryPassword(): string {
  // In its own order, so no two have a part in common.
  const signs = [..."\"&<'ä%+ /\\="]
    .map((sign) => [randomBytes(4).readUInt32BE(), sign] as const)
    .sort(([one], [other]) => one - other)
    .map(([, sign]) => sign);
  return `c${randomBytes(9).toString("base64url")}${signs.join("")}${randomBytes(3).toString("hex")}`;
}

/** The ways in which a program may write a value, found without any code of the redactor's. */
function formsOf(value: string, realm: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const json = JSON.stringify(value).slice(1, -1);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const inBase64 = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before, "x"), bytes, Buffer.alloc(3, "x")]).toString("base64");
    // Without the characters that carry bits of a neighbour.
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(own)];
  });
  const digestInputs = ["md5", "sha256"].map((algorithm) =>
    createHash(algorithm).update(`1001:${realm}:${value}`).digest("hex"),
  );
  return [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(value),
    encodeURIComponent(encodeURIComponent(value)),
    new URLSearchParams([["", value]]).toString().slice(1),
    html,
    html.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    html.replaceAll('"', "&#34;").replaceAll("'", "&#x27;"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    value.replaceAll("\\", "\\\\").replaceAll('"', '\\"'),
    ...inBase64,
    ...digestInputs,
    // Half of it would be too much too.
    value.slice(0, 12),
    value.slice(-6),
  ];
}

const REALM = "canary.pbx";

/** Where a password is in what has been written, in whatever form; empty: nowhere. */
export function leaksIn(written: Readonly<Record<string, string>>, password: string): string[] {
  const forms = formsOf(password, REALM);
  return Object.entries(written).flatMap(([place, text]) =>
    forms
      .filter((form) => text.includes(form))
      .map((form) => `${place}: ${text.slice(Math.max(0, text.indexOf(form) - 60)).slice(0, 160)}`),
  );
}

/** The contents of every file below a folder. */
export function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), "latin1"),
    ]),
  );
}

export interface CanaryWorld {
  /** Of the API that talks too much. */
  apiUrl: string;
  env: Record<string, string>;
  /** Arguments for the PBX whose extension 1001 has the password. */
  line: { agentId: string; sipDomain: string; port: number; username: string };
  bindings(): readonly string[];
  /** Stores the registration with the password, as if it had been done before. */
  store(): Promise<void>;
  /** Whether the API refuses writes, with what it was sent in its answer. */
  refuse(yes: boolean): void;
  /** Whether the API refuses reads with the password, which it was not sent, in its words. */
  gossip(yes: boolean): void;
  /** Whether the API says the password in names of agents and of states, bare and in every encoding in turn. */
  name(yes: boolean): void;
  /** Whether the API says the password nowhere, as one does. */
  quiet(yes: boolean): void;
  /** How many characters the API says before the password, so it lies across the place where a text is cut. */
  pad(characters: number): void;
  /** How many ways of writing it the API has. */
  ways: number;
  close(): Promise<void>;
}

/**
 * A sandbox and a PBX whose password no one else knows, behind an API that repeats that password, in every
 * encoding in turn, wherever an answer has room for words.
 */
export async function startCanaryWorld(password: string): Promise<CanaryWorld> {
  const sandbox = await startSandbox({});
  const pbx = await Pbx.start({
    host: "127.0.0.1",
    port: 0,
    timers: { t1: 100, t2: 800, t4: 1_000 },
    realm: REALM,
    accounts: new Map([["1001", new Secret(password)]]),
    minExpires: 60,
    maxExpires: 3_600,
  });
  const forms = formsOf(password, REALM).slice(0, 15);
  let turn = 0;
  let refusing = false;
  let gossiping = false;
  let naming = false;
  let quiet = false;
  let padding = "";
  const nextForm = () => `${padding}${forms[turn++ % forms.length] ?? ""}`;
  const talk = () => (padding === "" ? `The password ${nextForm()} was used` : nextForm());
  const api = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = "GET", url = "/", headers } = request;
    if (refusing && method === "PUT") {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ success: false, message: `refused: ${body.toString()} ${talk()}` }));
      return;
    }
    if (gossiping && method === "GET") {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ success: false, message: talk() }));
      return;
    }
    const answer = await fetch(new URL(url, sandbox.apiUrl), {
      method,
      headers: {
        ...(headers.authorization ? { authorization: headers.authorization } : {}),
        ...(headers["content-type"] ? { "content-type": headers["content-type"] } : {}),
      },
      ...(body.length > 0 ? { body } : {}),
    });
    const text = await answer.text();
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    const keys = quiet
      ? undefined
      : naming
        ? /message$|^name$|^state$/i
        : url.endsWith("/status")
          ? /message$/i
          : undefined;
    response.end(keys === undefined ? text : talkative(text, keys, naming ? nextForm : talk));
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const { clientId, clientSecret } = sandbox;
  const line = { agentId: FRONT_DESK, sipDomain: "127.0.0.1", port: pbx.port, username: "1001" };
  return {
    apiUrl,
    env: {
      TELZINO_API_URL: apiUrl,
      TELZINO_CLIENT_ID: clientId,
      TELZINO_CLIENT_SECRET: clientSecret.reveal(),
      TELZINO_LOG_LEVEL: "trace",
    },
    line,
    bindings: () => pbx.registrar.bindings("1001").map(({ uri }) => uri),
    async store() {
      const client = createTelzinoClient({
        apiUrl: sandbox.apiUrl,
        auth: { kind: "clientCredentials", clientId, clientSecret },
        userAgent: "test",
        onToken: () => {},
      });
      const { agentId, ...settings } = line;
      const stored = { ...settings, transport: "udp", subscribe: false } as const;
      await client.putRegistration(agentId, stored, new Secret(password));
      await client.close();
    },
    refuse: (yes) => {
      refusing = yes;
    },
    gossip: (yes) => {
      gossiping = yes;
    },
    name: (yes) => {
      naming = yes;
    },
    quiet: (yes) => {
      quiet = yes;
    },
    pad: (characters) => {
      turn = 0;
      padding = `${"x".repeat(characters - 1)} `;
    },
    ways: forms.length,
    async close() {
      api.closeAllConnections();
      await new Promise((resolve) => api.close(resolve));
      await sandbox.close();
      await pbx.close();
    },
  };
}

/** An answer in which the texts of those keys are the API's own words. */
function talkative(text: string, keys: RegExp, words: () => string): string {
  return JSON.stringify(
    JSON.parse(text, (key, value) => (keys.test(key) && typeof value === "string" ? words() : value)),
  );
}
