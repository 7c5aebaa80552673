import { createSocket } from "node:dgram";
import type { Account } from "./accounts.js";

/** A running registrar. */
export interface SipPeer<Accounts extends Readonly<Record<string, Account>>> {
  readonly name: string;
  /** As the program tells it. */
  readonly version: string;
  readonly host: "127.0.0.1";
  readonly realm: string;
  readonly ports: { readonly udp: number; readonly tcp: number; readonly tls: number };
  readonly accounts: Accounts;
  /** Process group, for {@link isRunning}. */
  readonly group: number;
  /** Everything that it has logged so far. */
  readonly log: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Whether anything answers an OPTIONS sent over UDP within 200 ms. Any answer is a sign of life. `user` goes into From:
 * with one that Asterisk does not know, the question would count as an attack.
 */
export function answersOptions(port: number, user: string): Promise<boolean> {
  const socket = createSocket("udp4");
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => finish(false), 200);
    const finish = (answered: boolean) => {
      clearTimeout(timer);
      socket.removeAllListeners().on("error", () => {});
      socket.close();
      resolve(answered);
    };
    // ECONNREFUSED of a port that no one has opened yet.
    socket.on("error", () => finish(false));
    socket.on("message", (bytes) => finish(bytes.toString("latin1").startsWith("SIP/2.0 ")));
    socket.connect(port, "127.0.0.1", () => socket.send(optionsRequest(port, user, socket.address().port)));
  });
}

function optionsRequest(port: number, user: string, localPort: number): string {
  const id = Math.random().toString(36).slice(2);
  return [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${localPort};rport;branch=z9hG4bK${id}`,
    "Max-Forwards: 70",
    `From: <sip:${user}@127.0.0.1>;tag=${id}`,
    `To: <sip:127.0.0.1:${port}>`,
    `Call-ID: ${id}`,
    "CSeq: 1 OPTIONS",
    `Contact: <sip:${user}@127.0.0.1:${localPort}>`,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}
