import { randomBytes } from "node:crypto";
import { Secret } from "../../src/redaction/secret.js";
import {
  type DigestAlgorithm,
  type Qop,
  readContacts,
  type SipRequest,
  verifyCredentials,
  writeChallenge,
  writeNameAddr,
} from "../../src/sip/index.js";
import type { Answer, Reply, Script } from "./scripted-registrar.js";

export interface DigestScriptOptions {
  /** Passwords by authentication user; `{ 1001: "secret" }` by default. */
  readonly users?: Readonly<Record<string, string>>;
  readonly realm?: string;
  /** One challenge for each, in this order; `["MD5"]` by default. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** `["auth"]` by default; empty is the RFC 2069 form. */
  readonly qop?: readonly Qop[];
  /** The form of its nonces: Asterisk's PJSIP, or one that is no one's (by default). */
  readonly nonces?: "pjsip";
  /** 401 by default; 407 challenges as a proxy does. */
  readonly challengeStatus?: 401 | 407;
  /** After good credentials another challenge, 407, with this realm. */
  readonly thenProxyRealm?: string;
  /** Answered after a wrong password; a new challenge by default. */
  readonly refusal?: Reply;
  /** The first credentials are called stale. */
  readonly staleOnce?: boolean;
  /** 423 below it. */
  readonly minExpires?: number;
  /** Added to each response, `Server` for example. */
  readonly headers?: readonly (readonly [string, string])[];
  /** What is listed in the 200; the bindings by default. */
  readonly contacts?: (bindings: readonly string[], request: SipRequest) => readonly string[];
  /** Bindings that are there already. */
  readonly bindings?: readonly string[];
}

/** A registrar as it should be, with real digest and bindings. OPTIONS gets 200. */
export function digestScript(options: DigestScriptOptions = {}): Script {
  const { realm = "pbx.test", headers = [], staleOnce = false } = options;
  const bindings = new Map<string, number>((options.bindings ?? []).map((uri) => [uri, 300]));
  const nonces = new Set<string>();
  let staleGiven = false;
  const judge = (request: SipRequest, proxy: boolean, ofRealm: string) => {
    const value = request.headers.get(proxy ? "Proxy-Authorization" : "Authorization");
    if (value === undefined) return "none";
    const verdict = verifyCredentials({
      header: value,
      method: request.method,
      uri: request.uri,
      body: request.body,
      realm: ofRealm,
      lookup: (user) => {
        const password = (options.users ?? { 1001: "secret" })[user];
        return password === undefined ? undefined : new Secret(password);
      },
      nonceState: (nonce) => (nonces.has(nonce) ? "valid" : "unknown"),
    });
    return verdict.ok ? "good" : "bad";
  };
  const challenge = (ofRealm: string, proxy: boolean, stale = false): Reply => {
    const written = (options.algorithms ?? ["MD5"]).map((algorithm) => {
      const nonce =
        options.nonces === "pjsip"
          ? `1796026253/${randomBytes(16).toString("hex")}`
          : `n${nonces.size + 1}x${Math.random().toString(36).slice(2)}`;
      nonces.add(nonce);
      const qop = options.qop ?? ["auth"];
      return writeChallenge({ realm: ofRealm, nonce, algorithm, qop, stale });
    });
    const name = proxy ? "Proxy-Authenticate" : "WWW-Authenticate";
    const status = proxy ? 407 : 401;
    return { status, headers: [...headers, ...written.map((value) => [name, value] as const)] };
  };
  return (request) => {
    if (request.method === "ACK") return undefined;
    if (request.method !== "REGISTER") return { status: request.method === "OPTIONS" ? 200 : 501, headers };
    const proxy = options.challengeStatus === 407;
    const first = judge(request, proxy, realm);
    if (first === "none") return challenge(realm, proxy);
    if (first === "bad")
      return options.refusal ? withHeaders(options.refusal, headers) : challenge(realm, proxy);
    if (staleOnce && !staleGiven) {
      staleGiven = true;
      return challenge(realm, proxy, true);
    }
    if (options.thenProxyRealm !== undefined) {
      const second = judge(request, true, options.thenProxyRealm);
      if (second !== "good") return challenge(options.thenProxyRealm, true);
    }
    return bind(request);
  };

  function bind(request: SipRequest): Reply {
    for (const contact of readContacts(request.headers).list) {
      const expires = contact.expires ?? 3600;
      if (expires === 0) bindings.delete(contact.uri);
      else if (expires < (options.minExpires ?? 0)) {
        return { status: 423, headers: [...headers, ["Min-Expires", String(options.minExpires)]] };
      } else bindings.set(contact.uri, expires);
    }
    const listed = [...bindings].map(([uri, expires]) =>
      writeNameAddr({ uri, params: new Map([["expires", String(expires)]]) }),
    );
    const shown = options.contacts ? options.contacts(listed, request) : listed;
    return { status: 200, headers: [...headers, ...shown.map((value) => ["Contact", value] as const)] };
  }
}

function withHeaders(reply: Reply, headers: readonly (readonly [string, string])[]): Reply {
  return { ...reply, headers: [...headers, ...(reply.headers ?? [])] };
}

/** The script with every reply changed: another port, a delay, LF-only lines, rewritten addresses … */
export function alter(script: Script, change: (reply: Reply, request: SipRequest) => Reply): Script {
  return (request, asked) => {
    const answer = script(request, asked);
    const one = (reply: NonNullable<Answer>) =>
      Array.isArray(reply) || !("status" in reply) ? reply : change(reply as Reply, request);
    return answer === undefined ? undefined : (one(answer) as Answer);
  };
}

/** A challenge with an opaque of that length, which the credentials repeat. */
export function longChallenge(length: number): Script {
  return alter(digestScript(), (reply) => ({
    ...reply,
    headers:
      reply.headers?.map(([name, value]) =>
        name === "WWW-Authenticate"
          ? ([name, `${value}, opaque="${"x".repeat(length)}"`] as const)
          : ([name, value] as const),
      ) ?? [],
  }));
}

/** Another answer to one method; the rest as in the script. */
export function instead(method: string, answer: Answer | Script, script: Script = digestScript()): Script {
  return (request, asked) => {
    if (request.method !== method) return script(request, asked);
    return typeof answer === "function" ? answer(request, asked) : answer;
  };
}

/** Silence once `count` requests have carried credentials: a ban. */
export function bannedAfter(count: number, script: Script): Script {
  let seen = 0;
  return (request, asked) => {
    if (seen >= count) return undefined;
    if (request.headers.has("Authorization")) seen += 1;
    return script(request, asked);
  };
}

/**
 * What an application layer gateway does to a response on its way back: addresses that it does not know
 * how to put back in Via, Call-ID and Contact.
 */
export function algRewrite(from: string, to: string): (reply: Reply) => Reply {
  return (reply) => ({
    ...reply,
    rewrite: (text) =>
      text.replace(
        /^(Via: SIP\/2\.0\/\w+ |Call-ID: |Contact: )(.*)$/gim,
        (_line, head: string, rest: string) => {
          const [address = "", ...params] = rest.split(";");
          return [head + address.replaceAll(from, to), ...params].join(";");
        },
      ),
  });
}
