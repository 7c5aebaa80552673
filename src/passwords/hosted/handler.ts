import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../../base/log.js";
import { present } from "../../base/present.js";
import { sameText } from "../../base/same-text.js";
import { type PasteFault, pasteFaults } from "../../redaction/paste-faults.js";
import type { Clock } from "../page/clock.js";
import { typedPassword } from "../page/typed.js";
import { type PageAddresses, random256, readCode } from "./address.js";
import {
  bouncePage,
  codePage,
  type EntryPageState,
  entryPage,
  HOSTED_HEADERS,
  landingPage,
  plainPage,
  stateOf,
} from "./document.js";
import type { PageKeys } from "./keys.js";
import type { HostedPages, Submission } from "./pages.js";
import type { PageRecord } from "./record.js";
import {
  browserOf,
  comesFromElsewhere,
  cookieFor,
  isEmbedded,
  isForeignForm,
  type PageForm,
  readForm,
} from "./request.js";
import { type PageTexts, pageTextsFor } from "./texts/index.js";
import type { PageTries } from "./tries.js";

/** Parts of a path that are ours: the address of an entry, or a short form, which may still be to type. */
const ENTRY = /\/password\/([\w-]{43})$/;
const CODE = /\/p(?:\/([^/]{0,64}))?$/;
/** The query of the second request, after the bounce. Any other is a chat's or a mail's addition to the link. */
const BOUNCED = "from=here";

export interface PageHandlerOptions {
  pages: HostedPages;
  tries: PageTries;
  keys: PageKeys;
  addresses: PageAddresses;
  clock: Clock;
  log: Logger;
}

/** One request for a page. */
interface Visit {
  req: IncomingMessage;
  res: ServerResponse;
  /** Who sent it, as limits count. */
  address: string;
  texts: PageTexts;
  /** The value of the browser's cookie. */
  browser: string | undefined;
}

/**
 * Answers requests for the pages: `/password/<address>`, `/p` and `/p/<letters>`. Whatever leads to nothing is answered
 * alike: unknown, over, another browser's, of a tenant that has no pages any more.
 */
export class PageHandler {
  readonly #options: PageHandlerOptions;

  constructor(options: PageHandlerOptions) {
    this.#options = options;
  }

