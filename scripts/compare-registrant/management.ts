import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** Longer than a busy machine takes, and there is no second try: a command is not to be carried out twice. */
const ANSWER_MS = 5_000;

interface RpcAnswer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** OpenSIPS's management interface: JSON-RPC in datagrams on loopback (`mi_datagram`). */
export class Management {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #waiting = new Map<number, (answer: RpcAnswer) => void>();
  #last = 0;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on("message", (bytes) => {
      const answer = JSON.parse(bytes.toString()) as RpcAnswer;
      this.#waiting.get(answer.id ?? 0)?.(answer);
    });
    // A port that is refused is noticed as an answer that does not come.
    socket.on("error", () => {});
  }

  static async open(port: number): Promise<Management> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new Management(socket, port);
  }

  /** @throws Error where OpenSIPS says no, or says nothing. */
  async call(method: string, params: object = {}, answerMs = ANSWER_MS): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<RpcAnswer>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`OpenSIPS has not answered ${method}`)), answerMs);
      this.#waiting.set(id, resolve);
    });
    try {
      this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }), this.#port, "127.0.0.1");
      const { result, error } = await answered;
      if (error) throw new Error(`OpenSIPS refuses ${method}: ${error.code} ${error.message}`);
      return result;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  close(): void {
    this.#socket.close();
  }
}
