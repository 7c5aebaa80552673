export type Route = "mcp" | "page" | "health" | "ready" | "metadata";

const METADATA = "/.well-known/oauth-protected-resource";

/**
 * Which route a path is. A proxy may take the prefix of the public URL away or leave it: both are known. The
 * metadata of the protected resource is in front of the path that it describes (RFC 9728 section 3.1).
 */
export function routesBelow(publicUrl: URL | undefined): (url: string | undefined) => Route | undefined {
  const prefix = publicUrl === undefined ? "" : publicUrl.pathname.replace(/\/+$/, "");
  const routes = new Map<string, Route>([[`${METADATA}${prefix}/mcp`, "metadata"]]);
  for (const below of new Set(["", prefix])) {
    routes.set(`${below}/mcp`, "mcp");
    routes.set(`${below}/p`, "page");
    routes.set(`${below}/healthz`, "health");
    routes.set(`${below}/readyz`, "ready");
    routes.set(`${below}${METADATA}`, "metadata");
    routes.set(`${below}${METADATA}/mcp`, "metadata");
  }
  const beginnings = [...new Set(["", prefix])].flatMap((below) => [`${below}/password/`, `${below}/p/`]);
  return (url = "") => {
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    return routes.get(path) ?? (beginnings.some((each) => path.startsWith(each)) ? "page" : undefined);
  };
}
