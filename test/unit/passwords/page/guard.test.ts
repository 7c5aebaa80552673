import { describe, expect, it } from "vitest";
import { refusalOf } from "../../../../src/passwords/page/guard.js";

const PORT = 4_711;
const OWN = { host: `127.0.0.1:${PORT}` };
const ORIGIN = `http://127.0.0.1:${PORT}`;
const JSON_TYPE = { "content-type": "application/json" };

const get = (headers: Record<string, string>) =>
  refusalOf({ method: "GET", port: PORT, headers: { ...OWN, ...headers } });
const post = (headers: Record<string, string>) =>
  refusalOf({ method: "POST", port: PORT, headers: { ...OWN, ...JSON_TYPE, origin: ORIGIN, ...headers } });

const ADDRESS = { status: 403, reason: "Not this server's address." };
const PAGE = { status: 403, reason: "Not from this page." };
const PART = { status: 403, reason: "Not as a part of another page." };
const FRAME = { status: 403, reason: "Not in a frame." };

describe("a request for the page", () => {
  it.each([`127.0.0.1:${PORT}`, `localhost:${PORT}`])("may ask for %s", (host) => {
    expect(get({ host })).toBeUndefined();
    expect(post({ host, origin: `http://${host}` })).toBeUndefined();
  });

  it.each(["evil.example", `evil.example:${PORT}`, "127.0.0.1", "localhost", `127.0.0.1:${PORT + 1}`, ""])(
    "may not ask for the host %j",
    (host) => {
      expect(get({ host })).toEqual(ADDRESS);
      expect(post({ host, origin: `http://${host}` })).toEqual(ADDRESS);
    },
  );

  it("may not come without a host", () => {
    expect(refusalOf({ method: "GET", port: PORT, headers: {} })).toEqual(ADDRESS);
  });

  it.each(["http://evil.example", "null", `https://127.0.0.1:${PORT}`, `http://localhost:${PORT}`])(
    "may not come from a page of the origin %s",
    (origin) => {
      expect(get({ origin })).toEqual(PAGE);
      expect(post({ origin })).toEqual(PAGE);
    },
  );

  it("may come from a person who opens the address, and from the page itself", () => {
    expect(get({})).toBeUndefined();
    expect(get({ "sec-fetch-site": "none", "sec-fetch-dest": "document" })).toBeUndefined();
    expect(get({ "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" })).toBeUndefined();
    expect(
      get({ "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty", origin: ORIGIN }),
    ).toBeUndefined();
  });

  it.each(["image", "script", "empty", "style"])("may not be made for a foreign page's %s", (destination) => {
    for (const site of ["cross-site", "same-site", "none"]) {
      expect(get({ "sec-fetch-site": site, "sec-fetch-dest": destination })).toEqual(PART);
    }
    expect(get({ "sec-fetch-dest": destination })).toEqual(PART);
  });

  it.each(["iframe", "frame", "embed", "object", "fencedframe"])(
    "may not be made for a %s",
    (destination) => {
      expect(get({ "sec-fetch-dest": destination })).toEqual(PART);
      expect(get({ "sec-fetch-site": "same-origin", "sec-fetch-dest": destination })).toEqual(FRAME);
    },
  );
});

describe("what the page sends", () => {
  it("is JSON, from the page itself", () => {
    expect(post({})).toBeUndefined();
    expect(post({ "sec-fetch-site": "same-origin" })).toBeUndefined();
    expect(post({ "content-type": "Application/JSON ; charset=utf-8" })).toBeUndefined();
    expect(post({ "content-type": "application/json;charset=utf-8" })).toBeUndefined();
  });

  it("has an origin", () => {
    expect(refusalOf({ method: "POST", port: PORT, headers: { ...OWN, ...JSON_TYPE } })).toEqual(PAGE);
  });

  it.each(["cross-site", "same-site", "none"])("does not come from %s", (site) => {
    expect(post({ "sec-fetch-site": site })).toEqual(PAGE);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "x-application/json", ""])(
    "is not %j, which a form of another page could send",
    (type) => {
      expect(post({ "content-type": type })).toEqual({ status: 415, reason: "Must be application/json." });
    },
  );

  it("says what it is", () => {
    const headers = { ...OWN, origin: ORIGIN };
    expect(refusalOf({ method: "POST", port: PORT, headers })).toMatchObject({ status: 415 });
  });
});
