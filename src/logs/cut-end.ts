import { hostOf } from "./frames.js";
import type { TracedMessage } from "./traced-message.js";

/**
 * An answer at the end of a paste, cut within its head. Its status line shows what it is; the request before it shows
 * what it answers. Pure.
 */

const HEADER = /^([A-Za-z][A-Za-z0-9-]{0,40})\s{0,3}:\s{0,5}(.{0,500})/;
/** They are the same in an answer as in its request (RFC 3261 8.2.6.2); the tag of To is the answerer's. */
const COPIED = ["Via", "From", "To", "Call-ID", "CSeq"] as const;
const SHORT: Readonly<Record<string, string>> = {
  v: "Via",
  f: "From",
  t: "To",
  i: "Call-ID",
};
/** How far back the request is looked for: a 100 and others' messages may be in between. */
const FAR = 12;

export interface Tail {
  readonly status: number;
  /** The lines below the status line, to the end of the paste. */
  readonly head: readonly string[];
  readonly place: Pick<TracedMessage, "peer" | "to" | "direction">;
}

/** Headers for the answer; `as it is` where they are cut and nothing tells the rest; `undefined` where it is whole. */
export function headOfCut(
  tail: Tail,
  before: readonly TracedMessage[],
): readonly string[] | "as it is" | undefined {
  const { status } = tail;
  const lines = tail.head.filter((line) => line.trim() !== "");
  const own = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = HEADER.exec(line) ?? [];
    own.set((SHORT[name.toLowerCase()] ?? name).toLowerCase(), value.trim());
  }
  if (own.has("content-length") || own.has("l")) return undefined;
  const last = HEADER.exec(lines.at(-1) ?? "")?.[1] ?? "";
  const atCut = (SHORT[last.toLowerCase()] ?? last).toLowerCase();
  const isChallenge = status === 401 || status === 407;
  const lacks = isChallenge && !own.has("www-authenticate") && !own.has("proxy-authenticate");
  const isWhole = COPIED.every((name) => own.has(name.toLowerCase())) && atCut !== "cseq";
  if (isWhole && !lacks) return undefined;
  const request = requestOf(tail, before, own, atCut);
  if (request === undefined) return "as it is";
  // A challenge to nothing tells nothing, and one to old credentials may only renew the nonce.
  if (isChallenge && !answersLastChallenge(request, before)) return "as it is";
  const kept = lines.filter((line, index) => {
    const name = HEADER.exec(line)?.[1] ?? "";
    const isCopied = COPIED.some(
      (each) => each.toLowerCase() === (SHORT[name.toLowerCase()] ?? name).toLowerCase(),
    );
    return name !== "" && !isCopied && (index < lines.length - 1 || !/^contact$|^m$/i.test(name));
  });
  return [
    ...COPIED.flatMap((name) => {
      const value = request.message.headers.get(name);
      return value === undefined ? [] : [`${name}: ${value}`];
    }),
    ...kept,
  ];
}

function requestOf(
  { place }: Tail,
  before: readonly TracedMessage[],
  own: ReadonlyMap<string, string>,
  atCut: string,
): TracedMessage | undefined {
  const recent = before.slice(-FAR);
  const at = recent.findLastIndex(({ message }) => message.kind === "request" && message.method !== "ACK");
  const request = recent[at];
  if (request === undefined || !isWayBack(request, place)) return undefined;
  const fits = ["call-id", "cseq"].every((name) => {
    const [mine, asked] = [own.get(name), request.message.headers.get(name) ?? ""];
    return mine === undefined || (name === atCut ? asked.startsWith(mine) : asked === mine);
  });
  const answered = recent
    .slice(at + 1)
    .some(({ message }) => message.kind === "response" && message.status >= 200);
  return fits && !answered ? request : undefined;
}

/** The answer comes from where the request went, as far as anything tells. */
function isWayBack(request: TracedMessage, { peer, to, direction }: Tail["place"]): boolean {
  if (direction !== undefined || request.direction !== undefined) {
    const hosts = [request.peer, peer].flatMap((each) => (each === undefined ? [] : [hostOf(each)]));
    return direction !== request.direction && (hosts.length < 2 || hosts[0] === hosts[1]);
  }
  if (peer === undefined || to === undefined || request.to === undefined || request.peer === undefined)
    return peer === undefined && request.peer === undefined;
  return hostOf(peer) === hostOf(request.to) && hostOf(to) === hostOf(request.peer);
}

const NONCE = /\bnonce="([^"]{1,300})"/i;

function answersLastChallenge({ message }: TracedMessage, before: readonly TracedMessage[]): boolean {
  const sent = message.headers.get("Authorization") ?? message.headers.get("Proxy-Authorization");
  const nonce = NONCE.exec(sent ?? "")?.[1];
  const callId = message.headers.get("Call-ID");
  const same = before.filter((each) => each.message.headers.get("Call-ID") === callId).slice(-FAR);
  const challenges = same.flatMap(({ message: { kind, headers } }) => {
    const asked = headers.get("WWW-Authenticate") ?? headers.get("Proxy-Authenticate");
    return kind === "response" && asked !== undefined ? [NONCE.exec(asked)?.[1]] : [];
  });
  const uses = same.filter(
    (each) =>
      each.message.kind === "request" &&
      NONCE.exec(
        each.message.headers.get("Authorization") ?? each.message.headers.get("Proxy-Authorization") ?? "",
      )?.[1] === nonce &&
      each.message.headers.get("CSeq") !== message.headers.get("CSeq"),
  );
  return nonce !== undefined && challenges.at(-1) === nonce && uses.length === 0;
}
