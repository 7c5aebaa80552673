import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { openHostedPages } from "../../src/passwords/hosted/index.js";
import { PageKeys } from "../../src/passwords/hosted/keys.js";
import type { PageTenant } from "../../src/passwords/hosted/pages.js";
import type { Asker } from "../../src/passwords/hosted/record.js";
import { type PageStore, ProcessStore } from "../../src/passwords/hosted/store.js";
import type {
  EntryOutcome,
  EntryRequest,
  EntryState,
  OpenEntry,
  SettledBy,
} from "../../src/passwords/page/types.js";
import { createRedactor, type Redactor } from "../../src/redaction/redactor.js";
import type { Secret } from "../../src/redaction/secret.js";
import { AGENT, FACTS, ManualClock, REGISTERED } from "./entry.js";
import { keptLog, PUBLIC_URL } from "./hosting.js";

export interface PageAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A browser without JavaScript, as far as the pages need one: it keeps the cookie and sends forms. */
export class PlainBrowser {
  readonly #port: number;
  readonly #host: string;
  cookie: string | undefined;
  /** Of whom the server is told by a proxy. */
  address: string | undefined;

  constructor(url: string, host = new URL(PUBLIC_URL).host) {
    this.#port = Number(new URL(url).port);
    this.#host = host;
  }

  /** @param path of a page, or its whole address. */
  get(path: string, headers: Record<string, string> = {}): Promise<PageAnswer> {
    return this.#send("GET", path, headers);
  }

  /** Sends the form that the page at that address shows, with these fields filled in. */
  async fill(path: string, fields: Record<string, string>): Promise<PageAnswer> {
    return this.post(path, { mark: markIn((await this.get(path)).body), ...fields });
  }

  post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<PageAnswer> {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    return this.#send("POST", path, { ...form, ...headers }, new URLSearchParams(fields).toString());
  }

  /** Opens a page for good. */
  open(path: string): Promise<PageAnswer> {
    return this.fill(path, { do: "open" });
  }

  enter(path: string, password: string): Promise<PageAnswer> {
    return this.fill(path, { do: "password", password });
  }

  #send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<PageAnswer> {
    const sent = {
      host: this.#host,
      ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
      ...(this.address === undefined ? {} : { "x-forwarded-for": this.address }),
      ...headers,
    };
    const target = path.startsWith("http") ? new URL(path).pathname : path;
    return new Promise((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port: this.#port,
        method,
        path: target,
        headers: sent,
        agent: false,
      };
      const asked = request(options, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        answer.on("end", () => {
          const [set] = answer.headers["set-cookie"] ?? [];
          if (set !== undefined) this.cookie = set.split(";")[0];
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
        });
        answer.on("error", reject);
      });
      asked.on("error", reject).end(body);
    });
  }
}

/** What the forms of a page send back; empty where there is none. */
export function markIn(body: string): string {
  return /name="mark" value="([\w-]*)"/.exec(body)?.[1] ?? "";
}

export interface HostedDesk {
  /** Where this one is listened to. */
  base: string;
  clock: ManualClock;
  store: PageStore;
  keys: PageKeys;
  submitted: Secret[];
  /** What each submission was told of the try before. */
  marks: (string | undefined)[];
  /** By what the try that left that mark is said to be needless now. */
  settled?: [mark: string, why: SettledBy];
  lines: string[];
  /** With what requests were not answered. */
  failures: unknown[];
  /** Of the calls that open pages. */
  redactor: Redactor;
  /** Of the tenant in whose name passwords are used. */
  tenantRedactor: Redactor;
  /** What the next passwords come to; the last one stays. */
  outcomes: (EntryOutcome | Error | Promise<EntryOutcome>)[];
  /** Whether the tenant has pages at the moment. */
  serves: boolean;
  open(
    more?: Partial<EntryRequest<unknown>> & { tenant?: string; asker?: Asker },
  ): Promise<OpenEntry<unknown>>;
  /** As a call does that sees that no password is needed any more. */
  end(why: SettledBy): Promise<void>;
  stateOf(agentId?: string, tenant?: string): Promise<EntryState | undefined>;
  browser(address?: string): PlainBrowser;
  close(): Promise<void>;
}

export interface DeskOptions {
  /** Another replica of that one. */
  like?: HostedDesk;
  key?: Uint8Array;
  publicUrl?: string;
}

/** Hosted pages over real HTTP with their own clock. */
export async function hostedDesk({
  like,
  key,
  publicUrl = PUBLIC_URL,
}: DeskOptions = {}): Promise<HostedDesk> {
  const clock = like?.clock ?? new ManualClock();
  const store = like?.store ?? new ProcessStore(clock);
  const keys = key ? new PageKeys(key) : (like?.keys ?? new PageKeys(randomBytes(32)));
  const { log, lines, redactor } = keptLog();
  const submitted = like?.submitted ?? [];
  const marks = like?.marks ?? [];
  const outcomes = like?.outcomes ?? [REGISTERED];
  const failures: unknown[] = [];
  const tenant: PageTenant = {
    redactor,
    log,
    async submit(_job, password, { signal }, after) {
      submitted.push(password);
      marks.push(after);
      const stopped = once(signal, "abort").then(() => new Error("stopped"));
      const outcome = await Promise.race([outcomes.length > 1 ? outcomes.shift() : outcomes[0], stopped]);
      if (outcome instanceof Error || outcome === undefined) throw outcome;
      return { value: undefined, outcome, mark: `change ${submitted.length}` };
    },
    settledBy: async (_job, mark) => (mark === desk.settled?.[0] ? desk.settled[1] : undefined),
    explain: (error) => [String(error)],
    mayRetry: (error) => !String(error).includes("for good"),
  };
  const { pages, handler } = openHostedPages({
    publicUrl: new URL(publicUrl),
    tenantOf: () => (desk.serves ? tenant : undefined),
    ...{ keys, store, log, clock },
  });
  const server = createServer((req, res) => {
    const address = String(req.headers["x-forwarded-for"] ?? "192.0.2.1");
    handler.handle(req, res, address).catch((error: unknown) => {
      failures.push(error);
      // Nobody waits for an answer that does not come.
      res.destroy();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pagesOf = (name = "acme", asker: Asker = {}) => pages.forTenant(name, asker, desk.redactor);
  const desk: HostedDesk = {
    ...{ base, clock, store, keys, submitted, marks, lines, outcomes, failures },
    redactor: createRedactor(),
    tenantRedactor: redactor,
    serves: true,
    open: ({ tenant: name, asker, ...more } = {}) =>
      pagesOf(name, asker).open({
        ...{ agentId: AGENT, facts: FACTS, words: [], awaited: false, job: { of: "a test" } },
        explain: String as never,
        submit: () => Promise.reject(new Error("the job is what is carried out")),
        ...more,
      }),
    end: async (why) => pagesOf().end?.(AGENT, why),
    stateOf: async (agentId = AGENT, name = "acme") => pagesOf(name).stateOf(agentId),
    browser(address) {
      const browser = new PlainBrowser(base);
      browser.address = address;
      return browser;
    },
    async close() {
      await pages.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return desk;
}
