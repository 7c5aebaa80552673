import { describe, expect, it } from "vitest";
import {
  audiencesOf,
  resourceMetadata,
  resourceMetadataUrl,
  resourceUrl,
} from "../../../../src/hosting/front/resource.js";

describe("the protected resource", () => {
  it("is the MCP endpoint, and its metadata are before the path (RFC 9728 3.1)", () => {
    expect(resourceUrl(new URL("https://a.example")).href).toBe("https://a.example/mcp");
    expect(resourceMetadataUrl(new URL("https://a.example")).href).toBe(
      "https://a.example/.well-known/oauth-protected-resource/mcp",
    );
  });

  it("keeps a path prefix", () => {
    const url = new URL("https://a.example/sip");
    expect(resourceUrl(url).href).toBe("https://a.example/sip/mcp");
    expect(resourceMetadataUrl(url).href).toBe(
      "https://a.example/.well-known/oauth-protected-resource/sip/mcp",
    );
  });

  it("is named in a token as the endpoint or as the server, with a slash at the end or without", () => {
    const server = ["https://a.example/mcp", "https://a.example", "https://a.example/"];
    expect(audiencesOf(new URL("https://a.example"))).toEqual(server);
    expect(audiencesOf(new URL("https://a.example/sip"))).toContain("https://a.example/sip");
  });

  it("says who gives out tokens for it, and which scopes there are", () => {
    expect(resourceMetadata(new URL("https://a.example"), "https://login.example/")).toMatchObject({
      resource: "https://a.example/mcp",
      authorization_servers: ["https://login.example/"],
      scopes_supported: ["sip:read", "sip:write"],
      bearer_methods_supported: ["header"],
    });
  });
});
