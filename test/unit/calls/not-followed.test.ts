import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { measureCall } from "../../../src/calls/measured-call.js";
import {
  Calls,
  dialogRequest,
  Headers,
  newCallId,
  newTag,
  type ServerTransaction,
  SipServer,
  type Transactions,
} from "../../../src/sip/index.js";
import { connected, QUICK } from "../../support/sip.js";

/** No one who is called can send a call elsewhere. */

const LOOPBACK = "127.0.0.1";
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A place to which a call is to be sent, and what came there. */
async function elsewhere() {
  const socket = createSocket("udp4");
  const came: string[] = [];
  socket.on("message", (bytes) => void came.push(bytes.toString()));
  socket.bind(0, LOOPBACK);
  await once(socket, "listening");
  closers.push(() => socket.close());
  return { uri: `sip:1009@${LOOPBACK}:${socket.address().port}`, came };
}

async function call(onRequest: (transaction: ServerTransaction, transactions: Transactions) => void) {
  const listen = [{ transport: "udp", address: LOOPBACK, port: 0 }] as const;
  const server = await SipServer.start({ listen, timers: QUICK, onRequest });
  closers.push(() => server.close());
  const remote = { address: LOOPBACK, port: server.port("udp") };
  const flow = await connected({ ...remote, transport: "udp" });
  closers.push(() => flow.close());
  return measureCall({
    ...{ flow, remote, timers: QUICK, callee: "1001", script: [{ do: "wait", ms: 400 }] },
    account: { user: "1002", domain: LOOPBACK },
    mayHear: () => undefined,
  });
}

describe("a measured call", () => {
  it.each([300, 301, 302, 305])("does not follow a redirection (%i)", async (status) => {
    const { uri, came } = await elsewhere();
    const made = await call((transaction) => {
      transaction.respond(status, { headers: [["Contact", `<${uri}>`]] });
    });
    expect(made.setup).toMatchObject({ outcome: "refused", status });
    expect(came).toEqual([]);
  });

  it("takes neither a transfer nor a call in the place of its own", async () => {
    const { uri, came } = await elsewhere();
    const answers: (number | undefined)[] = [];
    let calls: Calls | undefined;
    const made = await call((transaction, transactions) => {
      calls ??= new Calls(transactions, { contact: `sip:pbx@${LOOPBACK}` });
      if (calls.handle(transaction)) return;
      void calls
        .incoming(transaction)
        .answer()
        .then(async (answered) => {
          if (answered === undefined) return;
          const { dialog } = answered;
          const statusOf = async (request: ReturnType<typeof dialogRequest>) => {
            const outcome = await transactions.send(request, dialog.peer, { deadlineMs: 300 }).outcome;
            return outcome.kind === "response" ? outcome.response.status : undefined;
          };
          const refer = [["Refer-To", `<${uri}>`]] as const;
          answers.push(await statusOf(dialogRequest(dialog, "REFER", undefined, refer)));
          const { callId, localTag, remoteTag } = dialog;
          const headers = new Headers([
            ...([["Max-Forwards", "70"]] as const),
            ["From", `<${uri}>;tag=${newTag()}`],
            ["To", `<${dialog.remoteTarget}>`],
            ["Call-ID", newCallId(LOOPBACK)],
            ["CSeq", "1 INVITE"],
            ["Contact", `<${uri}>`],
            ["Replaces", `${callId};to-tag=${remoteTag};from-tag=${localTag}`],
          ]);
          const body = Buffer.alloc(0);
          const uriThere = dialog.remoteTarget;
          answers.push(await statusOf({ kind: "request", method: "INVITE", uri: uriThere, headers, body }));
        });
    });
    expect(made.setup.outcome).toBe("answered");
    expect(answers).toEqual([501, 486]);
    expect(made.requests.map(({ method }) => method)).toEqual(["REFER", "INVITE"]);
    expect(came).toEqual([]);
  });
});
