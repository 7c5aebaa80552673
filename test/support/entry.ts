import { type IncomingMessage, request } from "node:http";
import type { Clock } from "../../src/passwords/page/clock.js";
import { createPasswordPages } from "../../src/passwords/page/pages.js";
import type { EntryFacts, EntryOutcome, EntryRequest, EntryView } from "../../src/passwords/page/types.js";
import { createRedactor } from "../../src/redaction/redactor.js";
import type { Secret } from "../../src/redaction/secret.js";

export const FACTS: EntryFacts = {
  agent: "Front Desk",
  username: "1001",
  sipDomain: "pbx.example.com",
  port: 5061,
  transport: "tls",
  purpose: "store",
};
export const AGENT = "11111111-1111-4111-8111-111111111111";
export const REGISTERED: EntryOutcome = { result: "registered", state: "REGISTERED_STATE", details: [] };
export const REFUSED: EntryOutcome = {
  result: "failed",
  state: "WRONG_CREDENTIALS_STATE",
  details: ["The PBX did not accept the password."],
};

/** A clock that continues only when it is told to. */
export class ManualClock implements Clock {
  #now = Date.parse("2026-01-01T00:00:00Z");
  readonly #due = new Set<{ at: number; run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#due.add(timer);
    return () => this.#due.delete(timer);
  }

  /** Time continues, and no timer has run yet. */
  pass(ms: number): void {
    this.#now += ms;
  }

  advance(ms: number): void {
    this.pass(ms);
    const due = [...this.#due].filter(({ at }) => at <= this.#now).sort((left, right) => left.at - right.at);
    for (const timer of due) if (this.#due.delete(timer)) timer.run();
  }

  get pending(): number {
    return this.#due.size;
  }
}

/** Pages with their own clock, and what has been submitted to it. */
export function entryDesk() {
  const clock = new ManualClock();
  const redactor = createRedactor();
  const pages = createPasswordPages({ port: 0, redactor, clock });
  const submitted: Secret[] = [];
  const requestWith = (more: Partial<EntryRequest<string>> = {}): EntryRequest<string> => ({
    agentId: AGENT,
    facts: FACTS,
    words: [],
    awaited: false,
    explain: (error) => [String(error)],
    async submit(password) {
      submitted.push(password);
      return { value: "done", outcome: REGISTERED };
    },
    ...more,
  });
  return { clock, redactor, pages, submitted, open: (more = {}) => pages.open(requestWith(more)) };
}

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
}

/** One HTTP request with just these headers, besides Host; a header that is `undefined` is left out. */
export function ask(
  url: string,
  method = "GET",
  headers: Record<string, string | undefined> = {},
  body?: string,
): Promise<Answer> {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers: Object.fromEntries(given), agent: false },
      async (answer) => {
        answer.setEncoding("utf8");
        let text = "";
        try {
          for await (const chunk of answer) text += chunk;
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
        } catch (error) {
          reject(error);
        }
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The token that the page of an entry carries. */
export async function tokenOf(url: string): Promise<string> {
  const { body } = await ask(url);
  const [, data = ""] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(body) ?? [];
  return (JSON.parse(data) as { token: string }).token;
}

/** Headers with which the page itself posts. */
export function pageHeaders(url: string, token: string): Record<string, string | undefined> {
  return {
    origin: new URL(url).origin,
    "sec-fetch-site": "same-origin",
    "content-type": "application/json",
    "x-entry-token": token,
  };
}

/** Submits a password as the page does. */
export async function enter(
  url: string,
  password: string,
  changed: Record<string, string | undefined> = {},
  more: object = {},
): Promise<Answer> {
  const headers = { ...pageHeaders(url, await tokenOf(url)), ...changed };
  return ask(url, "POST", headers, JSON.stringify({ password, ...more }));
}

/** Follows the events of an entry as the page does, until it ends. */
export function watchViews(url: string) {
  const views: EntryView[] = [];
  let raw = "";
  const sent = request(`${url}/events`, { agent: false });
  const ended = new Promise<void>((resolve) => {
    sent.on("response", (answer) => {
      answer.setEncoding("utf8").on("data", (text: string) => {
        raw += text;
        for (const [, data = ""] of text.matchAll(/^data: (.*)$/gm)) views.push(JSON.parse(data));
      });
      answer.on("close", resolve);
    });
    sent.on("error", () => resolve());
  });
  sent.end();
  return { views, ended, raw: () => raw, close: () => sent.destroy() };
}
