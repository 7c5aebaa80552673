import { isIP } from "node:net";
import { discreetFaults, faultWords, pasteFaults } from "../../redaction/paste-faults.js";
import { stateFacts, statusKind } from "../../registration/states.js";
import type { PlatformEvidence } from "../evidence.js";
import { ever, lastStatus, platformRule, sampleWords } from "./platform-views.js";
import type { Rule } from "./rule.js";
import { answeredFirst, anythingAnswers, list, oneOf, statusWords, wireUnseen } from "./words.js";

const UNRESOLVED = {
  cause: "sipDomain or proxy does not resolve where the platform looks it up.",
  fix: "Check the spelling of sipDomain and proxy, and that they resolve in public DNS.",
};
const NO_WAY = {
  cause: "The platform has no way to that address, or no socket for that transport and address family.",
  fix: "Check that the address is a public one, IPv4 if in doubt, and try another transport.",
};

/** What can be seen of the stored password, where the PBX has refused it: never itself. */
function oddPassword(
  platform: PlatformEvidence,
  state: "WRONG_CREDENTIALS_STATE" | "REGISTRAR_ERROR_STATE",
): { evidence: string; cause?: string } {
  const { password, username } = platform.stored ?? {};
  const seen = password === undefined ? [] : pasteFaults(password, username);
  const faults = state === "WRONG_CREDENTIALS_STATE" ? seen : discreetFaults(seen);
  const evidence = sampleWords(platform);
  if (faults.length === 0) return { evidence };
  const words = faultWords(faults);
  const causes = stateFacts(state).causes.map((cause) => cause.replace(/\.$/, ""));
  return {
    evidence: `${evidence}; the stored password ${words}`,
    cause: oneOf([`the stored password was not copied rightly: it ${words}`, ...causes]),
  };
}

