import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  browserOf,
  comesFromElsewhere,
  cookieFor,
  isEmbedded,
  isForeignForm,
  type PageForm,
  readForm,
} from "../../../../src/passwords/hosted/request.js";

const VALUE = `${"a".repeat(42)}_`;
const NAME = "__Host-telzino-page";

describe("the cookie of a browser", () => {
  it("is sent back only over TLS, only to this host, only from its own pages, and to no script", () => {
    expect(cookieFor(VALUE)).toBe(
      `${NAME}=${VALUE}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600`,
    );
    expect(browserOf({ cookie: cookieFor(VALUE) })).toBe(VALUE);
  });

  it.each([
    ["alone", `${NAME}=${VALUE}`],
    ["among others", `a=b; ${NAME}=${VALUE}; c=d`],
    ["without blanks between them", `a=b;${NAME}=${VALUE}`],
    ["after one of its name that is not ours", `${NAME}=x; ${NAME}=${VALUE}`],
  ])("is found %s", (_where, cookie) => {
    expect(browserOf({ cookie })).toBe(VALUE);
  });

  it.each([
    ["none", undefined],
    ["another name", `x${NAME}=${VALUE}`],
    ["the name without its prefix", `telzino-page=${VALUE}`],
    ["a value alone", VALUE],
    ["a value of the right form under another name", `other-cookie-name=${VALUE}`],
    ["too short", `${NAME}=${VALUE.slice(1)}`],
    ["too long", `${NAME}=${VALUE}a`],
    ["a sign that ours never has", `${NAME}=${VALUE.slice(1)}%`],
    ["quotes", `${NAME}="${VALUE}"`],
    ["nothing", `${NAME}=`],
    ["one behind more than is read", `${"a=b;".repeat(2_048)}${NAME}=${VALUE}`],
  ])("is none where there is %s", (_what, cookie) => {
    expect(browserOf(cookie === undefined ? {} : { cookie })).toBeUndefined();
  });
});

describe("where a request comes from", () => {
  it.each([
    ["cross-site", true],
    ["same-site", true],
    ["same-origin", false],
    ["none", false],
  ])("is seen: %s", (site, elsewhere) => {
    expect(comesFromElsewhere({ "sec-fetch-site": site })).toBe(elsewhere);
  });

  it("is not elsewhere where an old browser says nothing", () => {
    expect(comesFromElsewhere({})).toBe(false);
  });
});

describe("a part of another page", () => {
  it.each(["iframe", "frame", "image", "script", "empty", "embed"])(
    "is a request for a %s",
    (destination) => {
      expect(isEmbedded({ "sec-fetch-dest": destination })).toBe(true);
      expect(isEmbedded({ "sec-fetch-dest": destination, "sec-fetch-site": "cross-site" })).toBe(true);
    },
  );

  it("is not a document, what an old browser asks for, or a look of the page itself", () => {
    expect(isEmbedded({})).toBe(false);
    expect(isEmbedded({ "sec-fetch-dest": "document", "sec-fetch-site": "cross-site" })).toBe(false);
    expect(isEmbedded({ "sec-fetch-dest": "empty", "sec-fetch-site": "same-origin" })).toBe(false);
    expect(isEmbedded({ "sec-fetch-dest": "iframe", "sec-fetch-site": "same-origin" })).toBe(true);
  });
});

describe("a form of another page", () => {
  const ORIGIN = "https://sip.example.com";

  it.each([
    [{ "sec-fetch-site": "same-origin", origin: ORIGIN }],
    [{ "sec-fetch-site": "same-origin", origin: "null" }],
    [{ origin: ORIGIN }],
    [{ origin: "null" }],
    [{}],
  ])("is not that with %j", (headers) => {
    expect(isForeignForm(headers, ORIGIN)).toBe(false);
  });

  it.each([
    [{ "sec-fetch-site": "cross-site", origin: ORIGIN }],
    [{ "sec-fetch-site": "same-site", origin: "null" }],
    [{ "sec-fetch-site": "none" }],
    [{ "sec-fetch-site": "same-origin", origin: "https://evil.example" }],
    [{ origin: "https://evil.example" }],
    [{ origin: "http://sip.example.com" }],
    [{ origin: "" }],
  ])("is that with %j", (headers) => {
    expect(isForeignForm(headers, ORIGIN)).toBe(true);
  });
});

