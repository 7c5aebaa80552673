import { createHash } from "node:crypto";
import { SCRIPT } from "./page-script.js";
import { STYLE } from "./page-style.js";
import type { EntrySession } from "./session.js";
import type { EntryTexts } from "./texts/index.js";
import type { EntryFacts } from "./types.js";

export const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** On every answer: nothing is kept, framed, guessed at, or told to another page. */
export const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
} as const;

/**
 * The page of one entry. It holds no secret but the entry's own token.
 *
 * The field says `one-time-code`, and what the common password managers look for, so they neither
 * offer to save the value nor fill one in: it is the phone system's, and of no use in a browser.
 */
export function pageOf(session: EntrySession, allTexts: EntryTexts): string {
  const { facts } = session.request;
  const texts = wordsFor(allTexts, facts);
  const stores = facts.purpose === "store";
  const data = { token: session.token, texts, stores, validUntil: session.validUntil };
  return documentOf(
    texts,
    `<h1 id="heading">${escaped(texts.heading)}</h1>
<p id="intro" class="soft">${escaped(texts.intro)}</p>
${factsOf(facts, texts)}
<section id="outcome" class="outcome" tabindex="-1" aria-labelledby="outcome-title" hidden></section>
<form id="form" autocomplete="off" novalidate hidden>
<div class="labelled">
<label for="password">${escaped(texts.password)}</label>
<p id="hint" class="soft">${escaped(texts.hint)}</p>
</div>
<div class="field">
<input id="password" type="password" autocomplete="one-time-code" autocapitalize="none" autocorrect="off"
 spellcheck="false" aria-describedby="hint error" aria-required="true" data-1p-ignore data-bwignore
 data-lpignore="true" data-form-type="other">
<button id="reveal" class="reveal" type="button" aria-pressed="false" aria-controls="password">${escaped(texts.show)}</button>
</div>
<p id="error" class="error" role="alert"></p>
<div id="doubt" class="actions" hidden>
<button id="take-away" type="button">${escaped(texts.takeAway)}</button>
<button id="as-it-is" type="button">${escaped(texts.asItIs)}</button>
</div>
<div class="actions">
<button id="submit" class="primary" type="submit">${escaped(stores ? texts.submit : texts.submitTest)}</button>
<button id="cancel" type="button">${escaped(texts.cancel)}</button>
</div>
<p id="validity" class="soft"></p>
</form>
<div role="status"><div id="progress" class="progress" hidden><span class="spinner" aria-hidden="true"></span><p id="step"></p></div></div>
<p id="no-script" class="error">${escaped(texts.noScript)}</p>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script>${SCRIPT}</script>`,
  );
}

/** The words of a page by what its password is for: a call is a test with its own. */
export function wordsFor(texts: EntryTexts, { purpose, username, called = "" }: EntryFacts): EntryTexts {
  if (purpose !== "call") return texts;
  const { heading, intro, user, destination, hint, submit, working } = texts.call;
  const named = (text: string) =>
    text.replaceAll(/\{(user|called)\}/g, (_, name) => (name === "user" ? username : called));
  return {
    ...texts,
    ...{ heading: named(heading), intro: named(intro), hint: named(hint), user },
    ...{ submitTest: submit, destinationTest: named(destination), testing: working },
  };
}

/** What an address shows that is good for nothing, be it used up or never given out. */
export function spentPage(texts: EntryTexts): string {
  const [heading, text] = texts.ends.spent;
  return documentOf(texts, `<h1>${escaped(heading)}</h1>\n<p>${escaped(text)}</p>`);
}

export function documentOf(texts: EntryTexts, body: string, head = ""): string {
  return `<!doctype html>
<html lang="${texts.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(texts.title)}</title>
<style>${STYLE}</style>${head}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** @param first rows before those of the entry. */
export function factsOf(
  facts: EntryFacts,
  texts: EntryTexts,
  first: readonly (readonly [label: string, value: string])[] = [],
): string {
  const via = facts.proxy === undefined ? "" : `${facts.proxy}, `;
  const goesTo = facts.purpose === "store" ? texts.destinationStore : texts.destinationTest;
  const rows: (readonly [label: string, value: string, plain?: "plain"])[] = [
    ...first,
    [texts.agent, facts.agent],
    [texts.pbx, facts.sipDomain],
    [texts.user, facts.username],
    ...(facts.called === undefined ? [] : ([[texts.call.called, facts.called]] as const)),
    [texts.connection, `${via}${facts.transport.toUpperCase()}, ${texts.port} ${facts.port}`, "plain"],
    [texts.destination, goesTo, "plain"],
  ];
  const items = rows.map(
    ([label, value, kind]) =>
      `<dt>${escaped(label)}</dt><dd${kind ? ` class="${kind}"` : ""}><bdi>${escaped(value)}</bdi></dd>`,
  );
  return `<dl>\n${items.join("\n")}\n</dl>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
