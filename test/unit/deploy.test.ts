import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { NAME, VERSION } from "../../src/base/version.js";
import { routesBelow } from "../../src/hosting/front/routes.js";
import { container, deployed, pod, portOf, ROOT, settingsOf } from "../support/deploy.js";

/** What of the image, the compose file and the proxies' examples can be checked without running them. */

const routeOf = routesBelow(undefined);

interface Service {
  image: string;
  command: string[];
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  volumes?: string[];
  ports?: string[];
}
const compose = parse(deployed("compose.yaml"), { merge: true }) as { services: Record<string, Service> };

describe("compose.yaml", () => {
  it.each(Object.entries(compose.services))("%s can write nowhere and has no rights", (_name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
  });

  it("starts three replicas with flags that the server takes, which nginx knows by name and port", () => {
    const replicas = Object.entries(compose.services).filter(([name]) => name.startsWith("mcp-"));
    const upstreams = [...deployed("nginx.conf").matchAll(/^\s*server (mcp-\d):(\d+) /gm)];
    expect(upstreams.map(([, name]) => name)).toEqual(replicas.map(([name]) => name));
    for (const [, service] of replicas) {
      const args = service.command.map((flag) => flag.replace(/\$\{PUBLIC_URL:-(.*)\}/, "$1"));
      const settings = settingsOf(args);
      expect(upstreams.map(([, , port]) => Number(port))).toEqual([1, 2, 3].map(() => settings.port));
      expect(service.volumes).toEqual([`./tenants.json:${settings.tenantsFile}:ro`]);
    }
    expect(compose.services.nginx?.ports).toEqual(["8080:8080"]);
    expect(deployed("nginx.conf")).toMatch(/^ {4}listen 8080;$/m);
  });
});

describe("images", () => {
  const images = [
    container.image,
    ...Object.values(compose.services).map(({ image }) => image),
    ...[...deployed("Dockerfile").matchAll(/^FROM (\S+)/gm)].map(([, image = ""]) => image),
  ];

  it.each([...new Set(images)])("%s has a version", (image) => {
    expect(image).toMatch(/^[a-z./-]+:\d+\.\d+[\w.-]*$/);
  });

  it("of this server have its version", () => {
    const own = images.filter((image) => image.startsWith("telzino-sip-mcp:"));
    expect(new Set(own)).toEqual(new Set([`telzino-sip-mcp:${VERSION}`]));
    expect(deployed("kubernetes/kustomization.yaml")).toContain(`newTag: ${VERSION}\n`);
  });
});

describe("the Dockerfile", () => {
  const lines = deployed("Dockerfile").replaceAll("\\\n", " ").split("\n");
  const values = (word: string) =>
    lines
      .filter((line) => line.trimStart().startsWith(`${word} `))
      .map((line) => line.trim().slice(word.length + 1));
  const last = lines.findLastIndex((line) => line.startsWith("FROM "));

  it("ends as a user who is not root, the manifests' one, by number", () => {
    const [uid = "", gid = ""] = values("USER").at(-1)?.split(":") ?? [];
    expect(pod.securityContext).toMatchObject({ runAsUser: Number(uid), runAsGroup: Number(gid) });
    expect(Number(uid)).toBeGreaterThan(0);
    expect(lines.findLastIndex((line) => line.startsWith("USER "))).toBeGreaterThan(last);
  });

  it("starts the server without a shell, on the ports that it exposes", () => {
    const [entry, command] = [values("ENTRYPOINT"), values("CMD")].map(([text = ""]) => JSON.parse(text));
    expect(entry).toEqual(["node", "/app/dist/cli.js"]);
    const settings = settingsOf([
      ...command,
      "--tenants=tenants.json",
      "--public-url=https://sip.example.com",
    ]);
    expect(values("EXPOSE")).toEqual([`${settings.port} ${portOf("metrics")}`]);
    expect(settings).toMatchObject({ host: "0.0.0.0", port: portOf("http") });
  });

  it("looks after its health without a shell, at a path that there is", () => {
    const [, command = "[]"] = values("HEALTHCHECK")[0]?.split(" CMD ") ?? [];
    const [program, , script = ""] = JSON.parse(command) as string[];
    expect(program).toBe("node");
    const url = new URL(/'(http:[^']+)'/.exec(script)?.[1] ?? "");
    expect([Number(url.port), routeOf(url.pathname)]).toEqual([portOf("http"), "health"]);
  });

  it("labels the image with this version and the package's licence", () => {
    const label = (name: string) =>
      new RegExp(`image\\.${name}="([^"]*)"`).exec(values("LABEL")[0] ?? "")?.[1];
    expect([label("title"), label("version"), label("licenses")]).toEqual([NAME, VERSION, "MIT"]);
  });

  it("adds nothing from elsewhere, and takes no packages along", () => {
    expect(values("ADD")).toEqual([]);
    const taken = lines.slice(last).filter((line) => line.startsWith("COPY"));
    expect(taken.every((line) => line.includes("--from=build") && !line.includes("node_modules"))).toBe(true);
  });

  it("copies what the build's context holds", () => {
    const context = readFileSync(join(ROOT, ".dockerignore"), "utf8").match(/(?<=^!).+$/gm) ?? [];
    const copied = lines.slice(0, last).filter((line) => line.startsWith("COPY "));
    const sources = copied.flatMap((line) => line.split(" ").slice(1, -1));
    expect(sources.toSorted()).toEqual(context.toSorted());
  });
});

describe("the proxies' examples", () => {
  it("hold no event back, wait longer than the server, and repeat no POST", () => {
    const nginx = deployed("nginx.conf").replace(/^\s*#.*$/gm, "");
    expect(nginx).toMatch(/proxy_buffering off;/);
    expect(nginx).toMatch(/proxy_read_timeout 150s;/);
    expect(nginx).toMatch(/proxy_next_upstream error timeout;/);
    expect(nginx).not.toMatch(/non_idempotent/);
    expect(deployed("Caddyfile")).toMatch(/flush_interval -1\n/);
  });
});
