import { z } from "zod";
import { namesOfSecrets } from "../../passwords/named.js";
import { Secret } from "../../redaction/secret.js";
import type { Services } from "./context.js";

/** The two parameters by which a call gives a SIP password; the same in every tool that takes one. */

export const passwordField = z
  .string()
  .min(1)
  .max(256)
  .refine(
    (value) => !/\p{Cc}/u.test(value),
    "must not contain control characters, such as a line break at its end",
  )
  .transform((value) => new Secret(value))
  .describe("SIP password, the last resort: it stays in the conversation");

export const passwordSecretField = z
  .string()
  .min(1)
  .max(60)
  .describe("Name of a SIP password that this server's configuration holds, instead of password");

/** What a server offers beside a page. */
export type PasswordWays = Pick<Services, "passwordArgument" | "sipSecrets">;

/**
 * What is left to a user who is at another device than the page.
 *
 * @param nameIn the parameter that takes the name of a password.
 */
export function waysFromElsewhere(
  { passwordArgument, sipSecrets }: PasswordWays,
  nameIn: "passwordSecret" | "callerSecret" = "passwordSecret",
): string {
  const named = namesOfSecrets(sipSecrets);
  const ways = [
    named
      ? `a password that this server holds by name, in ${nameIn} (${named})`
      : "a password that this server's configuration holds by name (TELZINO_SIP_SECRET_<NAME>)",
    "a hosted server, whose page opens anywhere",
    ...(passwordArgument
      ? [
          "as the last resort, and only if the user has given it unasked, once in the parameter password, with the advice to change it on the PBX afterwards",
        ]
      : []),
  ];
  return `That address opens only on this computer, not on another device such as a phone. From there the remaining ways are: ${ways.join("; ")}.`;
}

/** What to do where a SIP password is needed and there is no page to type it into: the best way first. */
export function waysToGivePassword(
  account: string,
  { passwordArgument, sipSecrets }: PasswordWays,
): string[] {
  const what = `the SIP password of ${account} (the extension's SIP secret on the PBX, not a web login)`;
  const named = namesOfSecrets(sipSecrets);
  return [
    ...(named ? [`If it is one of those configured, make the same call with passwordSecret: ${named}.`] : []),
    passwordArgument
      ? `Ask the user for ${what}, then make the same call with password.`
      : `Ask the user to put ${what} into TELZINO_SIP_SECRET_<NAME> in this server's environment and to restart it; the same call can then name it. This server takes no password in a call.`,
  ];
}

/** In which way a password would be given that a call does not bring. */
export function howGiven(account: string, services: PasswordWays & Pick<Services, "entry">): string {
  const [first = ""] = waysToGivePassword(account, services);
  return services.entry === undefined
    ? first
    : "The user would type it into a page that the call opens, not into the conversation.";
}

/** How another password is stored while the settings stay as they are. */
export function wayToChangePassword({
  passwordArgument,
  sipSecrets,
  entry,
}: PasswordWays & Pick<Services, "entry">): string {
  if (entry !== undefined) {
    return "To store another password, make the call with newPassword true: the user types it into a page.";
  }
  const named = namesOfSecrets(sipSecrets);
  const ways = [...(named ? ["passwordSecret"] : []), ...(passwordArgument ? ["password"] : [])];
  return ways.length === 0
    ? "Another password can be stored once this server's configuration holds one (TELZINO_SIP_SECRET_<NAME>)."
    : `To store another password, make the call with ${ways.join(" or ")}.`;
}
