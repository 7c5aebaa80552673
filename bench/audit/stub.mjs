// The API of an account with many agents, within a limit of requests a second (a token bucket), with an outage. Says what it
// was asked when it is told to stop.
import { createServer } from "node:http";

const [agents, perSecond, burst, latencyMs, outageAt, outageSeconds] = process.argv.slice(2).map(Number);
const counts = { answered: 0, refused: 0, failed: 0, busiestSecond: 0 };
let tokens = burst;
let filledAt = performance.now();
let beganAt;
const seconds = new Map();

/** Some PBXs, and some agents that are down in each of the ways that there are. */
const STATES = ["REGISTER_TIMEOUT_STATE", "WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE", "NOT_FOUND"];

function agentOf(index) {
  return {
    id: `${String(index).padStart(8, "0")}-1111-4111-8111-111111111111`,
    name: `Agent ${index}`,
    status: "active",
    // As long as a real one, which carries much more than is read.
    description: "x".repeat(1_500),
    sip_registration_data: {
      sipDomain: `pbx${index % 400}.example.com`,
      username: `${1000 + index}`,
      password: `pw-${index}-mulberry`,
      port: 5060,
      transport: "udp",
      registrationEnabled: true,
    },
  };
}

function statusOf(index) {
  const state = index % 37 === 0 ? STATES[(index / 37) % 4] : "REGISTERED_STATE";
  const now = Date.now();
  return {
    state,
    enabled: "yes",
    isRegistered: state === "REGISTERED_STATE",
    lastRegisterSent: new Date(now - 60_000).toISOString(),
    expires: Math.floor(now / 1_000) + 3_000,
    registrationTimeout: "3600",
  };
}

const server = createServer((request, response) => {
  const now = performance.now();
  beganAt ??= now;
  const at = (now - beganAt) / 1_000;
  const answer = (status, body, headers = {}) =>
    setTimeout(
      () =>
        response
          .writeHead(status, { "content-type": "application/json", ...headers })
          .end(JSON.stringify(body)),
      latencyMs,
    );
  if (at >= outageAt && at < outageAt + outageSeconds) {
    counts.failed += 1;
    return answer(503, { error: "unavailable" });
  }
  tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond);
  filledAt = now;
  if (tokens < 1) {
    counts.refused += 1;
    return answer(429, { error: "too many requests" }, { "retry-after": "1" });
  }
  tokens -= 1;
  counts.answered += 1;
  const second = Math.floor(at);
  seconds.set(second, (seconds.get(second) ?? 0) + 1);
  const url = new URL(request.url, "http://api");
  if (url.pathname === "/v1/agents") {
    const page = Number(url.searchParams.get("page"));
    const limit = Number(url.searchParams.get("limit"));
    const from = (page - 1) * limit;
    const data = Array.from({ length: Math.max(0, Math.min(limit, agents - from)) }, (_, index) =>
      agentOf(from + index),
    );
    return answer(200, { data, pagination: { page, limit, total: agents, hasNext: from + limit < agents } });
  }
  answer(200, { success: true, data: statusOf(Number(url.pathname.split("/")[3].slice(0, 8))) });
});

server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.on("SIGTERM", () => {
  counts.busiestSecond = Math.max(0, ...seconds.values());
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit());
});
