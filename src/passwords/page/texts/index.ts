import type { IncomingHttpHeaders } from "node:http";
import { de } from "./de.js";
import { en } from "./en.js";
import { es } from "./es.js";
import { fr } from "./fr.js";
import { pt } from "./pt.js";
import type { EntryTexts } from "./types.js";

export type { EntryTexts } from "./types.js";

const LANGUAGES: readonly EntryTexts[] = [en, de, es, fr, pt];

/** The page's words in the language that the browser wants most of those that there are (RFC 9110, 12.5.4). */
export function textsFor(headers: Pick<IncomingHttpHeaders, "accept-language">): EntryTexts {
  const wanted = (headers["accept-language"] ?? "")
    .slice(0, 500)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => /^q=/i.test(parameter));
      return { language: tag.toLowerCase().split("-")[0], weight: quality ? Number(quality.slice(2)) : 1 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight);
  for (const { language } of wanted) {
    const found = LANGUAGES.find(({ lang }) => lang === language);
    if (found) return found;
  }
  return en;
}
