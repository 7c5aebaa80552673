import { present } from "../../base/present.js";
import { capital } from "../../base/words.js";
import type { MeasuredCall } from "../../calls/call-facts.js";
import { ECHO_SCRIPT, LONGEST_ECHO_MS } from "../../calls/echo-test.js";
import { type CallEvent, measureCall } from "../../calls/measured-call.js";
import type { ScriptStep } from "../../calls/script.js";
import { type CallPlaceFound, openCallPlace } from "../../diagnosis/call-place.js";
import type { Timers } from "../../sip/index.js";
import type { CallContext } from "../core/context.js";
import { NewestCalls } from "../core/newest-calls.js";
import type { LogSeen, TestCallFacts } from "./facts.js";
import { ANSWER_MS, logBudget, longestCall, scriptOf } from "./length.js";
import { lookAtLog } from "./log.js";
import { isDown, type ReadyPlan, refused } from "./plan.js";

/** What tests bring along. */
export interface RunParts {
  readonly timers?: Timers;
  /** Shortens what is waited for in a call. */
  readonly pace?: number;
}

/** The result of a test call, and when it was answered. */
export interface TestCallRun {
  readonly facts: TestCallFacts;
  readonly answeredAt?: Date;
}

/**
 * Places the call that was confirmed: the echo test first, then the agent, then a look at its log. It keeps to all limits, and
 * whatever ends it, the call is hung up before this resolves.
 *
 * @throws ToolError where a limit or the way there forbids it: then nothing was sent. The signal's reason, once it is hung up.
 */
export async function runTestCall(
  plan: ReadyPlan,
  call: CallContext,
  parts: RunParts = {},
): Promise<TestCallRun> {
  const running = new Run(plan, call, parts).run();
  const { testCalls } = call.services.memory;
  testCalls.add(running);
  try {
    return await running;
  } finally {
    testCalls.delete(running);
  }
}

class Run {
  readonly #plan: ReadyPlan;
  readonly #call: CallContext;
  readonly #parts: RunParts;
  readonly #began = performance.now();

  constructor(plan: ReadyPlan, call: CallContext, parts: RunParts) {
    this.#plan = plan;
    this.#call = call;
    this.#parts = parts;
  }

