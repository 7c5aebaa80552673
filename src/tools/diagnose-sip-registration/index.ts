import { obtainPassword } from "../../passwords/password.js";
import { completeSettings } from "../../registration/settings.js";
import type { CallContext } from "../core/context.js";
import { defineTool } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { loadPresetOrExplain } from "../core/preset.js";
import { testByEntry } from "./entry.js";
import { type DiagnoseInput, diagnoseInput } from "./input.js";
import { diagnoseOutput } from "./output.js";
import { type DiagnoseReply, diagnoseReply, type ReplyContext } from "./reply.js";
import { type ResolvedTarget, resolveTarget } from "./target.js";

type Look = typeof import("./look.js").look;

export const diagnoseSipRegistration = defineTool({
  name: "diagnose_sip_registration",
  title: "Diagnose SIP registration",
  description: [
    "Finds out why a SIP registration fails, from this machine: DNS, reachability, TLS, the PBX's answer to REGISTER, the platform's status. Gives findings with evidence, cause and fix. Changes and registers nothing.",
    "Use it when a registration fails or stays pending, or before configuring. Not for a look at the state: get_sip_status.",
    'Example: {"sipDomain": "pbx.example.com", "username": "1001", "transport": "tls"}',
  ].join("\n"),
  searchWords: "phone agent gets no calls, registration fails, troubleshoot",
  input: diagnoseInput,
  output: diagnoseOutput,
  // Honestly read-only, also with testCredentials: the REGISTER has no Contact, so it asks for the bindings
  // and makes, refreshes or removes none (RFC 3261 10.2.3). What it can cost is one failed login in the PBX's log. With
  // media it calls the PBX's echo test, which rings no phone.
  // Not idempotent: a second try with a refused password is held back.
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  asksWhomCallerNames: true,
  async run(given, call) {
    if (given.presetId !== undefined) await loadPresetOrExplain(given.presetId);
    // The SIP engine is loaded when it is first needed, not at the server's start.
    const { look } = await import("./look.js");
    const resolved = await resolveTarget(given, call);
    const tested = given.testCredentials === true;
    const notes = [
      ...(!tested && (given.password !== undefined || given.passwordSecret !== undefined)
        ? ["The password was not used: that needs testCredentials true."]
        : []),
      ...(!tested && given.media ? ["The echo test was not called: that needs testCredentials true."] : []),
    ];
    const context: ReplyContext = {
      resolved,
      agentId: given.agentId,
      tested,
      detail: given.detail === true,
      notes,
    };
    if (!tested) return diagnoseReply(await look(given, resolved, call), context);
    return testCredentials(given, resolved, context, call, look);
  },
});

async function testCredentials(
  given: DiagnoseInput,
  resolved: ResolvedTarget,
  context: ReplyContext,
  call: CallContext,
  look: Look,
): Promise<DiagnoseReply> {
  const { target, agent } = resolved;
  const { username } = target;
  if (username === undefined) {
    throw new ToolError("testCredentials takes a username: whose password is it?", [
      "Make the same call with username, or without testCredentials.",
    ]);
  }
  const settings = completeSettings({ ...target, username });
  const obtained = obtainPassword({
    argument: given.password,
    name: given.passwordSecret,
    secrets: call.services.sipSecrets,
    stored: agent?.registration ?? null,
    settings,
  });
  if (obtained.kind === "given") {
    call.hold(obtained.password);
    const report = await look(given, resolved, call, { password: obtained.password });
    return diagnoseReply(report, context);
  }
  return testByEntry(
    {
      settings,
      agentName: agent?.name,
      why: agent === undefined ? "without agentId no stored one is at hand." : obtained.why,
      context,
      look: (more) => look(given, resolved, call, more),
    },
    call,
  );
}