/** States that say that a registration has failed. */
export const PLATFORM_RULES = [
  platformRule(
    {
      id: "platform-disabled",
      severity: "critical",
      title: "The registration is disabled",
      seen: "The stored settings say enabled: false; or the status says enabled: no, and that nothing is registered.",
      cause: "It was switched off.",
      fix: "Save the settings again: saving enables them.",
      explains: ["platform-not-synced"],
    },
    (platform) => {
      if (platform.stored?.enabled === false) return { evidence: "enabled: false", confidence: "high" };
      const status = lastStatus(platform);
      return platform.stored !== null && status.enabled === false && statusKind(status) === "absent"
        ? { evidence: `${sampleWords(platform)}; the status says enabled: no`, confidence: "high" }
        : undefined;
    },
  ),
  platformRule(
    {
      id: "platform-banned",
      severity: "critical",
      title: "The platform gets no answer any more after it was refused: probably a ban",
      seen: "The status shows both refused credentials and timeouts within a few seconds, or a timeout where the PBX refuses the same credentials here.",
      cause:
        "A failed registration is tried again by itself; intrusion detection on the PBX (fail2ban) then bans the platform's address.",
      fix: "Correct the credentials first, then lift the ban on the PBX, and allow the platform's address there.",
      explains: ["platform-timeout", "platform-timeout-answers-here"],
    },
    (platform, { credentials }) => {
      if (!ever(platform, "REGISTER_TIMEOUT_STATE")) return undefined;
      const refusedThere =
        ever(platform, "WRONG_CREDENTIALS_STATE") || ever(platform, "REGISTRAR_ERROR_STATE");
      const refusedHere = credentials?.outcome === "refused" || credentials?.last.status === 403;
      if (!refusedThere && !refusedHere) return undefined;
      return {
        evidence: `${sampleWords(platform)}${refusedHere ? "; the same login is refused from here" : ""}`,
        confidence: "medium",
      };
    },
  ),
  platformRule(
    {
      id: "platform-timeout-answers-here",
      severity: "critical",
      title: "The PBX answers this machine, but not the platform",
      seen: "REGISTER_TIMEOUT on the platform, while SIP is answered from here at the same port and transport.",
      cause:
        "One of these: (1) the PBX or its firewall lets only known networks in, or takes no registrations from outside; (2) it has banned the platform's address after refusals; (3) this machine is inside the PBX's network.",
      fix: "Allow the platform's addresses on the PBX and its firewall, switch registration from outside on for this extension, and look at the ban list.",
      explains: ["platform-timeout"],
    },
    (platform, evidence) =>
      lastStatus(platform).state === "REGISTER_TIMEOUT_STATE" && anythingAnswers(evidence)
        ? { evidence: sampleWords(platform), confidence: "medium", preset: { remote: true } }
        : undefined,
  ),
  platformRule(
    {
      id: "platform-timeout",
      severity: "critical",
      title: "The platform gets no answer from the PBX",
      seen: "REGISTER_TIMEOUT.",
      cause: oneOf(stateFacts("REGISTER_TIMEOUT_STATE").causes.map((cause) => cause.replace(/\.$/, ""))),
      fix: stateFacts("REGISTER_TIMEOUT_STATE").remedies.join(" "),
    },
    (platform, evidence) =>
      lastStatus(platform).state === "REGISTER_TIMEOUT_STATE"
        ? {
            evidence: sampleWords(platform),
            confidence: "medium",
            ...(wireUnseen(evidence) ? {} : { fix: "Go by what was found on the way to the PBX." }),
            preset: { code: "silence", state: "REGISTER_TIMEOUT_STATE", remote: true },
          }
        : undefined,
  ),
  platformRule(
    {
      id: "platform-refused-accepted-here",
      severity: "critical",
      title: "The PBX accepts this login from here, but refuses the platform",
      seen: "WRONG_CREDENTIALS or REGISTRAR_ERROR on the platform, while the same user and password are accepted from here.",
      cause:
        "One of these: (1) the password stored on the platform is a different one; (2) the PBX has a rule on addresses for this extension (Asterisk then answers 401 even to the right password); (3) the platform has not tried again since it was corrected.",
      fix: "Store the password again, which makes the platform try immediately; if it fails again, allow the platform's addresses for this extension.",
      explains: ["platform-wrong-credentials", "platform-registrar-error"],
    },
    (platform, { credentials }) => {
      const { state } = lastStatus(platform);
      if (credentials?.outcome !== "accepted") return undefined;
      if (state !== "WRONG_CREDENTIALS_STATE" && state !== "REGISTRAR_ERROR_STATE") return undefined;
      const held = credentials.bindings.map(({ uri }) => uri);
      // A query needs no place, a registration does.
      return state === "REGISTRAR_ERROR_STATE" && held.length > 0
        ? {
            evidence: `${sampleWords(platform)}; registered now: ${list(held)}`,
            confidence: "medium",
            cause: oneOf([
              "another device is registered, and all places of the extension are taken (max_contacts): one more is refused",
              "the password stored on the platform is another one, on a PBX that answers 403 to it",
              "the PBX has a rule on addresses for this extension",
            ]),
            fix: "Take the other device off the extension, or raise its limit of contacts (max_contacts; on Asterisk PJSIP remove_existing=yes lets the newest win), then save the settings again.",
            preset: { code: 403 },
          }
        : { evidence: sampleWords(platform), confidence: "medium" };
    },
  ),
  platformRule(
    {
      id: "platform-wrong-credentials",
      severity: "critical",
      title: "The PBX asked the platform for credentials again after they were sent",
      seen: "WRONG_CREDENTIALS: a second 401 or 407.",
      cause: oneOf(stateFacts("WRONG_CREDENTIALS_STATE").causes.map((cause) => cause.replace(/\.$/, ""))),
      fix: stateFacts("WRONG_CREDENTIALS_STATE").remedies.join(" "),
    },
    (platform) =>
      lastStatus(platform).state === "WRONG_CREDENTIALS_STATE"
        ? {
            ...oddPassword(platform, "WRONG_CREDENTIALS_STATE"),
            confidence: "medium",
            preset: { code: 401, state: "WRONG_CREDENTIALS_STATE", fields: ["password", "authUsername"] },
          }
        : undefined,
  ),
  platformRule(
    {
      id: "platform-registrar-error",
      severity: "critical",
      title: "The PBX refused the platform's registration with another code",
      seen: "REGISTRAR_ERROR: a final answer other than 401, 407 and 408.",
      cause: oneOf(stateFacts("REGISTRAR_ERROR_STATE").causes.map((cause) => cause.replace(/\.$/, ""))),
      fix: stateFacts("REGISTRAR_ERROR_STATE").remedies.join(" "),
    },
    (platform, evidence) => {
      if (lastStatus(platform).state !== "REGISTRAR_ERROR_STATE") return undefined;
      const { family, name } = evidence.answerer;
      const first = answeredFirst(evidence, (status) => status >= 400 && status !== 401 && status !== 407);
      if (first !== undefined) {
        return {
          evidence: `${sampleWords(platform)}; here REGISTER is answered ${statusWords(first)}`,
          confidence: "medium",
          cause: `${name} refuses before it has seen any credentials, from here at least, and most likely the platform as well.`,
          fix: "Go by what was found on the way to the PBX.",
        };
      }
      const byPassword = family === "freeswitch" || family === "asterisk-chan-sip";
      return {
        ...oddPassword(platform, "REGISTRAR_ERROR_STATE"),
        confidence: "medium",
        ...(byPassword
          ? {
              cause: `${name} answers a wrong password or an unknown user with 403, which shows as this state.`,
            }
          : {}),
        ...(family === "asterisk-pjsip"
          ? {
              cause: `${name} answers so with good credentials: no AOR, or all contacts taken (max_contacts).`,
            }
          : {}),
        preset: { code: 403, state: "REGISTRAR_ERROR_STATE" },
      };
    },
  ),
  platformRule(
    {
      id: "platform-internal-error",
      severity: "critical",
      title: "The platform could not send the REGISTER, or could not use the answer",
      seen: "INTERNAL_ERROR.",
      cause: oneOf(stateFacts("INTERNAL_ERROR_STATE").causes.map((cause) => cause.replace(/\.$/, ""))),
      fix: stateFacts("INTERNAL_ERROR_STATE").remedies.join(" "),
    },
    (platform, { dialled, credentials, registrar }) => {
      const { state, lastRegisterSent } = lastStatus(platform);
      const soundHere =
        credentials?.outcome === "accepted" &&
        credentials.last.status === 200 &&
        registrar?.exchanges[0].challenge?.firstIsNoDigest === undefined;
      // An address has nothing to resolve.
      const unsent = isIP(dialled) > 0 ? NO_WAY : UNRESOLVED;
      if (state !== "INTERNAL_ERROR_STATE") return undefined;
      const found = {
        evidence: sampleWords(platform),
        confidence: "medium",
        preset: { state: "INTERNAL_ERROR_STATE" },
      } as const;
      // OpenSIPS leaves the time at 1970 where it could send nothing.
      return lastRegisterSent === undefined || lastRegisterSent.getTime() === 0
        ? {
            ...found,
            title: "The platform could not send the REGISTER",
            evidence: `${sampleWords(platform)}; no REGISTER has been sent`,
            ...unsent,
          }
        : {
            ...found,
            title: "The platform could not use the PBX's answer, or could not send the last REGISTER",
            cause: `Where a REGISTER was sent since the last change: the PBX redirects (3xx), answers 200 without a Contact, or its first challenge is not a Digest one with a realm. Where none was: ${unsent.cause.charAt(0).toLowerCase()}${unsent.cause.slice(1)}`,
            fix: soundHere
              ? "From here the PBX challenges and accepts the login as it should: save the settings again, which makes the platform try again, and read the status half a minute later. If it stays, search the PBX's log for the platform's REGISTER; if there is none, the name or the network path is at fault."
              : "Compare the time of the last REGISTER with that of the last change, then look at what the PBX answers to REGISTER.",
          };
    },
  ),
] as const satisfies readonly Rule[];
