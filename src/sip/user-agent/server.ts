import { present } from "../../base/present.js";
import type { ServerTransaction } from "../transaction/server-transaction.js";
import type { Timers } from "../transaction/timers.js";
import { Transactions } from "../transaction/transactions.js";
import type { Flow, SocketAddress, TransportName } from "../transport/flow.js";
import { listenForStreams, type ServerTls, type StreamListener } from "../transport/listen.js";
import type { Trace } from "../transport/trace.js";
import { openUdpFlow } from "../transport/udp.js";

/** What a server listens on. Port 0 takes a free one. */
export interface ListenOn extends SocketAddress {
  readonly transport: TransportName;
  /** Needed for `tls`. */
  readonly tls?: ServerTls;
}

export interface SipServerOptions {
  readonly listen: readonly ListenOn[];
  /** Every new request but ACK and CANCEL; must be answered. `transactions` are those of the flow it came on: further requests to that peer go there. */
  readonly onRequest: (transaction: ServerTransaction, transactions: Transactions) => void;
  readonly timers?: Timers;
  readonly trace?: Trace;
}

/** A SIP server on one or several sockets: the listening side of a registrar, PBX or user agent. */
export class SipServer {
  readonly #options: SipServerOptions;
  readonly #flows = new Map<Flow, Transactions>();
  readonly #listeners: StreamListener[] = [];
  readonly #addresses: ListenOn[] = [];

  private constructor(options: SipServerOptions) {
    this.#options = options;
  }

  /** @throws Error (Node's, with `code`) when a socket cannot be bound; those that were are closed again. */
  static async start(options: SipServerOptions): Promise<SipServer> {
    const server = new SipServer(options);
    try {
      for (const on of options.listen) await server.#listen(on);
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** What it listens on, with the ports that were taken, in the order asked for. */
  get addresses(): readonly ListenOn[] {
    return this.#addresses;
  }

  /** The port of a transport. @throws Error when the server does not listen on it. */
  port(transport: TransportName): number {
    const found = this.#addresses.find((address) => address.transport === transport);
    if (!found) throw new Error(`this server does not listen on ${transport}`);
    return found.port;
  }

  /** Ends all transactions and connections and frees the ports. */
  async close(): Promise<void> {
    const flows = [...this.#flows];
    this.#flows.clear();
    await Promise.all([
      ...this.#listeners.map((listener) => listener.close()),
      ...flows.map(([flow, transactions]) => {
        transactions.close();
        return flow.close();
      }),
    ]);
  }

  async #listen(on: ListenOn): Promise<void> {
    if (on.transport !== "udp") {
      if (on.transport === "tls" && !on.tls) throw new Error("a TLS port needs a certificate");
      const listener = await listenForStreams(on, on.tls, (flow) => this.#adopt(flow));
      this.#listeners.push(listener);
      this.#addresses.push({ ...on, port: listener.local.port });
      return;
    }
    const outcome = await openUdpFlow(on);
    if (outcome.kind !== "connected") throw bindError(on, outcome);
    this.#addresses.push({ ...on, port: outcome.flow.local.port });
    this.#adopt(outcome.flow);
  }

  #adopt(flow: Flow): void {
    const { timers, trace, onRequest } = this.#options;
    trace?.watch(flow);
    const transactions: Transactions = new Transactions(flow, {
      ...present({ timers }),
      onRequest: (transaction) => onRequest(transaction, transactions),
    });
    this.#flows.set(flow, transactions);
    flow.subscribe({ closed: () => this.#flows.delete(flow) });
  }
}

function bindError(on: ListenOn, outcome: { readonly kind: string }): Error {
  const code = "code" in outcome ? String(outcome.code) : outcome.kind;
  const error = new Error(`cannot listen on ${on.transport} ${on.address} port ${on.port}: ${code}`);
  return Object.assign(error, { code });
}
