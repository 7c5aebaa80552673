import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { routesBelow } from "../../src/hosting/front/routes.js";
import { readTenantsFile } from "../../src/hosting/tenants/file.js";
import {
  container,
  deployed,
  documents,
  kubernetes,
  named,
  pod,
  portOf,
  resources,
  settingsOf,
} from "../support/deploy.js";
import { Folder } from "../support/hosting.js";

/** What of the Kubernetes manifests can be checked without a cluster: that they agree, and the rules that keep them safe. */

const LABELS = { "app.kubernetes.io/name": "telzino-sip-mcp" };
const routeOf = routesBelow(undefined);
const { template } = named("Deployment").spec;
const folder = new Folder();
afterAll(() => folder.remove());

describe("the Kubernetes manifests", () => {
  it("are YAML without errors, and all in the kustomization", () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    const listed = (parse(deployed("kubernetes/kustomization.yaml")) as { resources: string[] }).resources;
    expect([...listed, "kustomization.yaml"].toSorted()).toEqual(kubernetes.toSorted());
  });

  it("run as no one in particular, on a file system that cannot be written", () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    expect(container).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(named("Namespace").metadata.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
    });
  });

  it("keep the variables of Kubernetes' services away, which the server would refuse", () => {
    expect(pod.enableServiceLinks).toBe(false);
  });

  it("start the server with flags that it takes, and listen where the ports say", () => {
    const settings = settingsOf(container.args);
    expect(settings.port).toBe(portOf("http"));
    expect(settings.metricsPort).toBe(portOf("metrics"));
    const [mount] = container.volumeMounts;
    expect(settings.tenantsFile).toBe(`${mount?.mountPath}/${Object.keys(named("ConfigMap").data)[0]}`);
    const pause = Number(container.lifecycle.preStop.exec.command[1]);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(pause + settings.graceMs / 1_000);
  });

  it("have a tenants file that can be read, and no secret", () => {
    const path = folder.write("tenants.json", named("ConfigMap").data["tenants.json"]);
    expect(readTenantsFile(path, () => "value").tenants).toHaveLength(1);
    expect(resources.map(({ kind }) => kind)).not.toContain("Secret");
  });

  it("probe paths that there are", () => {
    expect(routeOf(container.startupProbe.httpGet.path)).toBe("health");
    expect(routeOf(container.livenessProbe.httpGet.path)).toBe("health");
    expect(routeOf(container.readinessProbe.httpGet.path)).toBe("ready");
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(probe.httpGet.port).toBe("http");
    }
  });

  it("mean the same pods everywhere, and ports that these have", () => {
    expect(template.metadata.labels).toEqual(LABELS);
    expect(named("Deployment").spec.selector).toEqual({ matchLabels: LABELS });
    expect(named("PodDisruptionBudget").spec.selector).toEqual({ matchLabels: LABELS });
    expect(named("NetworkPolicy").spec.podSelector).toEqual({ matchLabels: LABELS });
    for (const { labelSelector } of pod.topologySpreadConstraints) {
      expect(labelSelector).toEqual({ matchLabels: LABELS });
    }
    for (const name of ["telzino-sip-mcp", "telzino-sip-mcp-metrics"]) {
      const { selector, ports } = named("Service", name).spec;
      expect(selector).toEqual(LABELS);
      for (const { targetPort } of ports) expect(portOf(targetPort)).toBeGreaterThan(0);
    }
    const ingress = named("NetworkPolicy").spec.ingress as { ports: { port: string }[] }[];
    expect(ingress.flatMap(({ ports }) => ports.map(({ port }) => portOf(port)))).toEqual([3000, 9464]);
  });

  it("leave replicas when one is drained, and let one be drained", () => {
    const scaling = named("HorizontalPodAutoscaler").spec as unknown as Record<string, number>;
    const { maxUnavailable } = named("PodDisruptionBudget").spec as unknown as Record<string, number>;
    expect(maxUnavailable).toBeGreaterThan(0);
    expect(Number(scaling.minReplicas) - Number(maxUnavailable)).toBeGreaterThan(1);
    expect(scaling.scaleTargetRef).toMatchObject({ kind: "Deployment", name: "telzino-sip-mcp" });
  });

  it("say what a pod needs and may take", () => {
    expect(container.resources.requests).toEqual({ cpu: expect.any(String), memory: expect.any(String) });
    expect(container.resources.limits.memory).toMatch(/^\d+Mi$/);
  });

  it("let packets out to public addresses alone", () => {
    const policy = JSON.stringify(named("NetworkPolicy").spec.egress);
    for (const network of [
      "10.0.0.0/8",
      "172.16.0.0/12",
      "192.168.0.0/16",
      "169.254.0.0/16",
      "127.0.0.0/8",
    ]) {
      expect(policy).toContain(network);
    }
    expect(policy).not.toContain('"::/0"');
  });
});
