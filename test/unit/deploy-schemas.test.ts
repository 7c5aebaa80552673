import { createRequire } from "node:module";
import { validate as problemsOf } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { deployed, named, resources } from "../support/deploy.js";

/** The files of `deploy/` against the published schemas of what reads them. */

const load = createRequire(import.meta.url);

/** @throws what the API's schema says against it. */
function validate(resource: unknown): void {
  const { apiVersion, kind } = resource as { apiVersion: string; kind: string };
  const module = load(`kubernetes-models/${apiVersion}/${kind}`) as Record<
    string,
    new (
      data: unknown,
    ) => { validate(): void }
  >;
  const Model = module[kind];
  if (Model === undefined) throw new Error(`${apiVersion} has no ${kind}`);
  new Model(resource).validate();
}

describe("the Kubernetes manifests", () => {
  it.each(resources.map((resource) => [`${resource.kind} ${resource.metadata.name}`, resource]))(
    "%s is of the API's schema",
    (_name, resource) => {
      expect(() => validate(resource)).not.toThrow();
    },
  );

  it("would be refused with a value of another type", () => {
    const broken = structuredClone(named("Deployment"));
    broken.spec.template.spec.containers[0].ports = "3000" as never;
    expect(() => validate(broken)).toThrow(/ports must be array/);
  });
});

describe("the Dockerfile", () => {
  it("is without faults", () => {
    expect(problemsOf(deployed("Dockerfile"))).toEqual([]);
  });

  it("would be found fault with for an instruction that there is not", () => {
    const broken = deployed("Dockerfile").replace(/^USER /m, "USSER ");
    expect(problemsOf(broken).map(({ message }) => message)).toEqual(["Unknown instruction: USSER"]);
  });
});
