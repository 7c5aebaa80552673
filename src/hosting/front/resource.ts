import { SCOPES } from "../types.js";

/** What OAuth calls the protected resource (RFC 9728, RFC 8707): this server's MCP endpoint and its names. */

/** `https://sip.example.com/mcp` for the public URL `https://sip.example.com`. */
export function resourceUrl(publicUrl: URL): URL {
  return below(publicUrl, "/mcp");
}

/** The address of its metadata: the well-known part goes before the path (RFC 9728 section 3.1). */
export function resourceMetadataUrl(publicUrl: URL): URL {
  const url = resourceUrl(publicUrl);
  url.pathname = `/.well-known/oauth-protected-resource${url.pathname}`;
  return url;
}

/** What `aud` of a token may name: the endpoint, and the server as a whole with and without a slash at its end. */
export function audiencesOf(publicUrl: URL): string[] {
  const base = publicUrl.href.replace(/\/$/, "");
  return [resourceUrl(publicUrl).href, base, `${base}/`];
}

/** The metadata document (RFC 9728 section 2). */
export function resourceMetadata(publicUrl: URL, issuer: string): Record<string, unknown> {
  return {
    resource: resourceUrl(publicUrl).href,
    authorization_servers: [issuer],
    scopes_supported: [...SCOPES],
    bearer_methods_supported: ["header"],
    resource_name: "Telzino SIP over MCP",
  };
}

function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/$/, "") + path;
  return url;
}
