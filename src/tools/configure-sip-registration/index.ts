import { z } from "zod";
import { allEnded } from "../../base/all-ended.js";
import { present } from "../../base/present.js";
import {
  type MissingPassword,
  type ObtainedPassword,
  obtainPassword,
  type PasswordSource,
} from "../../passwords/password.js";
import { discreetFaults, faultWords, type PasteFault, pasteFaults } from "../../redaction/paste-faults.js";
import { adviseSettings } from "../../registration/advice.js";
import type { AgentTurn } from "../../registration/agent-locks.js";
import {
  agentIdField,
  authUsernameField,
  didField,
  portField,
  proxyField,
  sipDomainField,
  subscribeField,
  transportField,
  usernameField,
} from "../../registration/fields.js";
import { CLEARABLE, nextSettings } from "../../registration/next-settings.js";
import { diffSettings, sameAccount } from "../../registration/settings.js";
import { statusKind } from "../../registration/states.js";
import { confirmStored } from "../../registration/stored.js";
import { waitUntilSettled } from "../../registration/wait.js";
import { storeRegistration } from "../../registration/write.js";
import { TelzinoError } from "../../telzino/errors.js";
import type { CallContext } from "../core/context.js";
import { defineTool, type ToolReply } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { inTurn } from "../core/in-turn.js";
import { passwordField, passwordSecretField } from "../core/password-fields.js";
import { presetById } from "../core/preset.js";
import { ANSWER, tellWait } from "../core/progress.js";
import { tellable } from "../core/tellable.js";
import { configureByEntry } from "./entry.js";
import { occupantsOf, occupiedAdvice } from "./occupants.js";
import { configureOutput } from "./output.js";
import { changedOnLine, isOccupied, type Plan, standsRefused } from "./plan.js";
import {
  confirmationReply,
  doubtfulReply,
  dryRunReply,
  noRegistrarReply,
  occupiedReply,
  unchangedReply,
} from "./reply.js";
import { type Written, writtenReply } from "./written.js";

const DEFAULT_WAIT_SECONDS = 25;

const input = z.strictObject({
  agentId: agentIdField,
  sipDomain: sipDomainField,
  username: usernameField,
  passwordSecret: passwordSecretField.optional(),
  password: passwordField.optional(),
  newPassword: z
    .boolean()
    .describe(
      "true: the user gives another one than is stored; false: send the stored one though it was refused",
    )
    .optional(),
  proxy: proxyField.optional(),
  port: portField.optional(),
  transport: transportField.optional(),
  subscribe: subscribeField.optional(),
  authUsername: authUsernameField.optional(),
  did: didField.optional(),
  clear: z
    .string()
    .transform((names) => names.split(/[\s,]+/).filter((name) => name !== ""))
    .pipe(z.array(z.enum(CLEARABLE)))
    .describe("Stored fields to take away or set back to the default, as null does, e.g. proxy, did")
    .optional(),
  presetId: z
    .string()
    .max(60)
    .describe("From list_pbx_presets: fills in port and transport, knows this PBX's traps")
    .optional(),
  dryRun: z.boolean().describe("Show what would change, write nothing").optional(),
  replace: z.boolean().describe("Confirms what a reply asked the user about").optional(),
  waitSeconds: z.int().min(0).max(45).describe("Wait for the outcome. Default 25, at most 45").optional(),
});

type Input = z.output<typeof input>;
type Reply = ToolReply<z.output<typeof configureOutput>>;

export const configureSipRegistration = defineTool({
  name: "configure_sip_registration",
  title: "Configure SIP registration",
  description: [
    "Connects an agent to a PBX as an extension: checks and stores the settings, waits until the registration has succeeded or failed, and explains the outcome.",
    "Use it once agent, SIP domain and user are known; list_pbx_presets says what a PBX needs. Leave the password out: a stored one is kept, or the result says how the user gives it. Other fields left out keep their stored value too. To only read the status, use get_sip_status.",
    'Example: {"agentId": "…", "sipDomain": "pbx.example.com", "username": "1001", "port": 5061, "transport": "tls"}',
  ].join("\n"),
  searchWords: "connect phone agent to PBX, register extension, phone system, VoIP",
  input,
  clearable: CLEARABLE,
  output: configureOutput,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  async run(given, call) {
    if (given.dryRun) {
      const { plan, password } = await prepare(given, call);
      return dryRunReply(plan, password, call.services);
    }
    const step = await inTurn(given.agentId, call, (turn) => change(given, turn, call));
    if (step.kind === "told") return step.reply;
    const { plan } = step;
    if (step.kind === "password_needed") {
      return configureByEntry(plan, { missing: step.missing, replace: given.replace ?? false }, call);
    }
    const { api } = call.services;
    const seconds = given.waitSeconds ?? DEFAULT_WAIT_SECONDS;
    const waited = await waitUntilSettled(api, given.agentId, plan.before, {
      budgetMs: seconds * 1_000,
      signal: call.signal,
      mayPause: call.place?.startWaiting,
      onSample: (status, elapsed) => tellWait(call, ANSWER, { status, elapsed, seconds }),
    });
    const { sent, turn, doubt } = step.written;
    const confirmation = await confirmStored(sent, { api, agentId: plan.agentId, turn, signal: call.signal });
    return writtenReply(plan, step.from, {
      waited,
      doubt,
      confirmation,
      password: tellable(sent.password, call.services),
    });
  },
});

interface Prepared {
  plan: Plan;
  password: ObtainedPassword;
  /** What is odd about a password that the call gives or names. */
  doubts: readonly PasteFault[];
}

