import { allEnded } from "../../base/all-ended.js";
import { present } from "../../base/present.js";
import type { Position } from "../../diagnosis/evidence-media.js";
import type { DiagnosisTarget } from "../../diagnosis/target.js";
import { namedPassword, namesOfSecrets } from "../../passwords/named.js";
import { knownHost } from "../../presets/known-host.js";
import type { Secret } from "../../redaction/secret.js";
import { settingText } from "../../redaction/untrusted.js";
import { bareHost } from "../../registration/host.js";
import { statusKind } from "../../registration/states.js";
import { classifyAddress, isLocalAddress } from "../../sip/message/address.js";
import type { RegistrationStatus, StoredRegistration } from "../../telzino/types.js";
import { TRANSPORTS } from "../../telzino/types.js";
import type { Confirmed } from "../core/confirmation.js";
import type { CallContext, Services } from "../core/context.js";
import { ToolError } from "../core/errors.js";
import { orUnknown } from "../core/or-unknown.js";
import { echoCodeRefusal, extensionRefusal } from "./callee.js";
import type { TestCallInput } from "./input.js";
import { rightsRefusal } from "./rights.js";

/** Where the calling extension's password comes from. `typed`: at a prompt of this very call. */
type PasswordFrom = { readonly kind: "named"; readonly name: string } | { readonly kind: "typed" | "page" };

/** What a test call would do, in full. */
export interface CallPlan {
  readonly agentId: string;
  readonly agentName: string | undefined;
  readonly stored: StoredRegistration;
  /** The agent's. */
  readonly extension: string;
  /** The place, and who calls there. */
  readonly target: DiagnosisTarget & { readonly username: string };
  readonly passwordFrom: PasswordFrom;
  /** Absent: a page will ask for it. */
  readonly password: Secret | undefined;
  readonly echoCode: string | undefined;
  readonly holdSeconds: number;
  readonly position: Position;
  readonly status: RegistrationStatus | undefined;
}

/** A plan that can be carried out. */
export type ReadyPlan = CallPlan & { readonly password: Secret };

export function isReady(plan: CallPlan): plan is ReadyPlan {
  return plan.password !== undefined;
}

/** What is asked for, with the password itself where there is one already. */
export type PlanInput = Omit<TestCallInput, "callerSecret"> & {
  readonly callerSecret?: string | Secret | undefined;
};

/**
 * What the test will do, from what is stored for the agent and the arguments of the tool. Every objection is raised here, before
 * anything is sent.
 *
 * @throws ToolError, SecretRefused, TelzinoError
 */
export async function planOf(given: PlanInput, call: CallContext): Promise<CallPlan> {
  const { services, signal } = call;
  const { agentId } = given;
  const [agent, status] = await allEnded([
    services.api.getAgent(agentId, { signal }),
    orUnknown(services.api.getStatus(agentId, { signal }), signal),
  ]);
  const stored = agent.registration;
  if (stored?.sipDomain === undefined || stored.username === undefined) {
    throw new ToolError("No call was placed: nothing is stored for this agent that could be called.", [
      ["configure_sip_registration connects the agent.", "The agent has to be connected first."],
    ]);
  }
  const { username: extension, sipDomain, proxy } = stored;
  const echoCode = given.echoCode ?? (await echoCodeOf(stored));
  const refusal =
    extensionRefusal(extension) ??
    (echoCode === undefined ? undefined : echoCodeRefusal(echoCode, [extension, given.callerUsername])) ??
    ownExtension(given.callerUsername, extension) ??
    rightsRefusal(services.testCalls ?? { hosts: [] }, {
      places: [sipDomain, ...(proxy === undefined ? [] : [proxy])],
      dialled: [extension, ...(echoCode === undefined ? [] : [echoCode])],
    });
  if (refusal !== undefined) throw refused(refusal);
  return {
    ...{ agentId, stored, extension, echoCode, status },
    ...passwordOf(given, { sipDomain, ...present({ proxy }) }, services),
    agentName: agent.name.isEmpty ? undefined : `${agent.name}`,
    target: targetOf(given, { ...stored, sipDomain }),
    holdSeconds: given.holdSeconds ?? 0,
    position: given.seenFrom ?? positionOf(call, proxy ?? sipDomain),
  };
}

