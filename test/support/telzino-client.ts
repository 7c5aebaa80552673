import { Secret } from "../../src/redaction/secret.js";
import {
  createTelzinoClient,
  type TelzinoClient,
  type TelzinoClientOptions,
} from "../../src/telzino/client.js";
import { TelzinoError } from "../../src/telzino/errors.js";
import type { RegistrationSettings } from "../../src/telzino/types.js";

export const AGENT_ID = "11111111-1111-4111-8111-111111111111";
export const AGENT = `/v1/agents/${AGENT_ID}`;
export const SIP = `${AGENT}/sip/registration`;

export const SETTINGS: RegistrationSettings = {
  sipDomain: "pbx.local",
  username: "100",
  port: 5060,
  transport: "udp",
  subscribe: false,
};

/** A client with a static token, quick retries, and time-outs as short as undici keeps them (about a second). */
export function quickClient(apiUrl: URL, options: Partial<TelzinoClientOptions> = {}): TelzinoClient {
  return createTelzinoClient({
    apiUrl,
    auth: { kind: "token", accessToken: new Secret("static-token") },
    userAgent: "telzino-sip-mcp/test",
    onToken: () => {},
    timeouts: { connectMs: 300, headersMs: 150, bodyMs: 150 },
    ...options,
    retry: { tries: 3, baseMs: 10, maxMs: 40, totalMs: 5_000, ...options.retry },
  });
}

/** Waits longer for everything than a test may take: what ends a call is something else. */
export const PATIENT = {
  timeouts: { connectMs: 600_000, headersMs: 600_000, bodyMs: 600_000 },
  retry: { tries: 3, baseMs: 300_000, maxMs: 300_000, totalMs: 3_600_000 },
} as const;

/** Credentials instead of a static token. */
export const CREDENTIALS = {
  kind: "clientCredentials",
  clientId: "client-1",
  clientSecret: new Secret("0Zr7kQm2-v9Xw"),
} as const;

/** The error with which a call fails. A call that succeeds fails the test. */
export async function failure(call: Promise<unknown>): Promise<TelzinoError> {
  const outcome = await call.then(
    (value) => new Error(`the call succeeded with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof TelzinoError) return outcome;
  throw outcome;
}
