import { describe, expect, it } from "vitest";
import { causesOf } from "../../../src/audit/causes/index.js";
import { hintsOf } from "../../../src/audit/hints/index.js";
import { type Look, lookAtPbxs } from "../../../src/audit/looks/look.js";
import { MAX_LOOKS, plannedLooks, targetOf } from "../../../src/audit/looks/plan.js";
import { agentsOn } from "../../support/audited-agents.js";

const down = { state: "REGISTER_TIMEOUT_STATE" } as const;

describe("looks at PBXs", () => {
  it("go once to each, the most agents that are down first, then to those over TLS", () => {
    const registration = { sipDomain: "plain.example.com", username: "1000", transport: "udp" } as const;
    const agents = [
      ...agentsOn("few.example.com", 1, down),
      ...agentsOn("well.example.com", 3),
      ...agentsOn("many.example.com", 5, down),
      ...agentsOn("plain.example.com", 2, { registration }),
      ...agentsOn("lost.example.com", 9, { state: "NOT_FOUND" }),
    ];
    const planned = plannedLooks(agents, causesOf(agents));
    expect(planned.map(({ host, isDown }) => [host, isDown])).toEqual([
      ["many.example.com", true],
      ["few.example.com", true],
      ["well.example.com", false],
    ]);
    const [first, , last] = planned.map(targetOf);
    expect(first).toMatchObject({ sipDomain: "many.example.com", username: "1000", transport: "tls" });
    expect(last).toEqual({ sipDomain: "well.example.com", transport: "tls", port: 5061 });
  });

  it("are taken with an agent over TLS where one is down, which shows the certificate as well", () => {
    const registration = { sipDomain: "pbx.example.com", username: "1000", transport: "udp" } as const;
    const agents = [
      ...agentsOn("pbx.example.com", 2, { ...down, registration }),
      ...agentsOn("pbx.example.com", 1, { ...down, from: 20 }),
    ];
    const [look] = plannedLooks(agents, causesOf(agents));
    expect(look && targetOf(look)).toMatchObject({ username: "1020", transport: "tls" });
  });

  it("that find a certificate expired name the agents over TLS that should be registered with it", () => {
    const registration = { sipDomain: "pbx.example.com", username: "1000", transport: "udp" } as const;
    const agents = [
      ...agentsOn("pbx.example.com", 2),
      ...agentsOn("pbx.example.com", 1, { registration, from: 20 }),
      ...agentsOn("pbx.example.com", 1, { agentStatus: "inactive", from: 30 }),
      ...agentsOn("other.example.com", 1, { from: 40 }),
    ];
    const [look] = plannedLooks(agents, []);
    const found = { id: "certificate-expired", title: "Expired", evidence: "since May", fix: "Renew it." };
    const report = { findings: [found] } as unknown as Look["report"];
    const looks = { done: new Map([["pbx.example.com", { ...(look as Look), report }]]), leftOut: 0 };
    const [hint] = hintsOf(agents, looks);
    expect(hint?.hint).toBe("certificate-expired");
    expect(hint?.agents.map(({ registration: of }) => of?.username)).toEqual(["1000", "1001"]);
  });

  it("end at a limit, and tell how many PBXs were left out", async () => {
    // Nothing is sent to that port, so each look ends immediately.
    const agents = Array.from({ length: MAX_LOOKS + 7 }, (_, index) =>
      agentsOn(`127.0.1.${index}`, 1, {
        ...down,
        registration: { sipDomain: `127.0.1.${index}`, username: "1000", transport: "tcp", port: 25 },
      }),
    ).flat();
    const seen: number[] = [];
    const { done, leftOut } = await lookAtPbxs(plannedLooks(agents, causesOf(agents)), {
      api: { getStatus: () => Promise.reject(new Error()), listCallLogs: () => Promise.reject(new Error()) },
      platformIsLocal: true,
      signal: new AbortController().signal,
      hold: () => {},
      onLook: (count) => seen.push(count),
    });
    expect([done.size, leftOut]).toEqual([MAX_LOOKS, 7]);
    expect(seen).toEqual([...Array(MAX_LOOKS + 1).keys()]);
  });
});
