import type { Config } from "../../config/index.js";
import type { Redactor } from "../../redaction/redactor.js";
import { Secret } from "../../redaction/secret.js";
import { askHidden, canAsk } from "../hidden-prompt.js";
import type { Io } from "../io.js";

/**
 * Credentials for a client's file: those of this process's own configuration, or else typed at a hidden prompt.
 * The redactor holds them before they are returned. Undefined: there are none, and no terminal to ask on.
 *
 * @throws PromptCancelled
 */
export async function credentialValues(
  { auth }: Config,
  io: Pick<Io, "stdin" | "stderr">,
  redactor: Redactor,
): Promise<Record<string, string> | undefined> {
  if (auth?.kind === "token") return handedOut({ TELZINO_ACCESS_TOKEN: auth.accessToken }, redactor);
  if (auth) {
    const { clientId, clientSecret } = auth;
    return {
      TELZINO_CLIENT_ID: clientId,
      ...handedOut({ TELZINO_CLIENT_SECRET: clientSecret }, redactor),
    };
  }
  if (!canAsk(io)) return undefined;
  const clientId = await askHidden("Telzino client id (hidden): ", io);
  const clientSecret = await askHidden("Telzino client secret (hidden): ", io);
  return handedOut({ TELZINO_CLIENT_ID: clientId, TELZINO_CLIENT_SECRET: clientSecret }, redactor);
}

function handedOut(secrets: Record<string, Secret>, redactor: Redactor): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => {
      const value = new Secret(secret.reveal().trim());
      redactor.hold(value);
      return [name, value.reveal()];
    }),
  );
}
