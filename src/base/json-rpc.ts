/** Codes of JSON-RPC 2.0 section 5.1. */
export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
export const INVALID_PARAMS = -32_602;
export const INTERNAL_ERROR = -32_603;
/** Of MCP's transports over HTTP, for errors that are none of those. */
export const TRANSPORT_ERROR = -32_000;