  async run(): Promise<TestCallRun> {
    const { services, signal, hold, progress, place: share } = this.#call;
    const { target, extension, password } = this.#plan;
    hold(password);
    const end = share?.startDiagnosis() ?? (() => {});
    if (typeof end === "string")
      throw refused("too many diagnoses and test calls are under way on this server");
    try {
      progress("Looking for the PBX");
      const found = await openCallPlace(target, {
        ...{ signal, hold, policy: services.targetPolicy },
        ...present({ timers: this.#parts.timers }),
      });
      if (typeof found === "string") throw refused(found);
      try {
        const { calls } = await services.history();
        const allowed = calls.start({ domain: target.sipDomain, address: found.address, extension });
        if (typeof allowed === "string") throw refused(allowed);
        try {
          return await this.#placeBoth(found);
        } finally {
          allowed.end();
        }
      } finally {
        await found.flow.close();
      }
    } finally {
      end();
    }
  }

  /** A refused password is not sent twice: where the echo test refuses it, the agent is not called. */
  async #placeBoth(found: CallPlaceFound): Promise<TestCallRun> {
    const { signal } = this.#call;
    const { position, status, echoCode, extension, holdSeconds } = this.#plan;
    const permission = await this.#permission(found.address);
    const base = { position, notRegistered: isDown(status) };
    let last: MeasuredCall | undefined;
    let control: MeasuredCall | undefined;
    try {
      control =
        echoCode === undefined
          ? undefined
          : await this.#measure(found, echoCode, ECHO_SCRIPT, {
              longestMs: LONGEST_ECHO_MS,
              what: "the echo test",
              // An echo test answers; if it rings, it is someone's telephone.
              mayRing: false,
            });
      last = control;
      signal.throwIfAborted();
      if (control !== undefined && isRefusedLogin(control)) {
        return { facts: { ...base, control, log: { kind: "not-looked" } } };
      }
      const script = scriptOf(holdSeconds, this.#parts.pace);
      const called = await this.#measure(found, extension, script, {
        longestMs: longestCall(holdSeconds),
        what: "the agent",
        mayRing: true,
      });
      const answeredAt = answerTime(called);
      last = called;
      signal.throwIfAborted();
      const log = answeredAt === undefined ? ({ kind: "not-looked" } as const) : await this.#log(answeredAt);
      return {
        facts: { ...base, call: called, log, ...present({ control }) },
        ...present({ answeredAt }),
      };
    } finally {
      permission(control, last);
    }
  }

  /** @returns what notes how the login ended. */
  async #permission(
    address: string,
  ): Promise<(control: MeasuredCall | undefined, last: MeasuredCall | undefined) => void> {
    const { target, password } = this.#plan;
    const history = await this.#call.services.history();
    const place = {
      ...{ domain: target.sipDomain, address, user: target.username },
      ...present({ authUser: target.authUsername }),
    };
    const permission = history.permit(place, password, false);
    if (typeof permission === "string") throw refused(permission);
    const charge = history.failedLogins.takeRegister(place, true);
    if (typeof charge === "string") {
      permission.settle("unsent");
      throw refused(charge);
    }
    return (control, last) => {
      const outcome = loginOutcome(control, last);
      permission.settle(outcome);
      if (outcome === "accepted" || outcome === "unsent") charge.settle(0);
      if (outcome === "accepted") history.failedLogins.noteAccepted(place);
    };
  }

  #measure(
    found: CallPlaceFound,
    callee: string,
    script: readonly ScriptStep[],
    { longestMs, what, mayRing }: { longestMs: number; what: string; mayRing: boolean },
  ): Promise<MeasuredCall> {
    const { services, signal, hold } = this.#call;
    const { target, password } = this.#plan;
    return measureCall({
      ...{ flow: found.flow, remote: { address: found.address, port: found.port }, callee, password, script },
      ...{ signal, mayRing, longestMs, answerMs: ANSWER_MS },
      account: {
        user: target.username,
        domain: target.sipDomain,
        ...present({ authUser: target.authUsername }),
      },
      mayHear: services.targetPolicy ?? (() => undefined),
      onDigest: hold,
      onEvent: (event) => this.#tell(event, what),
      ...present({ proxy: found.proxy, timers: this.#parts.timers }),
    });
  }

  #tell(event: CallEvent, what: string): void {
    const seconds = Math.round((performance.now() - this.#began) / 100) / 10;
    this.#call.progress(`${capital(what)}: ${eventWords(event)}`, seconds);
  }

  async #log(answeredAt: Date): Promise<LogSeen> {
    const { services, signal, progress, place } = this.#call;
    progress("Looking for the call in the agent's log", (performance.now() - this.#began) / 1_000);
    return lookAtLog({
      ...{ signal, ours: { caller: this.#plan.target.username, answeredAt } },
      log: new NewestCalls(services.api, this.#plan.agentId),
      budgetMs: logBudget(performance.now() - this.#began),
      mayPause: place?.startWaiting,
    });
  }
}

function answerTime({ setup, end }: MeasuredCall): Date | undefined {
  if (setup.outcome !== "answered") return undefined;
  return new Date(Date.now() - (end?.atMs ?? 0));
}

/** A 403 with a Q.850 cause comes from behind the PBX: the one who was called has declined. */
function isRefusedLogin({ setup: { outcome, status = 0, q850 } }: MeasuredCall): boolean {
  return outcome === "refused" && ([401, 407].includes(status) || (status === 403 && q850 === undefined));
}

function loginOutcome(
  control: MeasuredCall | undefined,
  last: MeasuredCall | undefined,
): "accepted" | "refused" | "unanswered" | "unsent" {
  if (last === undefined || !last.setup.credentialsSent) return "unsent";
  if (control?.setup.outcome === "answered" && last.setup.status === 403) return "accepted";
  if (isRefusedLogin(last)) return "refused";
  return ["answered", "refused", "unfinished"].includes(last.setup.outcome) ? "accepted" : "unanswered";
}

function eventWords(event: CallEvent): string {
  switch (event.kind) {
    case "ringing":
      return event.status === 180 ? "it rings" : `the PBX says ${event.status}`;
    case "answered":
      return `answered after ${(event.afterMs / 1_000).toFixed(1)} s`;
    case "step":
      return STEP_WORDS[event.step.do];
  }
}

const STEP_WORDS: Readonly<Record<ScriptStep["do"], string>> = {
  wait: "on the line",
  tone: "a tone is sent",
  speak: "something is said",
  play: "something is said",
  listen: "listening",
};
