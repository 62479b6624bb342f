import { describe, expect, test } from "vitest";
import { apiRemovals, apiVersionOf } from "../../../src/facts/api-removals.ts";
import { newestMinor } from "../../../src/facts/releases.ts";
import { type ApiObject, object } from "../../support/objects.ts";
import {
  budgetSpec,
  lastApplied,
  liveBudget,
  manifest,
  oldBudget,
  removedSaid,
} from "../../support/removed-apis.ts";
import { annotated, clusterAt, findingsAt, nodeAt } from "../../support/versions.ts";

const rule = "removed-api";

describe("a manifest", () => {
  const subject = "policy/v1beta1/PodDisruptionBudget";

  test("of a version that the cluster does not serve is refused", () => {
    expect(removedSaid("v1.24.0", oldBudget)).toEqual([]);
    expect(removedSaid("v1.25.0", oldBudget)).toEqual([["error", subject, "1.25"]]);
    expect(removedSaid("v1.29.0", oldBudget)).toEqual([["error", subject, "1.29"]]);
  });

  test("of a version that goes on the way: at which minor, and what to use", () => {
    expect(removedSaid("v1.22.0", oldBudget, "v1.24.0")).toEqual([]);
    expect(removedSaid("v1.22.0", oldBudget, "v1.26.0")).toEqual([["error", subject, "1.25"]]);
    const cluster = clusterAt("v1.22.0", nodeAt("node-1", "v1.22.0"), oldBudget);
    const [found] = findingsAt(cluster, rule, "v1.26.0");
    expect(found).toMatchObject({
      message:
        "1 object (shop/web) is in a version that 1.25, on the way to 1.26, does not serve: policy/v1 replaces it, since 1.21",
      data: { replacement: "policy/v1", availableSince: "1.21", removedIn: "1.25" },
    });
    expect(found!.details[0]).toMatch(
      /^To apply 1 manifest is refused: shop\/web \(test\.yaml:\d+, document 2\)\.$/,
    );
  });

  test("whose replacement the cluster does not serve yet: when there is time to move", () => {
    const cluster = clusterAt("v1.20.0", nodeAt("node-1", "v1.20.0"), oldBudget);
    expect(findingsAt(cluster, rule, "v1.25.0")[0]!.details).toContain(
      "1.20 does not serve the replacement yet: the time to move is from 1.21 on and before 1.25.",
    );
  });

  test("that is newer than the cluster is refused too, until the target serves it", () => {
    const budget = manifest("policy/v1", "PodDisruptionBudget", "web", budgetSpec);
    expect(removedSaid("v1.20.0", budget)).toEqual([["error", "policy/v1/PodDisruptionBudget", "1.20"]]);
    expect(removedSaid("v1.20.0", budget, "v1.21.0")).toEqual([]);
  });
});

describe("an object of a cluster", () => {
  test("that was only read in it stays: a warning", () => {
    expect(removedSaid("v1.24.0", liveBudget, "v1.25.0")).toEqual([
      ["warning", "policy/v1beta1/PodDisruptionBudget", "1.25"],
    ]);
  });

  test("that was also applied in it is applied again some day: an error", () => {
    expect(removedSaid("v1.24.0", annotated(liveBudget, lastApplied("policy/v1beta1")), "v1.25.0")).toEqual([
      ["error", "policy/v1beta1/PodDisruptionBudget", "1.25"],
    ]);
  });

  test("a ghost in last-applied is information", () => {
    const live = object("policy/v1", "PodDisruptionBudget", "shop/web", budgetSpec);
    expect(removedSaid("v1.24.0", annotated(live, lastApplied("policy/v1beta1")), "v1.25.0")).toEqual([
      ["info", "last-applied/policy/v1beta1/PodDisruptionBudget", "1.25"],
    ]);
    expect(removedSaid("v1.24.0", annotated(live, lastApplied("policy/v1beta1")))).toEqual([]);
  });

  test("that the cluster writes by itself says nothing of anybody's manifests", () => {
    const slice = object("discovery.k8s.io/v1beta1", "EndpointSlice", "shop/web-1", {
      addressType: "IPv4",
      endpoints: [],
    });
    expect(removedSaid("v1.24.0", slice, "v1.25.0")).toEqual([]);
  });
});

