import { present } from "../../base/present.js";
import type { DiagnosisTarget, PlatformTarget } from "../../diagnosis/index.js";
import { accountOf, sameAccount, sameHost } from "../../registration/settings.js";
import { type Agent, type StoredRegistration, TRANSPORTS, type Transport } from "../../telzino/types.js";
import type { CallContext } from "../core/context.js";
import { ToolError } from "../core/errors.js";
import { holdStored } from "../core/holding-api.js";
import { orUnknown } from "../core/or-unknown.js";
import { tellableStored } from "../core/tellable.js";

/** The target as a call may give it; each field that is left out comes from what is stored, if an agent is named. */
export interface GivenTarget {
  agentId?: string | undefined;
  sipDomain?: string | undefined;
  username?: string | undefined;
  proxy?: string | undefined;
  port?: number | undefined;
  transport?: Transport | undefined;
  authUsername?: string | undefined;
}

export interface ResolvedTarget {
  target: DiagnosisTarget;
  agent?: Agent;
  /** Present where the platform's view belongs to this very target. */
  platform?: PlatformTarget;
  /** Why there is no such view although an agent is named. */
  whyNoPlatform?: string;
  /** Where the target comes from, when that is not plain from the call. */
  note?: string;
}

/**
 * What a call is about. A given `sipDomain` makes the target, also where an agent is named or bound: the
 * platform's view is joined only if it is of the same settings. Without it the agent's stored settings are the
 * target, with what else was given in place of theirs.
 *
 * @throws ToolError where there is no target.
 */
export async function resolveTarget(given: GivenTarget, call: CallContext): Promise<ResolvedTarget> {
  const { agentId, sipDomain } = given;
  if (agentId === undefined) {
    if (sipDomain === undefined) throw noTarget();
    return { target: targetOf({ ...given, sipDomain }) };
  }
  if (sipDomain !== undefined) return givenBesideAgent(agentId, { ...given, sipDomain }, call);
  const agent = await call.services.api.getAgent(agentId, { signal: call.signal });
  const stored = agent.registration;
  if (stored?.sipDomain === undefined) throw nothingStored(agent);
  const target = targetOf({ ...storedTarget(stored), ...present(given), sipDomain: stored.sipDomain });
  return {
    target,
    agent,
    ...platformOf(agentId, target, stored, call),
    ...(isStored(target, stored)
      ? {}
      : { note: "The given values were looked at in place of the stored ones." }),
  };
}

/** The agent is looked up as far as it can be: without the API the wire still tells. */
async function givenBesideAgent(
  agentId: string,
  given: GivenTarget & { sipDomain: string },
  call: CallContext,
): Promise<ResolvedTarget> {
  const target = targetOf(given);
  const agent = await readAgent(agentId, call);
  const stored = agent?.registration;
  const note =
    stored && !isStored(target, stored)
      ? `The given target was looked at, not the agent's stored registration (${accountOf(stored)}).`
      : undefined;
  return {
    target,
    ...present({ agent }),
    ...(stored
      ? platformOf(agentId, target, stored, call)
      : { whyNoPlatform: "the agent has no stored registration that could be read" }),
    ...present({ note }),
  };
}

function readAgent(agentId: string, { services, signal }: CallContext): Promise<Agent | undefined> {
  return orUnknown(services.api.getAgent(agentId, { signal }), signal);
}

/** The platform's view, or why it is left aside. */
function platformOf(
  agentId: string,
  target: DiagnosisTarget,
  stored: StoredRegistration,
  call: CallContext,
): Pick<ResolvedTarget, "platform" | "whyNoPlatform"> {
  if (!isStored(target, stored)) {
    return {
      whyNoPlatform: "its status belongs to the stored settings, which are others than those looked at",
    };
  }
  // For what the PBX says, only here: another one may be the caller's, and its text would reveal whether a guess is right.
  holdStored(stored, call.hold);
  return { platform: { api: call.services.api, agentId, stored: tellableStored(stored, call.services) } };
}

/** The same place in the same name: only then does the platform's state say something about what was looked at. */
function isStored(target: DiagnosisTarget, stored: StoredRegistration): boolean {
  return (
    sameAccount({ ...target }, stored) &&
    sameHost(target.proxy, stored.proxy) &&
    (target.port ?? stored.port) === stored.port &&
    (target.transport ?? stored.transport) === stored.transport
  );
}

function storedTarget(stored: StoredRegistration): GivenTarget {
  const transport = TRANSPORTS.find((known) => known === stored.transport);
  const { username, proxy, port, authUsername } = stored;
  return present({ username, proxy, port, transport, authUsername });
}

function targetOf(given: GivenTarget & { sipDomain: string }): DiagnosisTarget {
  const { sipDomain, username, proxy, port, transport, authUsername } = given;
  return {
    sipDomain,
    ...present({ username, proxy, port, transport, authUsername }),
  };
}

function noTarget(): ToolError {
  return new ToolError(
    "There is nothing to look at: give agentId, or sipDomain (with username, if it is known).",
    [
      "list_telzino_agents finds the agent's id by its name; its stored settings are then the target.",
      "Without an agent: the same call with sipDomain, username, port and transport.",
    ],
  );
}

function nothingStored({ registration }: Agent): ToolError {
  const why =
    registration === null
      ? "has no SIP registration stored"
      : "has stored settings that cannot be read in full";
  return new ToolError(`This agent ${why}, so there is nothing to look at.`, [
    "Give sipDomain and username (and port and transport) of the PBX to look at it before anything is stored.",
    "configure_sip_registration connects the agent.",
  ]);
}
