import { expect } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import { PlainBrowser } from "../../support/hosted-pages.js";
import { Folder, madeToken, PUBLIC_URL } from "../../support/hosting.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";
import { PASSWORD, type Pbx } from "./whole-way.js";

/** Our own hosted server, for one tenant whose account is a sandbox. */
export interface HostedServer {
  url: string;
  token: string;
  pbx: Pbx;
  sandbox: Sandbox;
  /** Opens the page at that address in a browser and types the password. */
  enter(url: string): Promise<void>;
  close(): Promise<void>;
}

export async function startHosted(): Promise<HostedServer> {
  const sandbox = await startSandbox({});
  const folder = new Folder();
  const { token, entry } = madeToken("bot");
  const secret = folder.write("secret", sandbox.clientSecret.reveal());
  const tenant = {
    credentials: { clientId: sandbox.clientId, clientSecretFile: secret },
    apiUrl: sandbox.apiUrl,
    tokens: [entry],
  };
  const file = folder.write("tenants.json", { tenants: { acme: tenant } });
  const flags = ["--public-url", PUBLIC_URL, "--allow-host", "127.0.0.1", "--tenants", file];
  const server: SpawnedHttp = await spawnHttp(flags);
  return {
    ...{ url: server.url, token, sandbox },
    pbx: { sipDomain: sandbox.sipHost, port: sandbox.sipPort },
    async enter(url) {
      expect(url).toContain(PUBLIC_URL);
      const browser = new PlainBrowser(server.base);
      expect((await browser.open(url)).status).toBe(303);
      expect((await browser.enter(url, PASSWORD)).status).toBe(303);
    },
    async close() {
      await server.process.kill();
      await sandbox.close();
      folder.remove();
    },
  };
}