describe("kinds that are not read", () => {
  const ingress = (name: string, more: ApiObject = {}) => ({
    apiVersion: "extensions/v1beta1",
    kind: "Ingress",
    metadata: { name, namespace: "shop", ...more },
  });

  test("manifests are named with file, line and document", () => {
    const cluster = clusterAt("v1.21.0", nodeAt("node-1", "v1.21.0"), ingress("web"), ingress("api"));
    expect(findingsAt(cluster, rule, "v1.22.0")).toMatchObject([
      {
        severity: "error",
        message:
          "2 objects (shop/web and shop/api) are in a version that 1.22 does not serve: networking.k8s.io/v1 replaces it, since 1.19",
        data: {
          places: [
            { file: "test.yaml", line: 1, document: 2, namespace: "shop", name: "web" },
            { file: "test.yaml", line: 1, document: 3, namespace: "shop", name: "api" },
          ],
        },
      },
    ]);
  });

  test("objects of a cluster were read or applied in it, as others are", () => {
    const live = ingress("web", { creationTimestamp: "2024-01-01T00:00:00Z" });
    expect(removedSaid("v1.21.0", live, "v1.22.0")).toEqual([
      ["warning", "extensions/v1beta1/Ingress", "1.22"],
    ]);
    const applied = {
      ...live,
      metadata: { ...live.metadata, annotations: lastApplied("extensions/v1beta1") },
    };
    expect(removedSaid("v1.21.0", applied, "v1.22.0")).toEqual([
      ["error", "extensions/v1beta1/Ingress", "1.22"],
    ]);
    const ghost = { ...applied, apiVersion: "networking.k8s.io/v1" };
    expect(removedSaid("v1.21.0", ghost, "v1.22.0")).toEqual([
      ["info", "last-applied/extensions/v1beta1/Ingress", "1.22"],
    ]);
  });

  test("manifests in a version that is off by default", () => {
    const slice = manifest("resource.k8s.io/v1beta1", "DeviceClass", "gpu");
    expect(removedSaid("v1.32.0", slice)).toEqual([
      ["warning", "resource.k8s.io/v1beta1/DeviceClass", "1.32"],
    ]);
    expect(
      removedSaid("v1.25.0", manifest("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "x"), "v1.26.0"),
    ).toEqual([]);
    expect(
      removedSaid("v1.23.0", manifest("policy/v1beta1", "PodDisruptionBudget", "web", budgetSpec)),
    ).toEqual([]);
  });

  test("kubeadm's configuration in a version that its next minor does not read", () => {
    const config = { apiVersion: "kubeadm.k8s.io/v1beta2", kind: "ClusterConfiguration" };
    expect(removedSaid("v1.26.0", config, "v1.27.0")).toEqual([
      ["warning", "kubeadm.k8s.io/v1beta2/ClusterConfiguration", "1.27"],
    ]);
    expect(removedSaid("v1.25.0", config, "v1.26.0")).toEqual([]);
  });
});

describe("every row of the facts, by kinds that Seatrial does not read", () => {
  // Kinds that the reader knows or drops are objects with fields of their own: the tests above are about them.
  const rows = apiRemovals.flatMap((row) =>
    row.kinds.map((kind) => ({ apiVersion: apiVersionOf(row), kind, removed: row.removed, row })),
  );

  test.each(rows)("$apiVersion $kind", ({ apiVersion, kind, removed, row }) => {
    if (kind === "PodSecurityPolicy" && !row.replacement) return;
    const at = (minor: number) => {
      const version = `v1.${minor}.0`;
      const base = clusterAt(version, nodeAt("node-1", version));
      const cluster = { ...base, unknownKinds: [{ apiVersion, kind, count: 2 }] };
      return findingsAt(cluster, rule).map(({ subject }) => subject);
    };
    const isOwn = ["CSINode", "CSIStorageCapacity", "CertificateSigningRequest", "ControllerRevision"].concat(
      ["EndpointSlice", "Event", "FlowSchema", "IPAddress", "Lease", "LeaseCandidate"],
      ["PriorityLevelConfiguration", "ResourceSlice", "VolumeAttachment"],
    );
    expect(at(removed - 1)).toEqual([]);
    expect(at(removed)).toEqual(isOwn.includes(kind) ? [] : [`${apiVersion}/${kind}`]);
    expect(removed <= newestMinor || removed - newestMinor < 10).toBe(true);
  });

  test("custom resource definitions, certificate requests and the like are manifests like others", () => {
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1beta1",
      kind: "CustomResourceDefinition",
      metadata: { name: "x" },
    };
    expect(removedSaid("v1.21.0", crd, "v1.22.0")).toEqual([
      ["error", "apiextensions.k8s.io/v1beta1/CustomResourceDefinition", "1.22"],
    ]);
  });
});

test("kinds that are only counted are manifests where the cluster is made from manifests", () => {
  const base = clusterAt("v1.25.0", nodeAt("node-1", "v1.25.0"));
  const unknownKinds = [{ apiVersion: "extensions/v1beta1", kind: "Ingress", count: 1 }];
  const severities = [false, true].flatMap((isGenerated) =>
    findingsAt({ ...base, unknownKinds, isGenerated }, rule).map(({ severity }) => severity),
  );
  expect(severities).toEqual(["warning", "error"]);
});

test("a cluster of unknown version is judged at its target alone", () => {
  const cluster = { ...clusterAt("v1.30.0", nodeAt("node-1", "v1.30.0"), oldBudget), version: "" };
  expect(findingsAt(cluster, rule)).toEqual([]);
  expect(findingsAt(cluster, rule, "v1.26.0").map(({ data }) => data["minor"])).toEqual(["1.26"]);
});
