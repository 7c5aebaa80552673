import { Secret } from "../../src/redaction/secret.js";
import { answerOptions, openFlow, UserAgent } from "../../src/sip/index.js";
import { PASSWORDS } from "./accounts.js";
import { HOST, TIMERS } from "./pbxs.js";

/** A phone that another user has registered on an extension. */
export async function registerDeskPhone(
  extension: string,
  port: number,
): Promise<{ close(): Promise<void> }> {
  const target = { transport: "udp", address: HOST, port } as const;
  const connected = await openFlow(target);
  if (connected.kind !== "connected")
    throw new Error(`the desk phone cannot reach the PBX: ${connected.kind}`);
  const phone = new UserAgent({
    flow: connected.flow,
    remote: target,
    account: { user: extension, domain: HOST, port },
    version: "desk-phone",
    timers: TIMERS,
    onRequest: answerOptions,
  });
  const { outcome } = await phone.register({ password: new Secret(PASSWORDS[extension] ?? "") });
  if (outcome.kind !== "ok") {
    await phone.close();
    throw new Error(`the desk phone cannot register as ${extension}: ${outcome.kind}`);
  }
  return phone;
}
