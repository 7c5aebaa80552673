// An API and a PBX that give every caller the worst answers, for stall.mjs.
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";

const MEGABYTE = 950_000;
/** Texts that may be written in many encodings at the same time. */
const ODD = ["QUJDRUZH%41&#65;", "%41", "QUJDRUZHSUpLTE1OT1A", "\\u0041", "é%C3%A9"];
const odd = (index, length) => ODD[index % ODD.length].repeat(length).slice(0, length) + index;
const times = (count, item) => Array.from({ length: count }, (_, index) => item(index));
const filled = (item, length = MEGABYTE) => {
  const items = [];
  for (let size = 0; size < length; size += items.at(-1).length + 1) items.push(item(items.length));
  return items.join(",");
};
const stored = (more) => ({
  ...{ sipDomain: "pbx.example.com", username: "1001", port: 5060, transport: "udp", subscribe: false },
  ...more,
});

/** Status and body of a page of agents. */
export const PAGES = {
  "60,000 agents on a page of 20": [
    200,
    () => JSON.stringify({ data: times(60_000, (i) => ({ id: `a${i}` })) }),
  ],
  "700 agents with odd status, type and passwords": [
    200,
    () =>
      JSON.stringify({
        data: times(700, (i) => ({
          ...{ id: `a${i}`, name: odd(i, 200), status: odd(i, 480), agent_type: odd(i + 1, 480) },
          sip_registration_data: stored({ username: odd(i, 100), password: `kV93!mPq-xYt82${i}` }),
        })),
      }),
  ],
  "a page of long passwords": [
    200,
    () =>
      JSON.stringify({
        data: times(100, (i) => ({
          ...{ id: `a${i}`, name: `Agent ${i}` },
          sip_registration_data: stored({ password: odd(i, 9_000) }),
        })),
      }),
  ],
  "a page of one megabyte of fields": [200, () => `{"data":[],${filled((i) => `"${i.toString(36)}":0`)}}`],
  "a page of one megabyte of objects": [200, () => `{"data":[${filled((i) => `{"${i.toString(36)}":0}`)}]}`],
  "a page of lists in lists": [200, () => `{"data":${"[".repeat(450_000)}${"]".repeat(450_000)}}`],
  "an error of 40,000 fields": [
    400,
    () => JSON.stringify({ errors: Object.fromEntries(times(40_000, (i) => [`f${i}`, [""]])) }),
  ],
  "a failure of 40,000 fields": [
    200,
    () =>
      JSON.stringify({ success: false, errors: Object.fromEntries(times(9_000, (i) => [`f${i}`, [""]])) }),
  ],
};

/** @returns its address, and a way to choose the page that it answers. */
export async function startHostileApi() {
  let [status, body] = [200, "{}"];
  const server = createHttpServer((request, response) => {
    request.resume().on("end", () => {
      const isLogin = request.url?.startsWith("/oauth/token") === true;
      const login = JSON.stringify({ access_token: "token.of-the.bench", expires_in: 86_400 });
      response.writeHead(isLogin ? 200 : status, { "content-type": "application/json" });
      response.end(isLogin ? login : body);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    answer: (page) => {
      const [given, make] = PAGES[page];
      [status, body] = [given, make()];
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A PBX over TCP that answers each request with so many 183 of twelve headers, and then with 200. @returns its port. */
export async function startHostilePbx(count) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", async (bytes) => {
      const lines = bytes.toString().split("\r\n");
      if (lines[0].startsWith("ACK")) return;
      const [via, from, to, callId, cseq] = ["Via", "From", "To", "Call-ID", "CSeq"].map((name) =>
        lines.find((line) => line.startsWith(`${name}:`)),
      );
      const headers = times(12, (i) => `X-${i}: ${odd(i, 3_900)}`);
      const answer = (status) => [
        `SIP/2.0 ${status}`,
        via,
        ...headers,
        from,
        `${to};tag=1`,
        callId,
        cseq,
        "Content-Length: 0",
        "",
        "",
      ];
      for (let sent = 1; sent < count && !socket.destroyed; sent += 1)
        if (!socket.write(answer("183 x").join("\r\n")))
          await Promise.race(
            ["drain", "close"].map((name) => new Promise((resolve) => socket.once(name, resolve))),
          );
      socket.write(answer("200 OK").join("\r\n"));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, close: () => server.close() };
}
