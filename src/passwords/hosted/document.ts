import { isFixable, type PasteFault } from "../../redaction/paste-faults.js";
import { documentOf, escaped, factsOf, HEADERS, hashOf, wordsFor } from "../page/page.js";
import { STYLE } from "../page/page-style.js";
import type { EntryTexts } from "../page/texts/index.js";
import type { EntryOutcome } from "../page/types.js";
import type { PageAddresses } from "./address.js";
import { FORM_SCRIPT } from "./form-script.js";
import { isSettled, type PageEnd, type PageRecord } from "./record.js";
import type { PageTexts } from "./texts/index.js";

/** Asks for news, and shows only that: a screen reader does not read the same page every few seconds. */
const LOOKING = `
"use strict";
(() => {
  const shown = document.getElementById("state").dataset.state;
  const look = async () => {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => undefined);
    const isBusy = !answer || answer.status === 429 || answer.status >= 500;
    if (!isBusy && answer.headers.get("x-page-state") !== shown) location.reload();
    else setTimeout(look, isBusy ? 5000 : 1500);
  };
  setTimeout(look, 1000);
})();
`;

/** On every answer. Nothing is loaded, framed or sent elsewhere. */
export const HOSTED_HEADERS = {
  ...HEADERS,
  "content-security-policy": [
    "default-src 'none'",
    `script-src ${hashOf(FORM_SCRIPT)} ${hashOf(LOOKING)}`,
    `style-src ${hashOf(STYLE)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "x-robots-tag": "noindex, nofollow",
} as const;

/** Seconds after which a page that waits for an outcome looks again where there are no scripts. */
const LOOK_AGAIN_SECONDS = 3;

/** What the forms of a page send back besides what is typed. */
export interface FormMark {
  mark: string;
  /** Where the form goes: a path of this server. */
  action: string;
}

const refresh = (seconds: number, path: string) =>
  `\n<meta http-equiv="refresh" content="${seconds};url=${escaped(path)}">`;

const filled = (text: string, name: string, value: string) => text.replace(`{${name}}`, () => value);

/** A heading and a sentence: for unknown addresses, and for pages that are not available now. */
export function plainPage({ page }: PageTexts, [heading, text]: readonly [string, string]): string {
  return documentOf(page, `<h1>${escaped(heading)}</h1>\n<p>${escaped(text)}</p>`);
}

/** A browser that comes from another page sends no strict cookie; coming from here it does. */
export function bouncePage({ page, hosted }: PageTexts, path: string): string {
  const [heading, text] = hosted.oneMoment;
  return documentOf(
    page,
    `<h1>${escaped(heading)}</h1>
<p>${escaped(text)} <a href="${escaped(path)}">${escaped(hosted.continue)}</a></p>`,
    refresh(0, path),
  );
}

/** Before the page is anybody's: who asks, for what, and how to check the address. Nothing of the line is shown yet. */
export function landingPage(
  { page, hosted }: PageTexts,
  { asker, facts }: PageRecord,
  { mark, action }: FormMark,
  addresses: PageAddresses,
): string {
  const { name, note } = asker;
  const [named, unnamed] =
    facts.purpose === "call"
      ? [hosted.asksForCall, hosted.asksForCallUnnamed]
      : [hosted.asks, hosted.asksUnnamed];
  const asks = name === undefined ? filled(unnamed, "address", addresses.host) : filled(named, "name", name);
  return documentOf(
    page,
    `<h1>${escaped(page.title)}</h1>
<p><bdi>${escaped(asks)}</bdi></p>
${note === undefined ? "" : `<blockquote><p class="soft">${escaped(filled(hosted.says, "name", name ?? addresses.host))}</p><p><bdi>${escaped(note)}</bdi></p></blockquote>`}
<div class="outcome">
<p>${escaped(filled(hosted.check, "address", ""))}<strong><bdi>${escaped(addresses.beginning)}</bdi></strong></p>
<p>${escaped(hosted.unasked)}</p>
</div>
<form method="post" action="${escaped(action)}">
<p class="soft">${escaped(hosted.onlyHere)}</p>
${hidden("mark", mark)}
<div class="actions"><button class="primary" type="submit" name="do" value="open">${escaped(hosted.continue)}</button></div>
</form>`,
  );
}

/** The form for the letters that were read out. */
export function codePage(
  { page, hosted }: PageTexts,
  { mark, action, code = "", problem }: FormMark & { code?: string; problem?: "wrong" | "locked" },
): string {
  const { heading, label, hint, open } = hosted.code;
  const error = problem === undefined ? "" : hosted.code[problem];
  return documentOf(
    page,
    `<h1>${escaped(heading)}</h1>
<form method="post" action="${escaped(action)}" autocomplete="off" novalidate>
<div class="labelled">
<label for="code">${escaped(label)}</label>
<p id="hint" class="soft">${escaped(hint)}</p>
</div>
<div class="field"><input id="code" name="code" type="text" value="${escaped(code)}" maxlength="40" autocomplete="off"
 autocapitalize="characters" autocorrect="off" spellcheck="false" aria-describedby="hint error" aria-required="true"
 aria-invalid="${error !== ""}"${code === "" ? " autofocus" : ""}></div>
<p id="error" class="error" role="alert">${escaped(error)}</p>
${hidden("mark", mark)}
<div class="actions"><button class="primary" type="submit">${escaped(open)}</button></div>
</form>`,
  );
}

export interface EntryPageState extends FormMark {
  now: number;
  /** The server's, as the browser shows it. */
  host: string;
  /** With what was typed, or that it came too soon after the last try. */
  problem?: keyof EntryTexts["problems"] | "too soon";
  /** What is odd about what was typed, which is asked for once more. */
  doubts?: readonly PasteFault[];
}

/** By what a page that waits knows that there is something new. */
export function stateOf({ phase }: PageRecord): string {
  return phase.is === "working" && phase.stored ? "stored" : phase.is;
}

/** The page of an entry as its own browser sees it. */
export function entryPage(texts: PageTexts, record: PageRecord, state: EntryPageState): string {
  const { phase } = record;
  switch (phase.is) {
    case "waiting":
      return formPage(texts, record, { ...state, ...phase });
    case "working":
      return workingPage(texts, record, state);
    case "ended":
      return endPage(texts, phase, record);
  }
}

function formPage(
  { page: allTexts, hosted }: PageTexts,
  { facts, asker, validUntil }: PageRecord,
  {
    mark,
    action,
    host,
    now,
    problem,
    doubts = [],
    failure,
    retryAt = 0,
  }: EntryPageState & { failure?: EntryOutcome; retryAt?: number },
): string {
  const page = wordsFor(allTexts, facts);
  const stores = facts.purpose === "store";
  const seconds = Math.ceil((retryAt - now) / 1_000);
  const minutes = Math.max(1, Math.round((validUntil - now) / 60_000));
  const first = [[hosted.askedBy, asker.name ?? host] as const];
  const error =
    problem === undefined
      ? doubtWords(page, doubts)
      : problem === "too soon"
        ? filled(page.retryIn, "seconds", String(Math.max(1, seconds)))
        : page.problems[problem];
  const send = failure ? page.retry : stores ? page.submit : page.submitTest;
  // The button that the return key presses is the first one: the answers to a question only look as if they came before it.
  const form = `<form class="ordered" method="post" action="${escaped(action)}" autocomplete="off" novalidate>
<div class="labelled">
<label for="password">${escaped(page.password)}</label>
<p id="hint" class="soft">${escaped(page.hint)}</p>
</div>
<div class="field">
<input id="password" name="password" type="password" autocomplete="one-time-code" autocapitalize="none" autocorrect="off"
 spellcheck="false" aria-describedby="hint error" aria-required="true" aria-invalid="${error !== ""}" data-1p-ignore
 data-bwignore data-lpignore="true" data-form-type="other"${failure ? "" : " autofocus"}>
<button id="reveal" class="reveal" type="button" aria-pressed="false" aria-controls="password"
 data-show="${escaped(page.show)}" data-hide="${escaped(page.hide)}" hidden>${escaped(page.show)}</button>
</div>
<p id="error" class="error" role="alert">${escaped(error)}</p>
${hidden("mark", mark)}
<div class="actions">
<button class="primary" type="submit" name="do" value="password">${escaped(send)}</button>
<button type="submit" name="do" value="cancel">${escaped(page.cancel)}</button>
</div>
<div id="doubt" class="actions" data-texts="${escaped(doubtTexts(page, facts.username))}"${doubts.length > 0 ? "" : " hidden"}>
<button id="take-away" type="button" hidden>${escaped(page.takeAway)}</button>
<button id="as-it-is" type="submit" name="do" value="asItIs">${escaped(page.asItIs)}</button>
</div>
<p class="soft">${escaped(minutes === 1 ? hosted.validForOne : filled(hosted.validFor, "minutes", String(minutes)))}</p>
</form>
<script>${FORM_SCRIPT}</script>`;
  return documentOf(
    page,
    `<h1 id="heading">${escaped(page.heading)}</h1>
<p id="intro" class="soft">${escaped(page.intro)}</p>
${factsOf(facts, page, first)}
${failure ? outcomeSection(page, failure, failure.result === "error" ? page.sendAgain : page.retryOffer) : ""}
${form}`,
  );
}

/** What is odd, and the question, as the page's script has them from {@link doubtTexts}. */
function doubtWords({ doubts, takeAwayAsk, reallyAsk }: EntryTexts, faults: readonly PasteFault[]): string {
  if (faults.length === 0) return "";
  const asked = faults.some((fault) => isFixable(fault)) ? takeAwayAsk : reallyAsk;
  return [...faults.map((fault) => doubts[fault]), asked].join(" ");
}

function doubtTexts({ doubts, takeAwayAsk, reallyAsk }: EntryTexts, username: string): string {
  return JSON.stringify({ doubts, takeAwayAsk, reallyAsk, username });
}

function workingPage(
  { page: allTexts, hosted }: PageTexts,
  record: PageRecord,
  { action }: FormMark,
): string {
  const state = stateOf(record);
  const page = wordsFor(allTexts, record.facts);
  const wait = record.facts.purpose === "call" ? hosted.waitForCall : hosted.wait;
  const stores = record.facts.purpose === "store";
  const step = !stores ? page.testing : state === "stored" ? page.registering : page.storing;
  return documentOf(
    page,
    `<h1>${escaped(page.title)}</h1>
${factsOf(record.facts, page)}
<div id="state" data-state="${state}" role="status"><div class="progress"><span class="spinner" aria-hidden="true"></span><p>${escaped(step)}</p></div></div>
<p class="soft">${escaped(wait)} <a href="${escaped(action)}">${escaped(hosted.lookAgain)}</a></p>
<script>${LOOKING}</script>`,
    `<noscript>${refresh(LOOK_AGAIN_SECONDS, action)}</noscript>`,
  );
}

function endPage(
  { page }: PageTexts,
  { how, outcome }: { how: PageEnd; outcome?: EntryOutcome },
  { facts }: PageRecord,
): string {
  if (outcome !== undefined && !isSettled(how)) {
    const bad = outcome.result === "failed" || outcome.result === "error";
    const more = bad ? page.noMoreTries : page.goOn;
    return documentOf(
      page,
      `<h1>${escaped(page.title)}</h1>\n${factsOf(facts, page)}\n${outcomeSection(page, outcome, more)}`,
    );
  }
  const [heading, text] = page.ends[how === "finished" || how === "failed" ? "done" : how];
  return documentOf(page, `<h1>${escaped(heading)}</h1>\n<p>${escaped(text)}</p>`);
}

/** Results whose details the person should see without asking for them. */
const UNFOLDED: ReadonlySet<EntryOutcome["result"]> = new Set(["done", "error", "overtaken", "unproven"]);

function outcomeSection(
  page: EntryTexts,
  { result, state = "", verdict, details }: EntryOutcome,
  more: string,
): string {
  const [heading, text] = page.ends[result];
  const failures: Readonly<Record<string, string>> = page.failures;
  const said =
    result === "failed" ? (Object.hasOwn(failures, state) ? failures[state] : page.failures.other) : text;
  const lines = [...(verdict ? [`${page.verdicts[verdict]}.`] : []), said ?? text, more];
  const kind = result === "failed" || result === "error" ? " bad" : result === "registered" ? " good" : "";
  const items = details.map((line) => `<li>${escaped(line)}</li>`).join("");
  const list =
    items === ""
      ? ""
      : `<details${UNFOLDED.has(result) ? " open" : ""}><summary>${escaped(page.details)}</summary><ul lang="en">${items}</ul></details>`;
  return `<section id="outcome" class="outcome${kind}" tabindex="-1" aria-labelledby="outcome-title" autofocus>
<h2 id="outcome-title">${escaped(heading)}</h2>
${lines.map((line) => `<p>${escaped(line)}</p>`).join("\n")}
${list}
</section>`;
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escaped(value)}">`;
}
