import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import type { CallContext, UserAnswer } from "../tools/core/context.js";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** A person answers, not a program. */
const ANSWER_MS = 10 * 60_000;
/** What the user said, by the word that the protocol has for it. */
export const ANSWERS = { accept: "accepted", decline: "declined", cancel: "dismissed" } as const;

/**
 * URL elicitation (MCP 2025-11-25, client/elicitation), for one call: the client asks the user whether to
 * open an address, and is told when what was to be done there is over. Form elicitation is not used: the
 * protocol forbids it for secrets.
 *
 * @returns `undefined` where the client did not declare it.
 */
export function userAsker(server: Server, extra: Extra): CallContext["askUser"] {
  if (!server.getClientCapabilities()?.elicitation?.url) return undefined;
  return ({ url, message }) => {
    const elicitationId = crypto.randomUUID();
    const open = new AbortController();
    // Without the relation the message is lost over HTTP, where no stream of the session's own may be open.
    const related = { relatedRequestId: extra.requestId };
    const answer = server
      .elicitInput(
        { mode: "url", url, message, elicitationId },
        { ...related, signal: AbortSignal.any([extra.signal, open.signal]), timeout: ANSWER_MS },
      )
      .then(
        ({ action }): UserAnswer => ANSWERS[action],
        (): UserAnswer => (open.signal.aborted ? "withdrawn" : "unavailable"),
      );
    const complete = server.createElicitationCompletionNotifier(elicitationId, related);
    // A question that no longer needs an answer would stay on the screen, and block the client's next calls.
    const withdraw = () => open.abort(new DOMException("The page has been used", "AbortError"));
    return {
      answer,
      withdraw,
      completed() {
        withdraw();
        void complete().catch(() => {});
      },
    };
  };
}
