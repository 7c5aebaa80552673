import { present } from "../../base/present.js";
import type { DiagnoseOptions, DiagnosisReport } from "../../diagnosis/index.js";
import type { EntryOutcome } from "../../passwords/page/types.js";
import type { Secret } from "../../redaction/secret.js";
import type { Untrusted } from "../../redaction/untrusted.js";
import { accountOf } from "../../registration/settings.js";
import type { RegistrationSettings } from "../../telzino/types.js";
import type { CallContext, Services } from "../core/context.js";
import { ToolError } from "../core/errors.js";
import type { TestByEntry } from "../core/memory.js";
import { askForPassword, pendingPage, type WaitingPage } from "../core/password-entry.js";
import { waysToGivePassword } from "../core/password-fields.js";
import { type DiagnoseReply, diagnoseReply, type ReplyContext } from "./reply.js";

export interface EntryTest {
  settings: RegistrationSettings;
  agentName: Untrusted | undefined;
  /** Why the user has to be asked; completes "A SIP password is needed: …". */
  why: string;
  context: ReplyContext;
  look(more: Pick<DiagnoseOptions, "password" | "signal" | "onProgress" | "hold">): Promise<DiagnosisReport>;
}

const KEPT_MS = 10 * 60_000;

/**
 * Tests credentials with a password that the user types into the local page. Where the client cannot wait for
 * the user, the page runs the test itself, and the same call made again returns its result.
 *
 * @throws ToolError where there is no such page, or the user enters nothing.
 */
export async function testByEntry(test: EntryTest, call: CallContext): Promise<DiagnoseReply> {
  const { settings, context } = test;
  const key = keyOf(settings);
  const waiting = take(call.services, key);
  if (waiting) {
    for (const secret of waiting.sent) call.hold(secret);
    const notes = [
      ...context.notes,
      "This is the outcome of the test with the password that the user has entered.",
    ];
    return diagnoseReply(waiting.report, { ...context, notes });
  }
  const answer = await askForPassword<DiagnosisReport>(
    {
      agentId: key,
      facts: {
        agent: String(test.agentName ?? accountOf(settings)),
        username: settings.username,
        sipDomain: settings.sipDomain,
        ...present({ proxy: settings.proxy }),
        port: settings.port,
        transport: settings.transport,
        purpose: "test",
      },
      settings,
      nothingDone: "The credentials were not tested",
      async submit(password, { signal, report, hold: holdForPage }) {
        const sent: Secret[] = [password];
        const hold = (secret: Secret) => {
          sent.push(secret);
          call.hold(secret);
          // The call may be over, and the page still shows the result.
          holdForPage(secret);
        };
        const value = await test.look({ password, signal, onProgress: report, hold });
        keep(call.services, key, value, sent);
        return { value, outcome: outcomeOf(value) };
      },
    },
    call,
  );
  switch (answer.kind) {
    case "finished":
      take(call.services, key);
      return diagnoseReply(answer.value, context);
    case "pending":
      return pendingReply(test, answer, call.services);
    case "told":
      throw new ToolError(answer.outcome.details.join(" "));
    case "unavailable":
      throw new ToolError(
        `The credentials were not tested. A SIP password is needed: ${test.why} ${answer.why}`.trimEnd(),
        [
          ...waysToGivePassword(`${accountOf(settings)}`, call.services),
          "Or make the same call without testCredentials.",
        ],
      );
  }
}

/** What can be seen without the password is reported immediately. */
async function pendingReply(test: EntryTest, page: WaitingPage, services: Services): Promise<DiagnoseReply> {
  const { facts, next } = pendingPage(page, services);
  const notes = [
    ...test.context.notes,
    "The credentials are not tested yet: their password is still needed.",
  ];
  const reply = diagnoseReply(await test.look({}), { ...test.context, notes, page: facts });
  return {
    ...reply,
    next: [next[0] ?? "", "When the user says that it is done, the same call returns the result."],
  };
}

function outcomeOf({ verdict, findings }: DiagnosisReport): EntryOutcome {
  const grave = findings.filter(({ severity }) => severity !== "info").slice(0, 3);
  return {
    result: "done",
    verdict: verdict.outcome,
    details: [verdict.text, ...grave.map(({ fix }) => fix)],
  };
}

function keyOf({ sipDomain, username, proxy = "", port, transport }: RegistrationSettings): string {
  return `test ${username}@${sipDomain} ${proxy} ${transport} ${port}`;
}

function keep({ memory }: Services, key: string, report: DiagnosisReport, sent: readonly Secret[]): void {
  const { testsByEntry } = memory;
  testsByEntry.set(key, { report, sent, at: Date.now() });
  for (const [other, { at }] of testsByEntry) if (Date.now() - at > KEPT_MS) testsByEntry.delete(other);
}

function take({ memory }: Services, key: string): TestByEntry | undefined {
  const found = memory.testsByEntry.get(key);
  memory.testsByEntry.delete(key);
  return found && Date.now() - found.at <= KEPT_MS ? found : undefined;
}
