import { present } from "../../base/present.js";
import { type Untrusted, untrusted, untrustedToken } from "../../redaction/untrusted.js";
import { parseCSeq, retryAfter, tolerant } from "../message/fields.js";
import type { SipRequest, SipResponse } from "../message/message.js";
import { sameHost } from "../message/same-uri.js";
import { readVias } from "../message/via.js";
import type { SocketAddress } from "../transport/flow.js";

/** What a response tells about the peer and the path, besides its status. */
export interface ResponseFacts {
  /** Server header, else User-Agent (PBXs use either). */
  readonly server?: Untrusted;
  /** The address and port that the peer saw this request come from (RFC 3581). */
  readonly received?: Untrusted;
  readonly rport?: number;
  /** Where the response came from, when that is not where the request went. */
  readonly answeredFrom?: SocketAddress;
  /** What came back in Via, Call-ID or CSeq differs from what was sent: an ALG was at work. */
  readonly rewritten: readonly Rewrite[];
  /** Seconds of Retry-After. */
  readonly retryAfter?: number;
}

export interface Rewrite {
  readonly what: "via-sent-by" | "call-id" | "cseq";
  /** In a log that was read, an outsider's words as well. */
  readonly sent: Untrusted;
  readonly came: Untrusted;
}

/** Compares a response with its request. `remote` is where the request was sent, `source` where the answer came from. */
export function readResponseFacts(
  request: SipRequest,
  response: SipResponse,
  remote: SocketAddress,
  source: SocketAddress,
): ResponseFacts {
  const { headers } = response;
  const via = tolerant(() => readVias(headers))?.[0];
  const server = headers.get("Server") ?? headers.get("User-Agent");
  const wait = retryAfter(headers);
  const elsewhere = source.port !== remote.port || !sameHost(source.address, remote.address);
  return {
    ...(server === undefined ? {} : { server: untrusted(server, { max: 120 }) }),
    ...(via?.received === undefined ? {} : { received: untrustedToken(via.received, 60) }),
    ...(typeof via?.rport === "number" ? { rport: via.rport } : {}),
    ...(elsewhere ? { answeredFrom: source } : {}),
    rewritten: readRewrites(request, response),
    ...present({ retryAfter: wait }),
  };
}

function readRewrites(request: SipRequest, response: SipResponse): Rewrite[] {
  const rewrites: Rewrite[] = [];
  const compare = (what: Rewrite["what"], sent: string | undefined, came: string | undefined) => {
    if (sent !== undefined && came !== undefined && sent !== came) {
      rewrites.push({ what, sent: untrustedToken(sent, 120), came: untrustedToken(came, 120) });
    }
  };
  compare("via-sent-by", sentBy(request), sentBy(response));
  compare("call-id", request.headers.get("Call-ID"), response.headers.get("Call-ID"));
  compare("cseq", cseqNumber(request), cseqNumber(response));
  return rewrites;
}

function sentBy(message: SipRequest | SipResponse): string | undefined {
  const via = tolerant(() => readVias(message.headers))?.[0];
  return via && `${via.host.toLowerCase()}:${via.port ?? 5060}`;
}

function cseqNumber(message: SipRequest | SipResponse): string | undefined {
  const cseq = tolerant(() => parseCSeq(message.headers.get("CSeq") ?? ""));
  return cseq && String(cseq.number);
}
