import { afterEach, describe, expect, it } from "vitest";
import { MOST_WATCHED } from "../../../src/audit/agent-watcher.js";
import { TelzinoError } from "../../../src/telzino/errors.js";
import type { RegistrationStatus, TelzinoApi } from "../../../src/telzino/types.js";
import type { Services } from "../../../src/tools/core/context.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";

const UP: RegistrationStatus = { state: "REGISTERED_STATE", isRegistered: true };
const uriOf = (index: number) =>
  `telzino://agents/${String(index).padStart(8, "0")}-1111-4111-8111-111111111111/registration`;

const clients: ConnectedClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

function over(getStatus: TelzinoApi["getStatus"] = async () => UP): Services {
  const { api, ...services } = servicesFor();
  return { ...services, api: { ...api, getStatus } };
}

async function connected(services: Services) {
  const client = await connectInProcess(services, { lasts: true });
  clients.push(client);
  return client;
}

const watched = ({ memory }: Services) => memory.agentWatcher?.size ?? 0;

describe("subscriptions", () => {
  it("are watched once for all connections of an account, and end with each of them", async () => {
    const services = over();
    const [one, other] = [await connected(services), await connected(services)];
    for (const { client } of [one, other]) {
      await client.subscribeResource({ uri: uriOf(1) });
      await client.subscribeResource({ uri: uriOf(1) });
    }
    await one.client.subscribeResource({ uri: uriOf(2) });
    expect(watched(services)).toBe(2);
    await one.client.unsubscribeResource({ uri: uriOf(1) });
    await one.client.unsubscribeResource({ uri: uriOf(1) });
    expect(watched(services)).toBe(2);
    await other.close();
    await expect.poll(() => watched(services)).toBe(1);
    await one.close();
    await expect.poll(() => watched(services)).toBe(0);
  });

  it("end also where the connection goes while one is being made", async () => {
    let answer: (status: RegistrationStatus) => void = () => {};
    const asked: boolean[] = [];
    const services = over(
      () =>
        new Promise((resolve) => {
          asked.push(true);
          answer = resolve;
        }),
    );
    const { client, close } = await connected(services);
    const made = client.subscribeResource({ uri: uriOf(1) });
    await expect.poll(() => asked).toHaveLength(1);
    await close();
    await expect(made).rejects.toThrow();
    answer(UP);
    await new Promise((resolve) => setImmediate(resolve));
    expect(watched(services)).toBe(0);
  });

  it("have a limit, of a connection and of an account", async () => {
    const services = over();
    const [one, other] = [await connected(services), await connected(services)];
    for (let index = 0; index < MOST_WATCHED; index += 1) {
      await one.client.subscribeResource({ uri: uriOf(index) });
    }
    for (const { client } of [one, other]) {
      await expect(client.subscribeResource({ uri: uriOf(MOST_WATCHED) })).rejects.toThrow(/Too many/);
    }
    // Whom someone watches already costs nothing more.
    await other.client.subscribeResource({ uri: uriOf(1) });
    expect(watched(services)).toBe(MOST_WATCHED);
  });

  it("go to what is there: an API that is out says nothing of that", async () => {
    const none = over(() => Promise.reject(new TelzinoError("agent_not_found", "There is no such agent")));
    const { client } = await connected(none);
    await expect(client.subscribeResource({ uri: uriOf(1) })).rejects.toThrow(/-32002.*no such agent/);
    await expect(client.subscribeResource({ uri: "telzino://nothing" })).rejects.toThrow(/No resource/);
    const out = over(() => Promise.reject(new TelzinoError("unreachable", "Out of reach")));
    await (await connected(out)).client.subscribeResource({ uri: uriOf(1) });
    expect([watched(none), watched(out)]).toEqual([0, 1]);
  });
});