describe("a form", () => {
  let server: Server;
  let socket: Socket;
  let arrived: Promise<{ req: IncomingMessage; form: Promise<PageForm | undefined> }>;

  beforeEach(async () => {
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    arrived = new Promise((resolve) => {
      server.once("request", (req) => resolve({ req, form: readForm(req) }));
    });
    socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.on("error", () => {});
  });
  afterEach(async () => {
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const head = (...headers: string[]) => ["POST / HTTP/1.1", "Host: a", ...headers, "", ""].join("\r\n");
  const TYPE = "Content-Type: application/x-www-form-urlencoded";
  const CHUNKED = "Transfer-Encoding: chunked";
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

  async function sent(body: string, type = TYPE): Promise<PageForm | undefined> {
    socket.write(head(type, `Content-Length: ${Buffer.byteLength(body)}`) + body);
    return (await arrived).form;
  }

  /** Sends the beginning, and waits until the server has it. */
  async function begun(text: string) {
    socket.write(text);
    const { req, form } = await arrived;
    await expect.poll(() => req.socket.bytesRead).toBe(Buffer.byteLength(text));
    return { form };
  }

  it("is read with its fields", async () => {
    const form = await sent("mark=m&password=a%2Bb+c%C3%BC");
    expect(Object.fromEntries(form ?? [])).toEqual({ mark: "m", password: "a+b cü" });
  });

  it("is read whole from its pieces", async () => {
    const form = await begun(head(TYPE, CHUNKED) + chunk("mark=m&pass"));
    socket.write(`${chunk("word=x")}0\r\n\r\n`);
    expect(Object.fromEntries((await form.form) ?? [])).toEqual({ mark: "m", password: "x" });
  });

  it.each([
    "Content-Type: APPLICATION/x-www-form-urlencoded",
    `${TYPE};charset=utf-8`,
    `${TYPE} ; charset=utf-8`,
  ])("may say %j", async (type) => {
    expect((await sent("a=b", type))?.get("a")).toBe("b");
  });

  it.each([
    "Content-Type: text/plain",
    "Content-Type: application/json",
    "Content-Type: multipart/form-data; boundary=application/x-www-form-urlencoded",
    `${TYPE}x`,
    "X-Other: no type at all",
  ])("is not what says %j", async (type) => {
    expect(await sent("a=b", type)).toBeUndefined();
  });

  it("may have 8,192 bytes, and no more", async () => {
    expect((await sent(`a=${"x".repeat(8_190)}`))?.get("a")).toHaveLength(8_190);
  });

  it("whose length says that it is larger is not waited for", async () => {
    socket.write(head(TYPE, "Content-Length: 8193"));
    expect(await (await arrived).form).toBeUndefined();
  });

  it("that turns out to be larger is not read to its end", async () => {
    socket.write(head(TYPE, CHUNKED) + chunk("x".repeat(8_193)));
    expect(await (await arrived).form).toBeUndefined();
  });

  it("that turns out to be larger in its second piece is not read to its end", async () => {
    const form = await begun(head(TYPE, CHUNKED) + chunk("x".repeat(8_000)));
    socket.write(chunk("y".repeat(193)));
    expect(await form.form).toBeUndefined();
  });

  it("that was broken off is none", async () => {
    socket.write(`${head(TYPE, "Content-Length: 20")}password=x`);
    const { form } = await arrived;
    socket.destroy();
    expect(await form).toBeUndefined();
  });

  it("leaves its bytes nowhere", async () => {
    const pieces: Buffer[] = [];
    server.removeAllListeners("request");
    const form = new Promise<PageForm | undefined>((resolve) => {
      server.once("request", (req: IncomingMessage) => {
        req.on("data", (piece: Buffer) => pieces.push(piece));
        req.pause();
        resolve(readForm(req));
      });
    });
    socket.write(`${head(TYPE, "Content-Length: 15")}password=secret`);
    expect((await form)?.get("password")).toBe("secret");
    expect(Buffer.concat(pieces)).toEqual(Buffer.alloc(15));
  });
});
