import type { z } from "zod";
import { present } from "../../base/present.js";
import type { PublicPage } from "../../passwords/page/types.js";
import { type Fact, fact, note } from "./facts.js";
import { age, isoTime } from "./format.js";
import type { pageSchema } from "./schemas.js";

/** `not_shown`: the client answered by itself, so the user has not answered. */
export type QuestionEnd = "not_shown" | "declined" | "dismissed";

/** The facts of a page that waits to be opened. */
export interface PendingPage {
  facts: Fact<{ passwordEntry: z.output<typeof pageSchema>; notes: string[] }>[];
  next: string[];
}

/** The same of a page that any device can open. */
export function publicPage({
  url,
  validUntil,
  host,
  shortUrl,
  spoken,
  question,
}: PublicPage & { url: string; validUntil: Date; question?: QuestionEnd }): PendingPage {
  const refused = question === "declined" || question === "dismissed";
  const page = {
    ...{ url, validUntil: isoTime(validUntil), validUntilRelative: age(validUntil, new Date()) },
    ...{ shortUrl, spoken, ...present({ question }) },
  };
  return {
    facts: [
      note(
        `The user can type it into a page at ${host}, on any device, so it does not go through this conversation.`,
      ),
      fact(
        { passwordEntry: page },
        `The page: ${url}, valid until ${page.validUntil} (${page.validUntilRelative})`,
        `Where no link can be shown, to be read out or sent by SMS: ${shortUrl}`,
        `To say to a caller: ${spoken}`,
      ),
      note(
        "Either address is good for one person and one entry: it opens only in the first browser. The page says what happens to the password, carries everything out, and shows the outcome.",
      ),
    ],
    next: [
      refused
        ? "Ask the user how to continue: that address can still be opened in a browser on any device. Do not ask for the password here."
        : "Give the user the address of the page as it is, and to no one else; in a phone call, say the sentence for a caller slowly, or send the short address by SMS. Do not ask for the password here.",
      "When the user says that it is done, get_sip_status shows the outcome.",
    ],
  };
}
