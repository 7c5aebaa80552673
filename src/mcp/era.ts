import type { IncomingHttpHeaders } from "node:http";

/**
 * Which era of the protocol a message belongs to. Up to 2025-11-25 a connection begins with `initialize`; from 2026-07-28
 * on each request names its version by itself, in `params._meta`, and over HTTP in a header as well.
 */

/** The first version without `initialize`. */
export const NEWER_VERSION = "2026-07-28";
const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

/** The version that a message names by itself, whatever it is; undefined: none, as it was up to 2025-11-25. */
export function claimedVersion(message: unknown): unknown {
  const { params } = (message ?? {}) as { params?: { _meta?: Record<string, unknown> } };
  const meta = params?._meta;
  return typeof meta === "object" && meta !== null && Object.hasOwn(meta, VERSION_KEY)
    ? (meta[VERSION_KEY] ?? null)
    : undefined;
}

/** Whether an HTTP request is for the newer era, served or not: by its header, or by what its message names. */
export function isNewer(headers: IncomingHttpHeaders, message: unknown): boolean {
  const version = headers["mcp-protocol-version"];
  // Versions are dates: they compare as texts.
  const named = typeof version === "string" && /^\d{4}-\d\d-\d\d$/.test(version) && version >= NEWER_VERSION;
  return named || claimedVersion(message) !== undefined;
}
