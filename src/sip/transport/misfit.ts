import { parseCSeq, tolerant } from "../message/fields.js";
import type { SipMessage, SipRequest, SipResponse } from "../message/message.js";
import { parseNameAddr } from "../message/name-addr.js";
import { readVias, type Via } from "../message/via.js";
import type { SocketAddress } from "./flow.js";

/** What a response has to repeat from its request (RFC 3261 8.2.6.2). */
export type RepeatedPart = "Via branch" | "CSeq method" | "CSeq number" | "Call-ID" | "From tag";

/** A message that came while an answer was waited for, and is none. */
export type Misfit = { readonly source: SocketAddress } & (
  | /** The very request that was sent. */ { readonly kind: "reflected" }
  /** A response, but not to what was asked. */
  | { readonly kind: "unfit"; readonly status: number; readonly differs: readonly RepeatedPart[] }
);

/**
 * What a response does not repeat from a request; nothing for an answer to it. Only the branch cannot be guessed; the
 * rest tells a peer that mixes up its answers. Of the Call-ID the random part counts: an application layer gateway
 * that rewrites addresses changes what follows the `@`, which is reported (`readResponseFacts`) and does no harm.
 */
export function notRepeated(request: SipRequest, response: SipResponse): RepeatedPart[] {
  const vias = tolerant(() => readVias(response.headers)) ?? [];
  const [sent, came] = [partsOf(request, branchOf(request)), partsOf(response, only(vias)?.branch)];
  const parts = Object.keys(sent) as RepeatedPart[];
  return parts.filter((part) => sent[part] !== came[part]);
}

/** Of all Vias that can be read, the top one first. */
export function branchesOf(message: SipMessage): string[] {
  const vias = tolerant(() => readVias(message.headers)) ?? [];
  return vias.flatMap(({ branch }) => branch ?? []);
}

export function branchOf(message: SipMessage): string | undefined {
  return tolerant(() => readVias(message.headers))?.[0]?.branch;
}

/** A response with more Vias than ours is on its way to someone else (RFC 3261 8.1.3.3). */
function only(vias: readonly Via[]): Via | undefined {
  return vias.length === 1 ? vias[0] : undefined;
}

function partsOf({ headers }: SipMessage, branch: string | undefined): Record<RepeatedPart, unknown> {
  const cseq = tolerant(() => parseCSeq(headers.get("CSeq") ?? ""));
  const from = tolerant(() => parseNameAddr(headers.get("From") ?? ""));
  return {
    "Via branch": branch,
    "CSeq method": cseq?.method,
    "CSeq number": cseq?.number,
    "Call-ID": headers.get("Call-ID")?.split("@", 1)[0],
    "From tag": from?.params.get("tag"),
  };
}
