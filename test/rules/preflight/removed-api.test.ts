import { describe, expect, test } from "vitest";
import { apiRemovals, apiVersionOf } from "../../../src/facts/api-removals.ts";
import { newestMinor } from "../../../src/facts/releases.ts";
import { type ApiObject, object } from "../../support/objects.ts";
import { annotated, clusterAt, findingsAt, nodeAt } from "../../support/versions.ts";

const rule = "removed-api";

/** A manifest: nothing of it was ever in a cluster. */
function manifest(apiVersion: string, kind: string, name: string, body: ApiObject = {}): ApiObject {
  return { apiVersion, kind, metadata: { name, namespace: "shop" }, ...body };
}

const spec = { spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 1 } };
const oldBudget = manifest("policy/v1beta1", "PodDisruptionBudget", "web", spec);
const liveBudget = object("policy/v1beta1", "PodDisruptionBudget", "shop/web", spec);
const lastApplied = (apiVersion: string) => ({
  "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
    apiVersion,
    kind: "PodDisruptionBudget",
  }),
});

function said(version: string, made: ApiObject, to?: string) {
  const cluster = clusterAt(version, nodeAt("node-1", version), made);
  return findingsAt(cluster, rule, to).map(({ severity, subject, data }) => [
    severity,
    subject,
    data["minor"],
  ]);
}

describe("a manifest", () => {
  const subject = "policy/v1beta1/PodDisruptionBudget";

  test("of a version that the cluster does not serve is refused", () => {
    expect(said("v1.24.0", oldBudget)).toEqual([]);
    expect(said("v1.25.0", oldBudget)).toEqual([["error", subject, "1.25"]]);
    expect(said("v1.29.0", oldBudget)).toEqual([["error", subject, "1.29"]]);
  });

  test("of a version that goes on the way: at which minor, and what to use", () => {
    expect(said("v1.22.0", oldBudget, "v1.24.0")).toEqual([]);
    expect(said("v1.22.0", oldBudget, "v1.26.0")).toEqual([["error", subject, "1.25"]]);
    const cluster = clusterAt("v1.22.0", nodeAt("node-1", "v1.22.0"), oldBudget);
    const [found] = findingsAt(cluster, rule, "v1.26.0");
    expect(found).toMatchObject({
      message:
        "1 object (shop/web) is in a version that 1.25, on the way to 1.26, does not serve: policy/v1 replaces it, since 1.21",
      data: { replacement: "policy/v1", availableSince: "1.21", removedIn: "1.25" },
    });
    expect(found!.details[0]).toMatch(/^To apply 1 manifest is refused: shop\/web \(test\.yaml:\d+\)\.$/);
  });

  test("whose replacement the cluster does not serve yet: when there is time to move", () => {
    const cluster = clusterAt("v1.20.0", nodeAt("node-1", "v1.20.0"), oldBudget);
    expect(findingsAt(cluster, rule, "v1.25.0")[0]!.details).toContain(
      "1.20 does not serve the replacement yet: the time to move is from 1.21 on and before 1.25.",
    );
  });

  test("that is newer than the cluster is refused too, until the target serves it", () => {
    const budget = manifest("policy/v1", "PodDisruptionBudget", "web", spec);
    expect(said("v1.20.0", budget)).toEqual([["error", "policy/v1/PodDisruptionBudget", "1.20"]]);
    expect(said("v1.20.0", budget, "v1.21.0")).toEqual([]);
  });
});

describe("an object of a cluster", () => {
  test("that was only read in it stays: a warning", () => {
    expect(said("v1.24.0", liveBudget, "v1.25.0")).toEqual([
      ["warning", "policy/v1beta1/PodDisruptionBudget", "1.25"],
    ]);
  });

  test("that was also applied in it is applied again some day: an error", () => {
    expect(said("v1.24.0", annotated(liveBudget, lastApplied("policy/v1beta1")), "v1.25.0")).toEqual([
      ["error", "policy/v1beta1/PodDisruptionBudget", "1.25"],
    ]);
  });

  test("a ghost in last-applied is information", () => {
    const live = object("policy/v1", "PodDisruptionBudget", "shop/web", spec);
    expect(said("v1.24.0", annotated(live, lastApplied("policy/v1beta1")), "v1.25.0")).toEqual([
      ["info", "last-applied/policy/v1beta1/PodDisruptionBudget", "1.25"],
    ]);
    expect(said("v1.24.0", annotated(live, lastApplied("policy/v1beta1")))).toEqual([]);
  });

  test("that the cluster writes by itself says nothing of anybody's manifests", () => {
    const slice = object("discovery.k8s.io/v1beta1", "EndpointSlice", "shop/web-1", {
      addressType: "IPv4",
      endpoints: [],
    });
    expect(said("v1.24.0", slice, "v1.25.0")).toEqual([]);
  });
});

describe("autoscalers and webhooks", () => {
  const autoscaler = (apiVersion: string) =>
    object("autoscaling/v1", "HorizontalPodAutoscaler", "shop/web", {
      spec: { scaleTargetRef: { apiVersion, kind: "Deployment", name: "web" }, maxReplicas: 3 },
    });

  test("a target is looked up by group and kind: only a group that is gone is lost", () => {
    expect(said("v1.15.0", autoscaler("extensions/v1beta1"), "v1.16.0")).toEqual([
      ["error", "shop/HorizontalPodAutoscaler/web", "1.16"],
    ]);
    expect(said("v1.15.0", autoscaler("apps/v1beta1"), "v1.16.0")).toEqual([]);
  });

  test("a webhook that asks only about a group that is gone", () => {
    const webhook = (apiGroups: readonly string[]) =>
      object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard", {
        webhooks: [
          {
            name: "ingress.example.com",
            clientConfig: { url: "https://guard.example.com" },
            rules: [{ operations: ["CREATE"], apiGroups, apiVersions: ["*"], resources: ["ingresses"] }],
          },
        ],
      });
    expect(said("v1.21.0", webhook(["extensions"]), "v1.22.0")).toEqual([
      ["info", "ValidatingWebhookConfiguration/guard/ingress.example.com", "1.22"],
    ]);
    expect(said("v1.21.0", webhook(["extensions", "networking.k8s.io"]), "v1.22.0")).toEqual([]);
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

  test("custom resource definitions, certificate requests and the like are counted by name", () => {
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1beta1",
      kind: "CustomResourceDefinition",
      metadata: { name: "x" },
    };
    expect(said("v1.21.0", crd, "v1.22.0")).toEqual([
      ["warning", "apiextensions.k8s.io/v1beta1/CustomResourceDefinition", "1.22"],
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
