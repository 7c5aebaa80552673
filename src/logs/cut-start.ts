import { isHeader } from "./input/shapes.js";

/** Messages whose start line did not come along when they were copied. Their headers tell what it must have been. */

const HEADS = /^(?:Via|v|From|f|To|t|Call-ID|i|CSeq|Max-Forwards|Contact|m|Record-Route)\s{0,3}:/i;

/**
 * The start line of the head that begins at `from`: a challenge is told by its header, a request by its credentials or
 * its Max-Forwards. `undefined` where that is open, or no head begins there.
 */
export function cutStart(lines: readonly string[], from: number): string | undefined {
  if (!HEADS.test(lines[from] ?? "") || isHeader(lines[from - 1] ?? "")) return undefined;
  const head = new Map<string, string>();
  for (let index = from; index < lines.length && isHeader(lines[index] ?? ""); index += 1) {
    const [, name = "", value = ""] =
      /^([\w-]{1,40})\s{0,3}:\s{0,5}(.{0,500})/.exec(lines[index] ?? "") ?? [];
    head.set(name.toLowerCase(), value);
  }
  const method = /^\d{1,10}\s{1,5}([A-Z]{3,16})/.exec(head.get("cseq") ?? "")?.[1];
  const host = /sips?:(?:[^@\s<>]{1,128}@)?([\w.:[\]-]{1,128})/.exec(
    head.get("to") ?? head.get("t") ?? "",
  )?.[1];
  if (method === undefined || host === undefined || head.size < 4) return undefined;
  if (head.has("www-authenticate")) return "SIP/2.0 401 Unauthorized";
  if (head.has("proxy-authenticate")) return "SIP/2.0 407 Proxy Authentication Required";
  const request = ["authorization", "proxy-authorization", "max-forwards"].some((name) => head.has(name));
  return request ? `${method} sip:${host} SIP/2.0` : undefined;
}
