import type { Command } from "commander";

/** The flags of `http`. What they may be is read by `config-http.ts`. */
export function describeHttp(program: Command): Command {
  return program
    .command("http")
    .description("serve over Streamable HTTP, for many users at the same time; ends on SIGTERM")
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "port to listen on, 0 for any free one (default: 3000)")
    .option("--public-url <url>", "address as clients see it, without /mcp")
    .option(
      "--page-name <text>",
      "who asks for the password, shown on its page (default: the public URL's host)",
    )
    .option("--page-note <text>", "a note from them, on the same page")
    .option("--no-auth", "let in anyone who can reach the port; only on loopback")
    .option("--tenants <path>", "file of tenants: who has access, and to which Telzino account")
    .option("--sessions", "keep sessions, for clients that can put a question to their user")
    .option("--oauth-issuer <url>", "accept access tokens from this OAuth 2.1 authorization server")
    .option("--oauth-jwks-url <url>", "its keys (default: from its metadata)")
    .option("--oauth-audience <text>", "audience of the tokens (default: the public URL)")
    .option("--oauth-principal-claim <claim>", "claim that names the caller (default: sub)")
    .option("--allow-origin <origins>", "comma-separated web origins that may call")
    .option("--allow-host <hosts>", "comma-separated further values of the Host header")
    .option("--trust-proxy <networks>", "proxies whose X-Forwarded headers count, in CIDR form")
    .option("--allow-target <networks>", "networks that a diagnosis may contact even if they are not public")
    .option("--tls-cert <path>", "certificate chain, PEM; with --tls-key")
    .option("--tls-key <path>", "private key, PEM")
    .option(
      "--redis-url <url>",
      "Redis or Valkey in which replicas share limits and locks, without a password",
    )
    .option("--max-calls <n>", "concurrent calls (default: 256)")
    .option("--limit-calls <n>", "calls by one caller per minute (default: 600)")
    .option("--limit-writes <n>", "of these, calls that change something (default: 20)")
    .option("--limit-probes <n>", "of these, diagnoses (default: 10)")
    .option("--metrics-port <port>", "port of a separate listener for /metrics (default: none)")
    .option("--metrics-agents <seconds>", "how often to read all agents for their gauges (default: never)")
    .option("--grace-seconds <n>", "how long calls may continue after SIGTERM (default: 30)");
}
