import type { IncomingHttpHeaders } from "node:http";
import { type EntryTexts, textsFor } from "../../page/texts/index.js";
import { de } from "./de.js";
import { en } from "./en.js";
import { es } from "./es.js";
import { fr } from "./fr.js";
import { pt } from "./pt.js";
import type { HostedTexts } from "./types.js";

const LANGUAGES: Readonly<Record<string, HostedTexts>> = { en, de, es, fr, pt };

/** The words of a page as such, and what a hosted one says besides, in one language. */
export interface PageTexts {
  page: EntryTexts;
  hosted: HostedTexts;
}

/** In the language that the browser wants most of those that there are. */
export function pageTextsFor(headers: Pick<IncomingHttpHeaders, "accept-language">): PageTexts {
  const page = textsFor(headers);
  return { page, hosted: LANGUAGES[page.lang] ?? en };
}
