/** The SDK's schema of a message, by itself: to load it costs more than to start. */
export { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
