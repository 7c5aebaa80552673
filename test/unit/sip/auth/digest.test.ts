import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/redaction/secret.js";
import {
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
  type DigestChallenge,
} from "../../../../src/sip/auth/challenge.js";
import { readCredentials, verifyCredentials } from "../../../../src/sip/auth/credentials.js";
import {
  answerChallenge,
  digestHa1,
  digestHash,
  digestResponse,
  ha1Forms,
} from "../../../../src/sip/auth/digest.js";
import { parseAuthHeader } from "../../../../src/sip/message/auth-header.js";
import { decodeBytes } from "../../../../src/sip/message/bytes.js";
import { DigestError } from "../../../../src/sip/message/errors.js";

function challenge(more: Partial<DigestChallenge> = {}): DigestChallenge {
  return {
    proxy: false,
    realm: "pbx.test",
    nonce: "n0nce",
    algorithm: "MD5",
    algorithmGiven: true,
    qop: ["auth"],
    stale: false,
    ...more,
  };
}

function responseOf(value: string): string | undefined {
  return parseAuthHeader(value)[0]?.params.get("response");
}

/** Inputs of RFC 7616 3.9.1. */
function mufasa(algorithm: DigestAlgorithm): string {
  return answerChallenge({
    challenge: challenge({
      realm: "http-auth@example.org",
      nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
      opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
      qop: ["auth", "auth-int"],
      algorithm,
    }),
    method: "GET",
    uri: "/dir/index.html",
    username: "Mufasa",
    password: new Secret("Circle of Life"),
    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  }).value;
}

