import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { createLogger, type Logger } from "../../src/base/log.js";
import { type HttpFlags, readHttpSettings } from "../../src/config/http.js";
import { loadConfig } from "../../src/config/index.js";
import { createAuthenticator } from "../../src/hosting/access/authenticator.js";
import { newToken, tokenHash } from "../../src/hosting/tenants/tokens.js";
import type { Authenticator } from "../../src/hosting/types.js";
import { createRedactor, type Redactor } from "../../src/redaction/redactor.js";

export const PUBLIC_URL = "https://sip.example.com";

/** A log of level debug, kept. */
export interface KeptLog {
  log: Logger;
  redactor: Redactor;
  lines: string[];
}

export function keptLog(): KeptLog {
  const lines: string[] = [];
  const redactor = createRedactor();
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk).trimEnd());
      done();
    },
  });
  return { lines, redactor, log: createLogger({ level: "debug", stream, refusal: redactor.refusal }) };
}

/** A token as `telzino-sip-mcp token` makes it, and what the tenants file has of it. */
export function madeToken(
  name: string,
  more: object = {},
): { token: string; entry: Record<string, unknown> } {
  const made = newToken();
  return { token: made.reveal(), entry: { name, sha256: tokenHash(made), ...more } };
}

/** Files in their own folder. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "hosting-"));

  /** @param content text as it is, anything else as JSON. @returns the whole path. */
  write(name: string, content: unknown): string {
    const path = join(this.path, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface OpenedAuthenticator extends KeptLog {
  authenticator: Authenticator;
}

/** An authenticator from flags, as the `http` command makes it. */
export async function openAuthenticator(
  flags: HttpFlags,
  env: Record<string, string> = {},
  kept: KeptLog = keptLog(),
): Promise<OpenedAuthenticator> {
  const config = loadConfig(env);
  const settings = readHttpSettings(flags);
  const authenticator = await createAuthenticator({
    settings,
    config,
    log: kept.log,
    redactor: kept.redactor,
  });
  return { ...kept, authenticator };
}