async function prepare(given: Input, call: CallContext): Promise<Prepared> {
  const both = given.clear?.filter((field) => given[field] !== undefined) ?? [];
  if (both.length > 0) {
    throw new ToolError(
      `Nothing was written: ${both.join(", ")} cannot be given and removed in the same call.`,
      ["Make the same call with a value, or with the name in clear."],
    );
  }
  const plan = await makePlan(given, call);
  const password = obtainPassword({
    argument: given.password,
    name: given.passwordSecret,
    secrets: call.services.sipSecrets,
    stored: plan.stored,
    settings: plan.settings,
    refused: standsRefused(plan),
    // The page of an earlier request of this call may have stored one already: its outcome is asked for.
    another: given.newPassword ?? (call.opened ? true : undefined),
  });
  if (password.kind === "missing") return { plan, password, doubts: [] };
  call.hold(password.password);
  const faults = pasteFaults(password.password, plan.settings.username);
  if (password.from !== "kept") {
    // What the configuration holds, a caller must not be able to guess.
    const doubts = password.from === "named" ? discreetFaults(faults) : faults;
    return { plan: noted(plan, "was given", doubts), password, doubts };
  }
  // What works is not odd.
  const works = plan.before !== undefined && statusKind(plan.before) === "registered";
  return {
    plan: works ? plan : noted(plan, "is stored", discreetFaults(faults)),
    ...{ password, doubts: [] },
  };
}

function noted(plan: Plan, which: string, faults: readonly PasteFault[]): Plan {
  if (faults.length === 0) return plan;
  return { ...plan, passwordNote: `The password that ${which} ${faultWords(faults)}.` };
}

/** Everything that is known before the write. What can't be read stays unknown; then the PUT decides. */
async function makePlan(given: Input, call: CallContext): Promise<Plan> {
  const { services } = call;
  const preset = given.presetId === undefined ? undefined : await presetById(given.presetId);
  // The agent brings a password that an error of the other may repeat.
  const [agent, before] = await allEnded([
    bestEffort(services.api.getAgent(given.agentId, { signal: call.signal }), call),
    bestEffort(services.api.getStatus(given.agentId, { signal: call.signal }), call),
  ]);
  const stored = agent?.registration;
  const { clear } = given;
  const { settings, kept, filled } = nextSettings({
    given,
    clear,
    stored,
    ...present({ fill: preset?.fill }),
  });
  const hasIt = stored && sameAccount(stored, settings) && before && statusKind(before) === "registered";
  const occupants = hasIt ? [] : await occupantsOf(settings, { ...agent, id: given.agentId }, call);
  return {
    agentId: given.agentId,
    agent,
    before,
    stored,
    settings,
    preset,
    kept,
    filled,
    changes: diffSettings(stored, settings),
    advice: [
      ...occupiedAdvice(occupants),
      ...adviseSettings(settings, {
        preset: preset?.facts,
        stored,
        kept,
        platformIsLocal: services.platformIsLocal,
      }),
    ],
    occupants,
    platformIsLocal: services.platformIsLocal,
  };
}

/** Errors that already say that the write cannot succeed either, so it must not be tried. */
const HOPELESS: ReadonlySet<TelzinoError["code"]> = new Set([
  "not_configured",
  "login_refused",
  "unauthorized",
  "agent_not_found",
  "unreachable",
]);

async function bestEffort<Value>(
  reading: Promise<Value>,
  { signal, services }: CallContext,
): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelzinoError) || HOPELESS.has(error.code)) throw error;
    services.log.info("not readable before the write", { operation: error.operation, code: error.code });
    return undefined;
  }
}

type Step =
  /** Nothing to write. */
  | { kind: "told"; reply: Reply }
  | { kind: "password_needed"; plan: Plan; missing: MissingPassword }
  | { kind: "written"; plan: Plan; from: PasswordSource; written: Written };

/** What has to happen while no other change of the agent does. */
async function change(given: Input, turn: AgentTurn, call: CallContext): Promise<Step> {
  const { plan, password, doubts } = await prepare(given, call);
  const onLine = changedOnLine(plan.stored, plan.before, plan.settings);
  if (onLine.length > 0 && !given.replace) {
    return { kind: "told", reply: confirmationReply(plan, password, onLine) };
  }
  const noRegistrar = plan.advice.find(({ id }) => id === "host-without-registrar");
  if (noRegistrar && !given.replace) return { kind: "told", reply: noRegistrarReply(plan, noRegistrar) };
  if (isOccupied(plan) && !given.replace) {
    return { kind: "told", reply: occupiedReply(plan, password) };
  }
  if (doubts.length > 0 && !given.replace) {
    return { kind: "told", reply: doubtfulReply(plan, faultWords(doubts)) };
  }
  if (password.kind === "missing") return { kind: "password_needed", plan, missing: password };
  const { before } = plan;
  const registered = before !== undefined && statusKind(before) === "registered";
  if (plan.changes.length === 0 && password.from === "kept" && registered) {
    return { kind: "told", reply: await unchangedReply(plan, before, call.services) };
  }
  call.progress("Storing the settings", 0, given.waitSeconds ?? DEFAULT_WAIT_SECONDS);
  const sent = { settings: plan.settings, password: password.password };
  const context = { api: call.services.api, agentId: plan.agentId, turn, signal: call.signal };
  const doubt = await storeRegistration(sent, plan.stored, context);
  await call.services.entry?.end?.(plan.agentId.toLowerCase(), "stored");
  return { kind: "written", plan, from: password.from, written: { sent, turn, doubt } };
}
