import type { Command } from "commander";

/** The flags of `http`. What they may be is read by `config-http.ts`. */
export function describeHttp(program: Command): Command {
  return program
    .command("http")
    .description("serve over Streamable HTTP, for many users at the same time; ends on SIGTERM")
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "port to listen on, 0 for any free one (default: 3000)")
    .option("--public-url <url>", "address as clients see it, without /mcp")
    .option("--page-name <text>", "who asks, on pages for SIP passwords (default: the public URL's host)")
    .option("--page-note <text>", "a note of theirs, on the same pages")
    .option("--no-auth", "let in everyone who reaches the port; on loopback only")
    .option("--tenants <path>", "file of tenants: who may come in, and with which Telzino account")
    .option("--sessions", "keep sessions, for clients that want to be asked something")
    .option("--oauth-issuer <url>", "take access tokens of this OAuth 2.1 authorization server")
    .option("--oauth-jwks-url <url>", "its keys (default: as its metadata says)")
    .option("--oauth-audience <text>", "audience of the tokens (default: the public URL)")
    .option("--oauth-principal-claim <claim>", "claim that names the caller (default: sub)")
    .option("--allow-origin <origins>", "web pages that may call, separated by commas")
    .option("--allow-host <hosts>", "further values of the Host header, separated by commas")
    .option("--trust-proxy <networks>", "proxies whose X-Forwarded headers count, in CIDR form")
    .option("--allow-target <networks>", "networks that a diagnosis may contact although they are not public")
    .option("--tls-cert <path>", "certificate chain, PEM; with --tls-key")
    .option("--tls-key <path>", "private key, PEM")
    .option(
      "--redis-url <url>",
      "Redis or Valkey in which replicas share limits and locks, without a password",
    )
    .option("--max-calls <n>", "calls at once (default: 256)")
    .option("--limit-calls <n>", "calls of one caller a minute (default: 600)")
    .option("--limit-writes <n>", "of these, calls that change something (default: 20)")
    .option("--limit-probes <n>", "of these, diagnoses (default: 10)")
    .option("--metrics-port <port>", "port of a separate listener for /metrics (default: none)")
    .option("--metrics-agents <seconds>", "how often to read all agents, for gauges of them (default: never)")
    .option("--grace-seconds <n>", "how long calls may continue after SIGTERM (default: 30)");
}
