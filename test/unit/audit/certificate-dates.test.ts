import { describe, expect, it } from "vitest";
import { certificateDates } from "../../../src/audit/hints/certificate-dates.js";
import type { Looks } from "../../../src/audit/looks/look.js";
import type { FindingId } from "../../../src/diagnosis/index.js";
import { agentsOn } from "../../support/audited-agents.js";
import { plain } from "../../support/plain.js";

const HOST = "pbx.example.com";

function looksWith(...ids: FindingId[]): Looks {
  const findings = ids.map((id) => ({ id, title: `Title of ${id}`, evidence: "seen", fix: "Fix it." }));
  return { done: new Map([[HOST, { host: HOST, report: { findings } } as never]]), leftOut: 0 };
}

describe("hints at a certificate's dates", () => {
  it("are for the agents that register there over TLS, and for no others", () => {
    const overUdp = { sipDomain: HOST, username: "1000", transport: "udp" } as const;
    const agents = [
      ...agentsOn(HOST, 2),
      ...agentsOn(HOST, 1, { from: 20, registration: overUdp }),
      ...agentsOn(HOST, 1, { from: 30, agentStatus: "inactive", registration: null }),
      ...agentsOn("other.example.com", 3),
    ];
    const hints = certificateDates(agents, looksWith("certificate-expired"));
    expect(hints.map(({ hint, agents: whom }) => [hint, whom.map(({ id }) => id)])).toEqual([
      ["certificate-expired", [`1000@${HOST}`, `1001@${HOST}`]],
    ]);
    expect(plain(hints[0]?.says)).toBe(
      "Title of certificate-expired on pbx.example.com, with 2 agents over TLS: seen. Fix it.",
    );
  });

  it("are of these findings and of no others, and of none where nothing was looked at", () => {
    const agents = agentsOn(HOST, 1);
    const ids = (looks: Looks | undefined) => certificateDates(agents, looks).map(({ hint }) => hint);
    expect(ids(looksWith("certificate-expires-soon", "certificate-expired"))).toEqual([
      "certificate-expires-soon",
      "certificate-expired",
    ]);
    expect(ids(looksWith("silent" as FindingId))).toEqual([]);
    expect(ids(undefined)).toEqual([]);
  });
});