describe("vectors", () => {
  it("RFC 2617 3.5: MD5 with qop=auth", () => {
    const { value } = answerChallenge({
      challenge: challenge({
        realm: "testrealm@host.com",
        nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        algorithmGiven: false,
        qop: ["auth", "auth-int"],
      }),
      method: "GET",
      uri: "/dir/index.html",
      username: "Mufasa",
      password: new Secret("Circle Of Life"),
      cnonce: "0a4f113b",
    });
    expect(responseOf(value)).toBe("6629fae49393a05397450978507c4ef1");
    expect(value).not.toContain("algorithm");
  });

  it("RFC 7616 3.9.1: MD5 and SHA-256", () => {
    expect(responseOf(mufasa("MD5"))).toBe("8ca523f5e9506fed4657c9700eebdbec");
    expect(responseOf(mufasa("SHA-256"))).toBe(
      "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    );
  });

  it("RFC 7616 3.9.2 as erratum 4897 has it: SHA-512-256 is the function of FIPS 180-4, not a cut SHA-512", () => {
    // The RFC prints the user hash 488869…, which is SHA-512 cut to 256 bits; the algorithm that it names has
    // initial values of its own and gives 793263…, and the response below instead of ae66e6….
    expect(digestHash("SHA-512-256", "Jäsøn Doe:api@example.org")).toBe(
      "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b",
    );
    const ha1 = digestHa1("SHA-512-256", "Jäsøn Doe", "api@example.org", new Secret("Secret, or not?"));
    const response = digestResponse(ha1, {
      algorithm: "SHA-512-256",
      method: "GET",
      uri: "/doe.json",
      nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
      cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
      nc: "00000001",
      qop: "auth",
    });
    expect(response).toBe("3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
  });

  it("a session algorithm hashes nonce and cnonce into the key", () => {
    const ha1 = digestHa1("MD5-sess", "Mufasa", "testrealm@host.com", new Secret("Circle Of Life"));
    const input = { method: "GET", uri: "/dir/index.html", nonce: "n", cnonce: "0a4f113b" } as const;
    const key = digestHash("MD5", `${ha1}:n:0a4f113b`);
    const ha2 = digestHash("MD5", "GET:/dir/index.html");
    expect(digestResponse(ha1, { ...input, algorithm: "MD5-sess" })).toBe(
      digestHash("MD5", `${key}:n:${ha2}`),
    );
  });
});

describe("a realm that is not UTF-8", () => {
  it("is hashed with the bytes that came", () => {
    const bytes = Buffer.from("B\xfcro", "latin1");
    const { text } = decodeBytes(bytes);
    const hashed = createHash("md5").update(bytes).digest("hex");
    expect(digestHash("MD5", text)).toBe(hashed);
    expect(digestHash("MD5", bytes)).toBe(hashed);
  });
});

describe("the forms in which a server may write back what it stores in the place of a password", () => {
  const forms = ha1Forms("1001", "pbx.test", new Secret("s3cret")).map((form) => form.reveal());

  it.each(["md5", "sha256", "sha512-256"])("are the hash by %s in hexadecimal and in base64", (name) => {
    const hash = createHash(name).update("1001:pbx.test:s3cret").digest();
    const base64 = hash.toString("base64").replaceAll("=", "");
    expect(forms).toEqual(expect.arrayContaining([hash.toString("hex"), base64, hash.toString("base64url")]));
  });

  it("are named once each, since a session has the hash of its base", () => {
    expect(forms).toHaveLength(new Set(forms).size);
  });
});

describe("a response to parameters that are missing", () => {
  const input = { algorithm: "MD5", method: "GET", uri: "/", nonce: "n" } as const;
  const ha1 = "53231e6442ac000ede727f7783590a8e";

  it("hashes nothing in their place", () => {
    const ha2 = digestHash("MD5", "GET:/");
    expect(digestResponse(ha1, { ...input, qop: "auth" })).toBe(digestHash("MD5", `${ha1}:n:::auth:${ha2}`));
  });

  it("hashes an empty body for auth-int where there is none", () => {
    const counted = { ...input, qop: "auth-int", nc: "00000001", cnonce: "c" } as const;
    expect(digestResponse(ha1, counted)).toBe(digestResponse(ha1, { ...counted, body: Buffer.alloc(0) }));
  });
});

describe("answerChallenge", () => {
  const answer = (more: Partial<DigestChallenge>, options: { username?: string; nonceCount?: number } = {}) =>
    answerChallenge({
      challenge: challenge(more),
      method: "REGISTER",
      uri: "sip:pbx.test",
      username: options.username ?? "1001",
      password: new Secret("s3cret"),
      cnonce: "c",
      ...(options.nonceCount === undefined ? {} : { nonceCount: options.nonceCount }),
    });

  it("writes algorithm, qop and nc without quotes, the rest in quotes, and opaque as it came", () => {
    const { name, value } = answer({ algorithm: "SHA-256", opaque: 'o"p\\' }, { nonceCount: 26 });
    expect(name).toBe("Authorization");
    expect(value).toContain(', algorithm=SHA-256, cnonce="c", qop=auth, nc=0000001a, opaque="o\\"p\\\\"');
  });

  it.each([
    [["auth", "auth-int"], "auth"],
    [["auth-int", "auth"], "auth"],
    [["auth-int"], "auth-int"],
  ] as const)("of the qop values %j takes %s", (qop, taken) => {
    const { value } = answer({ qop });
    expect(value).toContain(`, qop=${taken}, `);
  });

  it("answers a proxy in Proxy-Authorization", () => {
    expect(answer({ proxy: true }).name).toBe("Proxy-Authorization");
  });

  it("writes the RFC 2069 form without qop: no nc and no cnonce, but for a session", () => {
    expect(answer({ qop: [] }).value).not.toMatch(/cnonce|nc=|qop/);
    expect(answer({ qop: [], algorithm: "MD5-sess" }).value).toContain('cnonce="c"');
    expect(answer({ qop: [], algorithm: "MD5-sess" }).value).not.toMatch(/nc=0|qop/);
  });

  it("uses auth-int only where auth is not offered, and hashes the body then", () => {
    expect(answer({ qop: ["auth", "auth-int"] }).value).toContain("qop=auth,");
    const ha1 = digestHa1("MD5", "1001", "pbx.test", new Secret("s3cret"));
    const input = { algorithm: "MD5", method: "MESSAGE", uri: "sip:a", nonce: "n0nce", cnonce: "c" } as const;
    const { value } = answerChallenge({
      challenge: challenge({ qop: ["auth-int"] }),
      method: "MESSAGE",
      uri: "sip:a",
      username: "1001",
      password: new Secret("s3cret"),
      cnonce: "c",
      body: Buffer.from("hello"),
    });
    const nc = "00000001";
    expect(responseOf(value)).toBe(
      digestResponse(ha1, { ...input, nc, qop: "auth-int", body: Buffer.from("hello") }),
    );
    expect(responseOf(value)).not.toBe(digestResponse(ha1, { ...input, nc, qop: "auth-int" }));
  });

  it("escapes quotes and backslashes of user and realm and hashes them unescaped", () => {
    const { value } = answer({ realm: 'the "r"' }, { username: 'o"b\\b' });
    expect(value).toContain('username="o\\"b\\\\b", realm="the \\"r\\""');
    const [auth] = parseAuthHeader(value);
    expect(auth?.params.get("username")).toBe('o"b\\b');
  });

  it("makes a new cnonce for each answer", () => {
    const make = () =>
      answerChallenge({
        challenge: challenge(),
        method: "REGISTER",
        uri: "sip:a",
        username: "u",
        password: new Secret("p"),
      }).value;
    expect(make()).not.toBe(make());
  });

  it("refuses an empty user and one with control characters before anything is hashed", () => {
    const refusal = (username: string) => {
      try {
        return answer({}, { username });
      } catch (error) {
        return error instanceof DigestError ? [error.code, error.message] : error;
      }
    };
    expect(refusal("")).toEqual(["unrepresentable", "the authentication user is empty"]);
    expect(refusal("a\r\nX: y")).toEqual([
      "unrepresentable",
      "a control character in the authentication user",
    ]);
  });

  it("never shows the password", () => {
    expect(answer({}).value).not.toContain("s3cret");
  });
});

describe("verifyCredentials", () => {
  const password = new Secret("s3cret");
  const header = (more: Partial<DigestChallenge> = {}, nonceCount = 1) =>
    answerChallenge({
      challenge: challenge(more),
      method: "REGISTER",
      uri: "sip:pbx.test",
      username: "1001",
      password,
      nonceCount,
    }).value;
  const verify = (value: string, more: Partial<Parameters<typeof verifyCredentials>[0]> = {}) =>
    verifyCredentials({
      header: value,
      method: "REGISTER",
      uri: "sip:pbx.test",
      realm: "pbx.test",
      lookup: (username) => (username === "1001" ? password : undefined),
      nonceState: () => "valid",
      ...more,
    });

  it("takes what answerChallenge writes, for every algorithm and qop and any characters", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((s) => !/[\p{Cc}\p{Cs}]/u.test(s));
    const qop = fc.constantFrom(["auth"] as const, ["auth-int"] as const, [] as const);
    fc.assert(
      fc.property(
        fc.constantFrom(...DIGEST_ALGORITHMS),
        qop,
        text,
        text,
        text,
        (algorithm, offered, user, realm, word) => {
          const secret = new Secret(word);
          const { value } = answerChallenge({
            challenge: challenge({ algorithm, qop: offered, realm }),
            method: "REGISTER",
            uri: "sip:pbx.test",
            username: user,
            password: secret,
          });
          expect(verify(value, { realm, lookup: () => secret })).toMatchObject({ ok: true, username: user });
          const other = verify(value, { realm, lookup: () => new Secret(`${word}x`) });
          expect(other).toMatchObject({ ok: false, fault: "response" });
        },
      ),
    );
  });

  it("takes a stored H(user:realm:password) in place of the password", () => {
    const lookup = (username: string, algorithm: DigestAlgorithm) => ({
      ha1: new Secret(digestHa1(algorithm, username, "pbx.test", password)),
    });
    expect(verify(header({ algorithm: "SHA-256" }), { lookup })).toMatchObject({ ok: true, nonceCount: 1 });
  });

  it("names each fault", () => {
    const good = header();
    expect(verify(good, { uri: "sip:other.test" })).toMatchObject({ fault: "uri" });
    expect(verify(good, { method: "INVITE" })).toMatchObject({ fault: "response" });
    expect(verify(good, { realm: "other" })).toMatchObject({ fault: "realm" });
    expect(verify(good, { nonceState: () => "unknown" })).toMatchObject({ fault: "nonce" });
    expect(verify(good, { algorithms: ["SHA-256"] })).toMatchObject({ fault: "algorithm" });
    expect(verify(good, { opaque: "o" })).toMatchObject({ fault: "opaque" });
    expect(verify(good, { lookup: () => undefined })).toMatchObject({
      fault: "unknown-user",
      username: "1001",
    });
    expect(verify(header({ qop: [] }), { qop: ["auth"] })).toMatchObject({ fault: "qop" });
    expect(verify("Basic MTAwMTpzM2NyZXQ=")).toMatchObject({ fault: "scheme" });
    expect(verify('Digest username="x')).toMatchObject({ fault: "malformed" });
    expect(verify(`${good}, realm="pbx.test"`)).toMatchObject({ fault: "malformed" });
    expect(verify(good.replace(/nc=\d+/, "nc=1"))).toMatchObject({ fault: "malformed" });
  });

  it("calls a nonce stale only when the password was right", () => {
    const nonceState = () => "stale" as const;
    expect(verify(header(), { nonceState })).toMatchObject({ fault: "stale" });
    expect(verify(header(), { nonceState, lookup: () => new Secret("x") })).toMatchObject({
      fault: "response",
    });
  });

  it("refuses a nonce count that was used before", () => {
    expect(verify(header({}, 2), { lastNonceCount: () => 1 })).toMatchObject({ ok: true, nonceCount: 2 });
    expect(verify(header({}, 2), { lastNonceCount: () => 2 })).toMatchObject({ fault: "nonce-count" });
  });
});

describe("readCredentials", () => {
  it("reads unquoted values, and refuses a qop without its cnonce", () => {
    const base = "Digest username=u, realm=r, nonce=n, uri=sip:a, response=x";
    expect(readCredentials(base)).toMatchObject({ username: "u", uri: "sip:a", algorithm: "MD5" });
    expect(readCredentials(`${base}, qop=auth, nc=00000001`)).toBe("malformed");
  });
});
