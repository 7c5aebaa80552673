import { Buffer } from "node:buffer";
import { parseMessage, SipParseError } from "../sip/index.js";
import type { TracedMessage } from "./trace.js";

/**
 * Calls in a list of packets, which shows start lines and who sent them. Lines are matched by the two ends: a
 * status is for the request before it, an INVITE begins a call unless one exists already.
 */

type Start = Readonly<Record<string, string | undefined>>;

const METHODS: ReadonlySet<string> = new Set(["INVITE", "ACK", "BYE", "CANCEL", "UPDATE", "PRACK", "REFER"]);

interface ListedCall {
  readonly id: string;
  readonly caller: string;
  readonly uri: string;
  cseq: number;
  answered: boolean;
  asked: boolean;
  done: boolean;
  /** Who sent the last INVITE, until it is answered for good: the same again is a copy of it. */
  waits?: string | undefined;
}

export class ListedCalls {
  readonly #calls = new Map<string, ListedCall>();
  /** The last request on the way from one end to another, by both. */
  readonly #last = new Map<string, string>();
  /** Those that have no final answer yet. */
  readonly #open = new Map<string, readonly string[]>();
  /** The request that the status in hand is for. */
  #asked: string | undefined;
  #count = 0;

  /** Whether a packet is one of a call; it is remembered what the request was that a status is for. */
  isOfCall({ method, of, status }: Start, from: string, to: string): boolean {
    if (method !== undefined) {
      if (method !== "ACK") this.#send(`${from} ${to}`, method);
      return METHODS.has(method);
    }
    this.#asked = of ?? this.#answer(`${to} ${from}`, Number(status ?? 0));
    return this.#asked !== undefined && METHODS.has(this.#asked);
  }

  /** Whether the status in hand is for a request other than REGISTER, and of no call: OPTIONS, SUBSCRIBE. */
  get isOfAnother(): boolean {
    return this.#asked !== undefined && this.#asked !== "REGISTER" && !METHODS.has(this.#asked);
  }

  #send(way: string, method: string): void {
    this.#last.set(way, method);
    const open = this.#open.get(way) ?? [];
    this.#open.set(way, [...open.filter((each) => each !== method), method]);
  }

  /** A status is for the last request that still waits for one: another may have been sent in between, and be answered. */
  #answer(way: string, status: number): string | undefined {
    const open = this.#open.get(way) ?? [];
    const asked = open.at(-1) ?? this.#last.get(way);
    if (status >= 200) this.#open.set(way, open.slice(0, -1));
    return asked;
  }

  read(start: Start, from: string, to: string): Omit<TracedMessage, "line"> | undefined {
    const pair = pairOf(from, to);
    const { method, uri = "", status, of } = start;
    if (method === "INVITE") return this.#invite(pair, uri, from, to);
    const call = this.#calls.get(pair) ?? (method === "REFER" ? this.#standing(pair, from) : undefined);
    if (call === undefined) return undefined;
    const code = Number(status ?? 0);
    const about = method ?? of ?? this.#asked ?? "INVITE";
    // A status goes to the one who asked.
    const asker = method === undefined ? to : from;
    if (method === "BYE") call.done = true;
    if (about === "INVITE" && code >= 200) {
      call.waits = undefined;
      if (code < 300) call.answered = true;
      else if (code === 401 || code === 407) call.asked = true;
      else call.done = true;
    }
    const first =
      method === undefined ? `SIP/2.0 ${code} ${start.reason?.trim() ?? ""}` : `${method} ${uri} SIP/2.0`;
    return message(first, call, about, asker, from, to);
  }

  /** A call that was there before the list begins. */
  #standing(pair: string, caller: string): ListedCall {
    this.#count += 1;
    const id = `listed ${this.#count} ${pair}`;
    const call = { id, caller, uri: "", cseq: 1, answered: true, asked: false, done: false };
    this.#calls.set(pair, call);
    return call;
  }

  #invite(pair: string, uri: string, from: string, to: string): Omit<TracedMessage, "line"> | undefined {
    const before = this.#calls.get(pair);
    const again = before !== undefined && !before.done && before.uri === uri && before.caller === from;
    if (before === undefined || before.done || !(again || before.answered)) {
      this.#count += 1;
      const call = {
        id: `listed ${this.#count} ${pair}`,
        caller: from,
        uri,
        cseq: 1,
        answered: false,
        asked: false,
        done: false,
        waits: from,
      };
      this.#calls.set(pair, call);
      return message(`INVITE ${uri} SIP/2.0`, call, "INVITE", from, from, to);
    }
    const copy = before.answered && before.waits === from;
    if ((before.answered && !copy) || before.asked) before.cseq += 1;
    before.waits = from;
    const credentials = before.asked;
    before.asked = false;
    return message(`INVITE ${uri} SIP/2.0`, before, "INVITE", from, from, to, credentials);
  }
}

function pairOf(from: string, to: string): string {
  return [from, to].toSorted().join(" ");
}

function message(
  first: string,
  { id, caller, uri, cseq, answered }: ListedCall,
  method: string,
  asker: string,
  from: string,
  to: string,
  credentials = false,
): Omit<TracedMessage, "line"> | undefined {
  const address = /^(sips?:[^;?\s]{1,128})/.exec(uri)?.[1] ?? "sip:callee.invalid";
  const [own, other] = asker === caller ? ["a", "b"] : ["b", "a"];
  // What is in the dialog has both tags; the first INVITE has one.
  const inDialog = answered && (method !== "INVITE" || cseq > 1);
  const head = [
    first,
    `From: <sip:caller.invalid>;tag=${own}`,
    `To: <${address}>${inDialog ? `;tag=${other}` : ""}`,
    `Call-ID: ${id}`,
    `CSeq: ${cseq} ${method}`,
    ...(credentials ? ["Authorization: Digest of a listed packet"] : []),
  ];
  try {
    const parsed = parseMessage(Buffer.from([...head, "", ""].join("\r\n"), "utf8"));
    return { message: parsed, peer: from, to, listed: true };
  } catch (error) {
    if (error instanceof SipParseError) return undefined;
    throw error;
  }
}
