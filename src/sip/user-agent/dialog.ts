import { Buffer } from "node:buffer";
import { parseCSeq, readContacts, tolerant } from "../message/fields.js";
import { splitList } from "../message/header-value.js";
import { Headers, type SipMessage, type SipRequest, type SipResponse } from "../message/message.js";
import { parseNameAddr } from "../message/name-addr.js";
import type { ServerTransaction } from "../transaction/server-transaction.js";
import type { SocketAddress } from "../transport/flow.js";

/**
 * A dialog (RFC 3261 12): what every further request of a call has in common. Requests go to the address
 * that the call was set up with, not to the Contact's: that is the one known to work through NAT.
 */
export interface Dialog {
  readonly callId: string;
  /** From of our requests: `<uri>;tag=…`. */
  readonly local: string;
  /** To of our requests. */
  readonly remote: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** URI of the peer's Contact: the Request-URI of our requests. */
  readonly remoteTarget: string;
  readonly routeSet: readonly string[];
  readonly peer: SocketAddress;
  readonly nextSeq: () => number;
}

/** The dialog that a 2xx to our INVITE made (12.1.2). */
export function dialogOfCaller(invite: SipRequest, answer: SipResponse, peer: SocketAddress): Dialog {
  const routes = answer.headers.all("Record-Route").flatMap((line) => tolerant(() => splitList(line)) ?? []);
  return {
    callId: invite.headers.get("Call-ID") ?? "",
    local: invite.headers.get("From") ?? "",
    remote: answer.headers.get("To") ?? "",
    localTag: tagOf(invite, "From"),
    remoteTag: tagOf(answer, "To"),
    remoteTarget: contactOf(answer) ?? invite.uri,
    routeSet: routes.reverse(),
    peer,
    nextSeq: counter(cseqOf(invite)),
  };
}

/** The dialog that our 2xx to an INVITE makes (12.1.1). */
export function dialogOfCallee(transaction: ServerTransaction): Dialog {
  const { request, toTag, source } = transaction;
  const from = request.headers.get("From") ?? "";
  return {
    callId: request.headers.get("Call-ID") ?? "",
    local: `${request.headers.get("To") ?? ""};tag=${toTag}`,
    remote: from,
    localTag: toTag,
    remoteTag: tagOf(request, "From"),
    remoteTarget: contactOf(request) ?? tolerant(() => parseNameAddr(from).uri) ?? request.uri,
    routeSet: request.headers.all("Record-Route").flatMap((line) => tolerant(() => splitList(line)) ?? []),
    peer: source,
    nextSeq: counter(0),
  };
}

/** A request within a dialog (12.2.1.1), without Via. `seq` only for ACK, which repeats that of its INVITE. */
export function dialogRequest(
  dialog: Dialog,
  method: string,
  seq = dialog.nextSeq(),
  extra: Iterable<readonly [string, string]> = [],
): SipRequest {
  const headers = new Headers();
  for (const route of dialog.routeSet) headers.append("Route", route);
  headers
    .append("Max-Forwards", "70")
    .append("From", dialog.local)
    .append("To", dialog.remote)
    .append("Call-ID", dialog.callId)
    .append("CSeq", `${seq} ${method}`);
  for (const [name, value] of extra) headers.append(name, value);
  return { kind: "request", method, uri: dialog.remoteTarget, headers, body: Buffer.alloc(0) };
}

/** How an incoming request names its dialog, seen from this side; `undefined` outside of any. */
export function dialogIdOf(request: SipRequest): string | undefined {
  const local = tagOf(request, "To");
  if (local === "") return undefined;
  return dialogId({
    callId: request.headers.get("Call-ID") ?? "",
    localTag: local,
    remoteTag: tagOf(request, "From"),
  });
}

export function dialogId(dialog: Pick<Dialog, "callId" | "localTag" | "remoteTag">): string {
  return `${dialog.callId} ${dialog.localTag} ${dialog.remoteTag}`;
}

export function cseqOf(message: SipMessage): number {
  return tolerant(() => parseCSeq(message.headers.get("CSeq") ?? ""))?.number ?? 1;
}

function tagOf(message: SipMessage, name: "From" | "To"): string {
  return tolerant(() => parseNameAddr(message.headers.get(name) ?? ""))?.params.get("tag") ?? "";
}

function contactOf(message: SipMessage): string | undefined {
  return readContacts(message.headers).list[0]?.uri;
}

function counter(from: number): () => number {
  let last = from;
  return () => {
    last += 1;
    return last;
  };
}