function passwordOf(
  { callerSecret, callerUsername }: PlanInput,
  at: Pick<StoredRegistration, "sipDomain" | "proxy"> & { readonly sipDomain: string },
  services: Services,
): Pick<CallPlan, "password" | "passwordFrom"> {
  const { sipSecrets = new Map(), entry } = services;
  if (typeof callerSecret === "string") {
    const password = namedPassword(callerSecret, sipSecrets, at);
    return { password, passwordFrom: { kind: "named", name: callerSecret } };
  }
  if (callerSecret !== undefined) return { password: callerSecret, passwordFrom: { kind: "typed" } };
  if (entry !== undefined) return { password: undefined, passwordFrom: { kind: "page" } };
  throw noPassword(callerUsername, services);
}

/** There is neither a name nor a page. */
export function noPassword(callerUsername: string, { sipSecrets }: Services, why = ""): ToolError {
  const named = namesOfSecrets(sipSecrets);
  return new ToolError(
    `No call was placed: the SIP password of extension ${settingText(callerUsername)} is needed. ${why}`.trimEnd(),
    [
      ...(named ? [`If this server holds it, name it in callerSecret: ${named}.`] : []),
      "Ask the user to put it into TELZINO_SIP_SECRET_<NAME> in this server's environment and to restart it: this tool can then name it. It takes no password.",
      "watch_test_call proves the line with a call that the user makes, which needs no second extension.",
    ],
  );
}

/** A call that the rules forbid. Nothing was sent. */
export function refused(why: string): ToolError {
  return new ToolError(`No call was placed: ${why}.`, [
    "watch_test_call proves the line with a call that the user makes, which has none of these limits.",
  ]);
}

function ownExtension(caller: string, extension: string): string | undefined {
  return caller === extension
    ? "the calling extension is the agent's own, which many PBXs send to its voicemail: take another one"
    : undefined;
}

function targetOf(
  given: PlanInput,
  stored: StoredRegistration & { readonly sipDomain: string },
): CallPlan["target"] {
  const { sipDomain, proxy } = stored;
  const transport = given.transport ?? TRANSPORTS.find((known) => known === stored.transport);
  return {
    sipDomain,
    username: given.callerUsername,
    ...present({
      proxy,
      transport,
      // Another transport mostly has another port.
      port: given.port ?? (transport === stored.transport ? stored.port : undefined),
      authUsername: given.callerAuthUsername,
    }),
  };
}

/** Of the PBX that the stored host tells, if it is documented there. */
async function echoCodeOf({ proxy, sipDomain }: StoredRegistration): Promise<string | undefined> {
  const id = knownHost(proxy ?? sipDomain)?.preset.id;
  const preset = id === undefined ? undefined : await (await import("../../presets/index.js")).loadPreset(id);
  return preset?.echoTest?.code;
}

/** A hosted server is elsewhere; on the user's machine a private address is that of the same network. */
function positionOf({ services }: CallContext, host: string): Position {
  if (services.targetPolicy !== undefined) return "outside";
  const bare = bareHost(host);
  return classifyAddress(bare) !== undefined && isLocalAddress(bare) ? "inside" : "outside";
}

/** What a confirmation is bound to: all that decides what is done, and to whom. */
export function confirmedOf(plan: CallPlan): Confirmed {
  const { agentId, extension, target, passwordFrom, echoCode, holdSeconds, position } = plan;
  const secretName = passwordFrom.kind === "named" ? passwordFrom.name : undefined;
  const { sipDomain, username, proxy, port, transport, authUsername } = target;
  return {
    ...{ agentId: agentId.toLowerCase(), extension, secretName, echoCode, holdSeconds, position },
    ...{ sipDomain, username, proxy, port, transport, authUsername },
  };
}

export function isDown(status: RegistrationStatus | undefined): boolean {
  return status !== undefined && ["failed", "absent"].includes(statusKind(status));
}
