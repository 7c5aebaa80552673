import { RateLimiterRes } from "rate-limiter-flexible";
import type { Permission } from "../types.js";

/** The outcome of a count. @throws anything but an answer of the limiter. */
export async function permissionOf(counted: Promise<unknown>): Promise<Permission> {
  try {
    await counted;
    return { allowed: true };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)) };
  }
}
