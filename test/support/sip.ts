import { Buffer } from "node:buffer";
import {
  type Account,
  type ConnectOptions,
  type Flow,
  Headers,
  openFlow,
  type SipRequest,
  serializeMessage,
  type Target,
  type Timers,
  Trace,
  UserAgent,
} from "../../src/sip/index.js";

/** Quick timers: a transaction ends after 64·20 ms = 1.28 s. */
export const QUICK: Timers = { t1: 20, t2: 80, t4: 100 };

export async function connected(target: Target, options: ConnectOptions = {}): Promise<Flow> {
  const outcome = await openFlow(target, options);
  if (outcome.kind !== "connected") throw new Error(`no flow: ${JSON.stringify(outcome)}`);
  return outcome.flow;
}

export interface TestAgent {
  readonly agent: UserAgent;
  readonly trace: Trace;
}

/** A user agent for 1001@pbx.test on a flow to the target. */
export async function testAgent(
  target: Target,
  options: Partial<ConstructorParameters<typeof UserAgent>[0]> & { account?: Account } & ConnectOptions = {},
): Promise<TestAgent> {
  const trace = new Trace();
  const flow = await connected(target, { ...options, trace });
  const account = options.account ?? { user: "1001", domain: "pbx.test" };
  try {
    const agent = new UserAgent({
      version: "0.0.0",
      timers: QUICK,
      ...options,
      flow,
      remote: target,
      account,
    });
    return { agent, trace };
  } catch (error) {
    await flow.close();
    throw error;
  }
}

/** A request without Via. */
export function testRequest(method: string, uri = "sip:pbx.test", body = ""): SipRequest {
  const headers = new Headers([
    ["Max-Forwards", "70"],
    ["From", "<sip:1001@pbx.test>;tag=from"],
    ["To", "<sip:1001@pbx.test>"],
    ["Call-ID", `call-${Math.random()}`],
    ["CSeq", `1 ${method}`],
    ["Contact", "<sip:1001@127.0.0.1:5099>"],
  ]);
  return { kind: "request", method, uri, headers, body: Buffer.from(body) };
}

/** A request that no one asked for, as it is on the wire; its answer would go to `sentBy`. */
export function unaskedRequest(method: string, sentBy: string, transport = "UDP"): string {
  const request = testRequest(method, "sip:1001@127.0.0.1");
  const branch = Math.random().toString(36).slice(2);
  request.headers.prepend("Via", `SIP/2.0/${transport} ${sentBy};branch=z9hG4bK${branch}`);
  return serializeMessage(request).toString("utf8");
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until it holds; 30 seconds without that are a fault, however busy the machine is. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 6_000 && !holds(); tries += 1) await sleep(5);
  if (!holds()) throw new Error("waited in vain");
}
