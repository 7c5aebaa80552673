import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import type { ProxySettings } from "../../../src/telzino/dispatcher.js";
import { type ApiStub, json, startApiStub } from "../../support/api-stub.js";
import {
  type ConnectProxy,
  type ConnectProxyOptions,
  startConnectProxy,
} from "../../support/connect-proxy.js";
import { failure, PATIENT, quickClient } from "../../support/telzino-client.js";

let stub: ApiStub;
let proxy: ConnectProxy | undefined;
let client: TelzinoClient | undefined;

beforeEach(async () => {
  stub = await startApiStub();
  stub.script("GET /v1/agents", json(200, { data: [] }));
});

afterEach(async () => {
  await client?.close();
  await proxy?.close();
  await stub.close();
});

async function startProxy(options?: ConnectProxyOptions): Promise<ConnectProxy> {
  proxy = await startConnectProxy(options);
  return proxy;
}

function through(settings: ProxySettings, apiUrl = stub.url): TelzinoClient {
  client = quickClient(apiUrl, { proxy: settings, retry: { tries: 1, totalMs: 2_000 } });
  return client;
}

describe("a proxy", () => {
  it("carries every call through a tunnel", async () => {
    const { url, targets, plainRequests } = await startProxy();
    const api = through({ httpProxy: url });
    await api.listAgents({});
    await api.listAgents({});
    expect(new Set(targets)).toEqual(new Set([stub.url.host]));
    expect(stub.requests).toHaveLength(2);
    expect(stub.requests[0]?.headers.host).toBe(stub.url.host);
    expect(plainRequests()).toBe(0);
  });

  it("is taken without a scheme, as curl takes it", async () => {
    const { url, targets } = await startProxy();
    await through({ httpProxy: new URL(url).host }).listAgents({});
    expect(targets).toEqual([stub.url.host]);
  });

  it("for https sees a tunnel to the API and TLS inside it, never the token", async () => {
    const { url, targets, firstBytes } = await startProxy({ to: stub.url });
    const error = await failure(
      through({ httpsProxy: url }, new URL("https://api.telzino.test")).listAgents({}),
    );
    expect(error.code).toBe("unreachable");
    expect(targets).toEqual(["api.telzino.test:443"]);
    const hello = firstBytes[0] ?? Buffer.alloc(0);
    expect([...hello.subarray(0, 2)]).toEqual([0x16, 0x03]);
    expect(hello.toString("latin1")).toContain("api.telzino.test");
    expect(hello.toString("latin1")).not.toContain("static-token");
    expect(stub.requests).toEqual([]);
  });

  it("is passed by for the hosts of NO_PROXY", async () => {
    const { url, targets } = await startProxy();
    await through({ httpProxy: url, noProxy: "pbx.local, 127.0.0.1" }).listAgents({});
    expect(targets).toEqual([]);
    expect(stub.requests).toHaveLength(1);
  });

  it("that is set for https alone is not used for http", async () => {
    const { url, targets } = await startProxy();
    await through({ httpsProxy: url }).listAgents({});
    expect(targets).toEqual([]);
  });

  it("in the environment is none of the client's business", async () => {
    const { url, targets } = await startProxy();
    const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = url;
    try {
      await through({}).listAgents({});
    } finally {
      names.forEach((name, index) => {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      });
    }
    expect(targets).toEqual([]);
    expect(stub.requests).toHaveLength(1);
  });

  it("gets its user and password, and no error shows them", async () => {
    const { url, authorizations } = await startProxy({ refuseWith: 407 });
    const address = url.replace("//", "//proxy-user:proxy-pass@");
    const error = await failure(through({ httpProxy: address }).listAgents({}));
    expect(authorizations).toEqual([`Basic ${Buffer.from("proxy-user:proxy-pass").toString("base64")}`]);
    expect(error.code).toBe("unreachable");
    expect(error.message).toContain("the proxy refused to connect (HTTP 407)");
    expect(`${error.stack}${error.cause}`).not.toContain("proxy-pass");
  });

  it("that never answers is given up", async () => {
    const { url, targets } = await startProxy({ silent: true });
    const error = await failure(through({ httpProxy: url }).listAgents({}));
    expect(error.code).toBe("timeout");
    expect(targets).toHaveLength(1);
  });

  it("that never answers does not hold up an abort", async () => {
    const { url, targets } = await startProxy({ silent: true });
    const reason = new Error("cancelled");
    const controller = new AbortController();
    client = quickClient(stub.url, { proxy: { httpProxy: url }, ...PATIENT });
    const call = client.listAgents({}, { signal: controller.signal });
    const rejected = expect(call).rejects.toBe(reason);
    await vi.waitUntil(() => targets.length === 1, { interval: 5 });
    controller.abort(reason);
    await rejected;
  });

  it("that is not there is named in the error", async () => {
    const { url, close } = await startProxy();
    await close();
    const error = await failure(through({ httpProxy: url }).listAgents({}));
    expect(error.code).toBe("unreachable");
    expect(error.message).toContain(`(ECONNREFUSED, 127.0.0.1 port ${new URL(url).port})`);
  });

  it("whose address can't be read is reported without the address", async () => {
    const error = await failure(through({ httpProxy: "http://user:canary@:notaport" }).listAgents({}));
    expect(error.code).toBe("unreachable");
    expect(error.message).toBe("The address of the proxy (HTTPS_PROXY, HTTP_PROXY) can't be read");
    expect(`${error.stack}${error.cause}`).not.toContain("canary");
  });
});
