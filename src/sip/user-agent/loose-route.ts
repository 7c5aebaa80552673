import { writeNameAddr } from "../message/name-addr.js";
import { parseUri, writeUri } from "../message/uri.js";

/** A Route to an outbound proxy (RFC 3261 8.1.2, 12.2.1.1). @throws SipParseError or SipSerializeError. */
export function looseRoute(proxy: string): string {
  const uri = parseUri(proxy);
  return writeNameAddr({
    uri: writeUri({ ...uri, params: new Map([...(uri.params ?? []), ["lr", undefined]]) }),
  });
}
