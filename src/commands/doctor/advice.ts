import type { TelzinoErrorCode } from "../../telzino/errors.js";

export const SET_CREDENTIALS =
  "Set TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET (or TELZINO_ACCESS_TOKEN) in the environment of this program. Without an account, try --sandbox.";

const CHECK_ADDRESS =
  "Check TELZINO_API_URL: it must be the API's own address (default https://api.telzino.com).";

const ADVICE: Readonly<Record<TelzinoErrorCode, string>> = {
  not_configured: SET_CREDENTIALS,
  login_refused: "Copy TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET again; they may have been rotated.",
  unauthorized:
    "The token is expired, revoked or for another API: get a new one, or use a client id and secret.",
  forbidden: "These credentials may not do that: use those of an account that may manage agents.",
  agent_not_found: "Check TELZINO_AGENT_ID, and that the credentials are of the agent's own organization.",
  not_livekit_agent: "Bind another agent: only LiveKit agents can register over SIP.",
  invalid_request: CHECK_ADDRESS,
  rate_limited: "Wait a minute, then run this again.",
  server_error: "Telzino has a problem, or something before it: run this again in a minute.",
  unreachable:
    "Check TELZINO_API_URL, the network and the firewall. If a proxy is needed, set HTTPS_PROXY; if one is set, check it and NO_PROXY.",
  timeout: "Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY), then run this again.",
  redirected: CHECK_ADDRESS,
  unreadable_answer: CHECK_ADDRESS,
};

/** What to do in a terminal about a failed check. */
export function adviceFor(code: TelzinoErrorCode): string {
  return ADVICE[code];
}
