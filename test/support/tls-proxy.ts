import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { testCertificates } from "./certificates.js";

export interface TlsProxy {
  /** `https://localhost:…` */
  url: string;
  /** Where it sends on to from now on. */
  lead(base: string): void;
  close(): Promise<void>;
}

/** TLS in front of a server that speaks plain HTTP, as a proxy does it. */
export async function startTlsProxy(): Promise<TlsProxy> {
  const { ok } = await testCertificates();
  let target = "";
  const server = createServer({ cert: ok.cert, key: ok.key }, (req, res) => {
    const { method, url, headers } = req;
    const options = { method, headers: { ...headers, "x-forwarded-proto": "https" }, agent: false };
    const sent = request(new URL(url ?? "/", target), options as never, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    sent.on("error", () => res.destroy());
    req.pipe(sent);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    lead: (base) => {
      target = base;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
