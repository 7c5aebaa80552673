import { type DigestChallenge, readChallenges, readContacts, type SipResponse } from "../sip/index.js";
import { struck } from "./hide-secrets.js";

const TELLING = ["Warning", "Unsupported", "Require", "Min-Expires", "Allow", "Reason"] as const;

/** What an answer says, for the rules. */
export function answerOf(response: SipResponse, listed: boolean) {
  const { status, headers } = response;
  const { passedOver } = readChallenges(response);
  const told = TELLING.flatMap((name) => {
    const value = headers.get(name);
    return value === undefined ? [] : [[name, struck(value)] as const];
  });
  const redirects = status >= 300 && status < 400;
  return {
    status,
    reason: struck(response.reason, 80, false),
    headers: Object.fromEntries(told),
    contacts: redirects ? readContacts(headers).list.map(({ uri }) => struck(uri)) : [],
    ...(status === 401 || status === 407
      ? {
          challenge: {
            status,
            offers: offersOf(response, listed).map(({ realm, algorithm, qop, stale, proxy }) => ({
              realm: struck(realm, 120, false),
              ...{ algorithm, qop, stale, proxy },
            })),
            unusable: passedOver.map(({ reason }) => `it has ${reason}`),
          },
        }
      : {}),
  };
}

/** A challenge that the reader cannot read is no fault of the registrar's: what can be made out of it counts. */
function offersOf(
  response: SipResponse,
  listed: boolean,
): Omit<DigestChallenge, "nonce" | "algorithmGiven">[] {
  const { usable, passedOver } = readChallenges(response);
  const unread = listed || passedOver.some(({ reason }) => reason === "malformed");
  if (usable.length > 0 || !unread) return [...usable];
  const text = response.headers.get("WWW-Authenticate") ?? response.headers.get("Proxy-Authenticate") ?? "";
  const realm = /\brealm=["']?([^"',]{0,120})/i.exec(text)?.[1] ?? "";
  const stale = /\bstale=["']?true/i.test(text);
  return [
    {
      realm,
      algorithm: "MD5",
      qop: /\bqop=/i.test(text) ? ["auth"] : [],
      stale,
      proxy: response.status === 407,
    },
  ];
}
