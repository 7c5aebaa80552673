import { z } from "zod";
import { TRANSPORTS } from "../telzino/types.js";
import { agentProblem } from "./agent-id.js";
import { hostProblem } from "./host.js";

/**
 * The fields of a registration as tools take them: the API's own names and rules
 * (`PUT /v1/agents/{agentId}/sip/registration`), and what a value must look like beyond them to work.
 * Every message says what is right.
 */

const E164 = /^\+[1-9]\d{6,14}$/;

/** A string with its own rule; `problem` gives the words that follow the field's name. */
function ruled(problem: (value: string) => string | undefined) {
  return z.string().check((context) => {
    const message = problem(context.value);
    if (message) context.issues.push({ code: "custom", message, input: context.value });
  });
}

function userProblem(value: string): string | undefined {
  if (value === "") return "must not be empty";
  if (value.length > 128) return "is too long (128 characters at most)";
  if (/\p{Cc}/u.test(value)) return "must not contain control characters";
  const scheme = /^sips?:/i.exec(value);
  if (scheme) return `must be only the user, without "${scheme[0]}", e.g. 1001`;
  if (/\s/.test(value)) return "must not contain blanks";
  return undefined;
}

/** A quote or backslash in a digest user can't be sent in a form that every registrar reads alike (RFC 3261, 25.1). */
function digestUserProblem(value: string): string | undefined {
  return /["\\]/.test(value)
    ? 'must not contain " or \\ : many PBXs cannot read them in a digest user'
    : undefined;
}

function didProblem(value: string): string | undefined {
  if (E164.test(value)) return undefined;
  const digits = `+${value.replace(/^00|[^\d]/g, "")}`;
  const hint =
    /^\s*(\+|00)/.test(value) && E164.test(digits) ? digits : "+15551234567 (country code, no blanks)";
  return `must be a number in E.164 form, e.g. ${hint}`;
}

export const agentIdField = ruled(agentProblem).describe("Agent's UUID, or its name if unique");

export const sipDomainField = ruled(hostProblem).describe(
  "SIP domain of the PBX: only the host name or IP address, e.g. pbx.example.com",
);
export const usernameField = ruled((value) => userProblem(value) ?? digestUserProblem(value)).describe(
  "SIP user, usually the extension, e.g. 1001",
);
export const proxyField = ruled(hostProblem).describe("Outbound proxy host, only if the PBX asks for one");
export const portField = z
  .int()
  .min(1)
  .max(65535)
  .describe("SIP port. Default 5060; with tls usually 5061, so give it");
export const transportField = z.enum(TRANSPORTS).describe("SIP transport. Default udp");
export const subscribeField = z.boolean().describe("SIP SUBSCRIBE for presence/BLF. Default false");
export const authUsernameField = ruled(
  (value) =>
    (/^\s|\s$/.test(value) ? "must not begin or end with a blank" : undefined) ??
    (value === "" ? "must not be empty" : undefined) ??
    (/\p{Cc}/u.test(value) ? "must not contain control characters" : undefined) ??
    digestUserProblem(value),
).describe("Digest user (auth ID) where it differs from username, e.g. on 3CX");
export const didField = ruled(didProblem).describe("Number sent in the INVITE, E.164, e.g. +15551234567");
