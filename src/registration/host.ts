import { isIP, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** One DNS label as real zones use it: letters, digits, hyphens, and the underscore that some PBX hosts carry. */
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i;

/** Characters of a URI pasted where a host belongs. A longer value is not parsed. */
const MAX_PASTED = 1_000;
const TOO_LONG = "is longer than a DNS name can be (253 characters)";

/** A host as written without the brackets that an IPv6 literal wears in a SIP URI. */
export function bareHost(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}

/**
 * Says what is wrong with a value that must be a host (RFC 3261 `host`: a name, an IPv4 address or an IPv6
 * literal with or without brackets; no scheme, no port, no path), and what right looks like.
 *
 * @returns `undefined` when the value is fine.
 */
export function hostProblem(value: string): string | undefined {
  if (value.length > MAX_PASTED) return TOO_LONG;
  if (value === "") return "must not be empty: give only the host, e.g. pbx.example.com";
  const scheme = /^(sips?|https?|tel):(\/\/)?/i.exec(value);
  if (scheme) {
    return `must be only the host, without "${scheme[0]}"${suggestion(value)}`;
  }
  if (/\s/.test(value)) return `must not contain blanks${suggestion(value)}`;
  if (value.includes("@")) {
    return `must be only the host; the part before the @ belongs in username${suggestion(value)}`;
  }
  if (/[/?#;]/.test(value)) return `must be only the host${suggestion(value)}`;
  if (isIPv6(bareHost(value))) return undefined;
  const port = /^(.*):(\d+)$/.exec(value);
  if (port) return `must not contain a port: put ${port[2]} into port${suggestion(value)}`;
  return nameProblem(value);
}

function nameProblem(value: string): string | undefined {
  if (/[^\x20-\x7e]/.test(value)) {
    const ascii = domainToASCII(value);
    return `must be in ASCII form${ascii === "" ? "" : `: ${ascii}`}`;
  }
  if (value.length > 253) return TOO_LONG;
  const labels = value.replace(/\.$/, "").split(".");
  const numeric = /^[0-9]+$/.test(labels.at(-1) ?? "");
  if (numeric && isIP(value) === 0) return "looks like an IP address but is not one";
  if (!labels.every((label) => LABEL.test(label))) {
    return "is not a host name: letters, digits and hyphens, separated by dots, e.g. pbx.example.com";
  }
  return undefined;
}

/** The host that is in a value pasted with scheme, user, port or path around it, where one can be made out. */
function suggestion(value: string): string {
  const host = value
    .replace(/\s+/g, "")
    .replace(/^[a-z]+:(\/\/)?/i, (scheme) => (/^(sips?|https?|tel):/i.test(scheme) ? "" : scheme))
    .replace(/^[^@]*@/, "")
    .replace(/[/?#;].*/s, "")
    .replace(/:\d+$/, "");
  return host !== value && hostProblem(host) === undefined ? `: ${host}` : ", e.g. pbx.example.com";
}
