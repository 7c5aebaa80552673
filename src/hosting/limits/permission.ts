import { RateLimiterRes } from "rate-limiter-flexible";
import type { Permission } from "../types.js";

/** What became of a count. @throws what is no answer of the limiter. */
export async function permissionOf(counted: Promise<unknown>): Promise<Permission> {
  try {
    await counted;
    return { allowed: true };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)) };
  }
}
