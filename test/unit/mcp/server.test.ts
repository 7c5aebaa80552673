import { afterEach, describe, expect, it, vi } from "vitest";
import type { CallPlace } from "../../../src/tools/core/context.js";
import { connectInProcess, servicesFor } from "../../support/mcp.js";

afterEach(() => void vi.useRealTimers());

describe("the place of a call", () => {
  it("is given back a minute after the call was cancelled, also when it never ends", async () => {
    let asked = 0;
    const listAgents = () => {
      asked += 1;
      return new Promise<never>(() => {});
    };
    const letGo = vi.fn();
    const place: Partial<CallPlace> = { hold: () => letGo };
    const services = servicesFor({ ...servicesFor().api, listAgents });
    const { call, close } = await connectInProcess(services, { placeOf: () => place as CallPlace });
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const gone = new AbortController();
    const answer = call("list_telzino_agents", {}, { signal: gone.signal });
    await expect.poll(() => asked).toBe(1);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(letGo).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(letGo).toHaveBeenCalled();
    await close();
  });
});