  async handle(req: IncomingMessage, res: ServerResponse, address: string): Promise<void> {
    const { headers, method = "" } = req;
    const visit: Visit = { req, res, address, texts: pageTextsFor(headers), browser: browserOf(headers) };
    const { hosted } = visit.texts;
    if (!["GET", "HEAD", "POST"].includes(method)) {
      res.setHeader("allow", "GET, HEAD, POST");
      return plain(visit, 405, hosted.notFromHere);
    }
    if (isEmbedded(headers)) return plain(visit, 403, hosted.notFromHere);
    if (!(await this.#options.tries.mayAsk(address))) {
      res.setHeader("retry-after", "60");
      return plain(visit, 429, hosted.tooMany);
    }
    const [path = "", query] = (req.url ?? "").split("?", 2);
    if (
      method !== "POST" &&
      visit.browser === undefined &&
      query !== BOUNCED &&
      comesFromElsewhere(headers)
    ) {
      return answer(visit, 200, bouncePage(visit.texts, `${ownPath(path)}?${BOUNCED}`));
    }
    const [, token] = ENTRY.exec(path) ?? [];
    if (token !== undefined) {
      return method === "POST" ? this.#postEntry(visit, token) : this.#showEntry(visit, token);
    }
    const [isCode, code = ""] = CODE.exec(path) ?? [];
    if (isCode === undefined) return spent(visit);
    return method === "POST" ? this.#postCode(visit) : this.#showCode(visit, decoded(code));
  }

  async #showEntry(visit: Visit, token: string): Promise<void> {
    const read = await this.#options.pages.read(token);
    if (read === undefined) return plain(visit, 503, visit.texts.hosted.unavailable);
    if (read === null || !this.#isServed(read.record)) return spent(visit);
    const { record } = read;
    if (record.browser !== undefined) {
      return this.#owns(visit, record) ? this.#answerEntry(visit, token, record) : spent(visit);
    }
    if (record.phase.is === "ended") return spent(visit);
    const form = { mark: this.#markFor(visit, "entry", token), action: this.#pathOf(token) };
    answer(visit, 200, landingPage(visit.texts, record, form, this.#options.addresses));
  }

  async #postEntry(visit: Visit, token: string): Promise<void> {
    const form = await this.#formOf(visit, "entry", token);
    if (form === undefined) return;
    const { pages } = this.#options;
    const read = await pages.read(token);
    if (read === undefined) return plain(visit, 503, visit.texts.hosted.unavailable);
    if (read === null || !this.#isServed(read.record)) return spent(visit);
    const { record } = read;
    if (form.get("do") === "open") return this.#bind(visit, token);
    if (!this.#owns(visit, record)) return spent(visit);
    if (form.get("do") === "cancel") {
      const done = await pages.end(token, "cancelled");
      return done === undefined
        ? plain(visit, 503, visit.texts.hosted.unavailable)
        : seeOther(visit, this.#pathOf(token));
    }
    return this.#submit(visit, token, record, form);
  }

  async #submit(visit: Visit, token: string, record: PageRecord, form: PageForm): Promise<void> {
    const { pages, tries } = this.#options;
    const password = typedPassword(form.get("password") ?? "");
    if (typeof password === "string") return this.#answerEntry(visit, token, record, password);
    const { facts, phase } = record;
    const doubts = form.get("do") === "asItIs" ? [] : pasteFaults(password, facts.username);
    // Told before it is sent: a refusal at the PBX counts towards a ban. What was typed is not sent back.
    if (phase.is === "waiting" && doubts.length > 0) return this.#answerEntry(visit, token, record, doubts);
    if (phase.is === "waiting" && !(await tries.maySubmit(record.tenant))) {
      visit.res.setHeader("retry-after", "60");
      return plain(visit, 429, visit.texts.hosted.tooMany);
    }
    const taken: Submission = await pages.submit(token, password);
    if (taken === "too soon") return this.#answerEntry(visit, token, record, taken);
    return taken === "unavailable"
      ? plain(visit, 503, visit.texts.hosted.unavailable)
      : seeOther(visit, this.#pathOf(token));
  }

  async #bind(visit: Visit, token: string): Promise<void> {
    const { browser = "" } = visit;
    const bound = await this.#options.pages.bind(token, this.#hashOf(browser));
    if (bound === undefined) return plain(visit, 503, visit.texts.hosted.unavailable);
    if (bound === null) return spent(visit);
    // For as long as it may be needed from now on.
    visit.res.setHeader("set-cookie", cookieFor(browser));
    seeOther(visit, this.#pathOf(token));
  }

  async #showCode(visit: Visit, typed: string): Promise<void> {
    // Nothing is looked up on opening: link previews do that, and so do attackers.
    const code = readCode(typed) ?? "";
    const shown = code === "" ? code : `${code.slice(0, 4)} ${code.slice(4)}`;
    answer(visit, 200, codePage(visit.texts, { ...this.#codeForm(visit), code: shown }));
  }

  async #postCode(visit: Visit): Promise<void> {
    const form = await this.#formOf(visit, "code");
    if (form === undefined) return;
    const { pages, tries, log } = this.#options;
    const again = (status: number, problem: "wrong" | "locked") =>
      answer(visit, status, codePage(visit.texts, { ...this.#codeForm(visit), problem }));
    const code = readCode(form.get("code") ?? "");
    // What cannot be a code is a slip, and no try.
    if (code === undefined) return again(422, "wrong");
    const attempt = await tries.startCode(visit.address);
    if (attempt === undefined) {
      log.warn("too many wrong short forms of password pages from an address", { client: visit.address });
      visit.res.setHeader("retry-after", "900");
      return again(429, "locked");
    }
    const token = await pages.takeCode(code);
    if (token === undefined) {
      await attempt.right();
      return plain(visit, 503, visit.texts.hosted.unavailable);
    }
    const read = token === null ? null : await pages.read(token);
    // A browser that has opened the long address may use the letters, too.
    const isFree = read && (read.record.browser === undefined || this.#owns(visit, read.record));
    if (!token || !isFree || !this.#isServed(read.record)) {
      await attempt.wrong();
      return again(422, "wrong");
    }
    await attempt.right();
    return this.#bind(visit, token);
  }

  /** The fields of a form that this server has made for this browser; otherwise it has been answered. */
  async #formOf(visit: Visit, ...of: readonly string[]): Promise<PageForm | undefined> {
    const { req, browser, texts } = visit;
    const { keys, addresses } = this.#options;
    const form = isForeignForm(req.headers, addresses.origin) ? undefined : await readForm(req);
    const mark = form?.get("mark") ?? "";
    if (form && browser !== undefined && sameText(mark, keys.mark(...of, browser))) return form;
    if (!req.complete) visit.res.setHeader("connection", "close");
    plain(visit, 403, texts.hosted.notFromHere);
    return undefined;
  }

  #codeForm(visit: Visit): { mark: string; action: string } {
    return { mark: this.#markFor(visit, "code"), action: this.#options.addresses.codePath };
  }

  #answerEntry(
    visit: Visit,
    token: string,
    record: PageRecord,
    problem?: EntryPageState["problem"] | readonly PasteFault[],
  ): void {
    const state = {
      mark: this.#markFor(visit, "entry", token),
      action: this.#pathOf(token),
      now: this.#options.clock.now(),
      host: this.#options.addresses.host,
      ...(typeof problem === "object" ? { doubts: problem } : present({ problem })),
    };
    visit.res.setHeader("x-page-state", stateOf(record));
    answer(visit, problem === undefined ? 200 : 422, entryPage(visit.texts, record, state));
  }

  /** A browser that has no cookie gets one. */
  #markFor(visit: Visit, ...of: readonly string[]): string {
    if (visit.browser === undefined) {
      visit.browser = random256();
      visit.res.setHeader("set-cookie", cookieFor(visit.browser));
    }
    return this.#options.keys.mark(...of, visit.browser);
  }

  #owns({ browser }: Visit, record: PageRecord): boolean {
    return browser !== undefined && sameText(this.#hashOf(browser), record.browser ?? "");
  }

  /** The tenant may have left, or its pages may have been switched off, since it was opened. */
  #isServed(record: PageRecord): boolean {
    return this.#options.pages.tenantOf(record) !== undefined;
  }

  #hashOf(browser: string): string {
    return this.#options.keys.mark("browser", browser);
  }

  #pathOf(token: string): string {
    return this.#options.addresses.pathOf(token);
  }
}

/**
 * As the browser asked for it: a proxy may have taken the beginning away, so a relative address is the sure one. With its
 * dot it stays one, whatever scheme or host the rest looks like.
 */
function ownPath(path: string): string {
  return `./${path.slice(path.lastIndexOf("/") + 1)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function spent(visit: Visit): void {
  plain(visit, 404, visit.texts.page.ends.spent);
}

function plain(visit: Visit, status: number, words: readonly [string, string]): void {
  answer(visit, status, plainPage(visit.texts, words));
}

function seeOther(visit: Visit, location: string): void {
  visit.res.setHeader("location", location);
  answer(visit, 303, "");
}

function answer({ res }: Visit, status: number, html: string): void {
  res.writeHead(status, {
    ...HOSTED_HEADERS,
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(html),
  });
  res.end(html);
}
