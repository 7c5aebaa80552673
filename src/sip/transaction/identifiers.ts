import { randomBytes } from "node:crypto";
import { BRANCH_COOKIE } from "../message/via.js";

/** The magic cookie of RFC 3261 8.1.1.7 and 96 random bits: who has not seen the request cannot make up an answer to it. */
export function newBranch(): string {
  return `${BRANCH_COOKIE}${randomBytes(12).toString("hex")}`;
}

/** RFC 3261 19.3 asks for 32 random bits at least. */
export function newTag(): string {
  return randomBytes(6).toString("hex");
}

/**
 * A Call-ID with the local address in it: an application layer gateway that rewrites addresses rewrites
 * this one too, which tells on it when the answer comes back.
 */
export function newCallId(localAddress: string): string {
  return `${randomBytes(12).toString("hex")}@${localAddress.replace(/[^0-9A-Za-z.:]/g, "")}`;
}
