import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export interface SignOptions {
  alg?: string;
  kid?: string;
  /** `null`: none. */
  typ?: string | null;
  /** Another key than the published one. */
  key?: CryptoKey | Uint8Array;
  /** Seconds from now; may lie in the past. */
  expiresIn?: number;
  notBeforeIn?: number;
}

/** An authorization server on loopback: metadata, a key set, and tokens signed with its keys. */
export interface Issuer {
  /** As it is in `iss`. */
  readonly issuer: string;
  readonly jwksUrl: URL;
  /** Paths that were asked for, in their order. */
  readonly asked: string[];
  /** A signed token: `iss`, `sub` "alice" and an `exp` in five minutes unless told otherwise. */
  sign(claims?: JWTPayload, options?: SignOptions): Promise<string>;
  /** Answers a path with something else from now on; `undefined`: as before. */
  script(path: string, answer: ((response: ServerResponse) => void) | undefined): void;
  /** Publishes another key under another id; tokens are signed with it from now on. */
  rotate(): Promise<void>;
  /** Stops to listen; `start` listens on the same port again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface IssuerOptions {
  /** Of the issuer, e.g. `/realms/test`. */
  path?: string;
  /** Where the metadata stand; default by RFC 8414. */
  metadataPath?: string;
  /** Of its keys; RS256 by default, whose keys take a while to make. */
  alg?: string;
}

export async function startIssuer({
  path = "",
  metadataPath,
  alg: ofKeys = "RS256",
}: IssuerOptions = {}): Promise<Issuer> {
  const asked: string[] = [];
  const scripts = new Map<string, (response: ServerResponse) => void>();
  const sockets = new Set<Socket>();
  let keys = await makeKeys("key-1", ofKeys);
  let port = 0;
  const base = () => `http://127.0.0.1:${port}`;
  const respond = ({ url = "" }: IncomingMessage, response: ServerResponse) => {
    asked.push(url);
    const script = scripts.get(url);
    if (script) return script(response);
    if (url === (metadataPath ?? `/.well-known/oauth-authorization-server${path}`)) {
      return sendJson(response, { issuer: base() + path, jwks_uri: `${base()}/jwks` });
    }
    if (url === "/jwks") return sendJson(response, { keys: [keys.jwk] });
    response.writeHead(404).end();
  };
  const server = createServer(respond);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const start = () => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await start();
  port = (server.address() as AddressInfo).port;
  return {
    issuer: base() + path,
    jwksUrl: new URL(`${base()}/jwks`),
    asked,
    async sign(claims = {}, options = {}) {
      const { alg = ofKeys, kid = keys.jwk.kid, typ = "at+jwt", expiresIn = 300 } = options;
      const now = Math.floor(Date.now() / 1_000);
      const { notBeforeIn } = options;
      const jwt = new SignJWT({
        iss: base() + path,
        sub: "alice",
        exp: now + expiresIn,
        iat: now,
        ...claims,
      });
      if (notBeforeIn !== undefined) jwt.setNotBefore(now + notBeforeIn);
      return jwt
        .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), ...(typ === null ? {} : { typ }) })
        .sign(options.key ?? keys.privateKey);
    },
    script: (where, answer) => void (answer ? scripts.set(where, answer) : scripts.delete(where)),
    async rotate() {
      keys = await makeKeys(`key-${Date.now()}`, ofKeys);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    start,
  };
}

async function makeKeys(kid: string, alg: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}
