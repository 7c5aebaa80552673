import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { parseAllDocuments } from "yaml";
import { describeHttp } from "../../src/commands/http/flags.js";
import { type HttpSettings, readHttpSettings } from "../../src/config/http.js";

export const ROOT = dirname(dirname(import.meta.dirname));

/** A file of `deploy/`. */
export function deployed(name: string): string {
  return readFileSync(join(ROOT, "deploy", name), "utf8");
}

interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  image: string;
  args: string[];
  ports: { name: string; containerPort: number }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
  lifecycle: { preStop: { exec: { command: [string, string] } } };
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  volumeMounts: { name: string; mountPath: string }[];
}
interface Pod {
  enableServiceLinks: boolean;
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds: number;
  securityContext: { runAsUser: number };
  topologySpreadConstraints: { labelSelector: object }[];
  containers: [Container];
}
export interface Resource {
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  data: Record<string, string>;
  spec: {
    selector: Record<string, unknown>;
    template: { metadata: { labels: Record<string, string> }; spec: Pod };
    ports: { port: number; targetPort: string }[];
    [key: string]: unknown;
  };
}

/** Names of the files. */
export const kubernetes = readdirSync(join(ROOT, "deploy/kubernetes"));
export const documents = kubernetes
  .filter((name) => name !== "kustomization.yaml")
  .flatMap((name) => parseAllDocuments(deployed(`kubernetes/${name}`)));
export const resources = documents.map((document) => document.toJS() as Resource);
export const named = (kind: string, name = "telzino-sip-mcp"): Resource => {
  const found = resources.find((resource) => resource.kind === kind && resource.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
};

/** What runs in Kubernetes. */
export const pod = named("Deployment").spec.template.spec;
export const container = pod.containers[0];

/** @returns `undefined` where the pod has no port of that name. */
export function portOf(name: string): number | undefined {
  return container.ports.find((port) => port.name === name)?.containerPort;
}

/** What the server makes of a command line. @throws ConfigError, and what the parser says of unknown flags. */
export function settingsOf([command, ...flags]: readonly string[]): HttpSettings {
  if (command !== "http") throw new Error(`not the hosted server: ${command}`);
  return readHttpSettings(describeHttp(new Command()).exitOverride().parse(flags, { from: "user" }).opts());
}
