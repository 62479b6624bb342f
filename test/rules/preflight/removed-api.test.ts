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
    // The version alone may go: that is information.
    expect(said("v1.15.0", autoscaler("apps/v1beta1"), "v1.16.0")).toEqual([
      ["info", "shop/HorizontalPodAutoscaler/web", "1.16"],
    ]);
    expect(said("v1.15.0", autoscaler("apps/v1"), "v1.16.0")).toEqual([]);
  });

  const rules = (group: string, version: string, resource: string) => ({
    operations: ["CREATE"],
    apiGroups: [group],
    apiVersions: [version],
    resources: [resource],
  });
  const webhook = (asked: readonly ApiObject[], more: ApiObject = {}) =>
    object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard", {
      webhooks: [
        {
          name: "guard.example.com",
          clientConfig: { url: "https://guard.example.com" },
          rules: asked,
          ...more,
        },
      ],
    });
  const subject = "ValidatingWebhookConfiguration/guard/guard.example.com";
  const onIngress = rules("extensions", "*", "ingresses");

  test("a webhook that asks only about a group that is gone is asked about nothing", () => {
    expect(said("v1.21.0", webhook([onIngress]), "v1.22.0")).toEqual([["warning", subject, "1.22"]]);
    expect(said("v1.20.0", webhook([onIngress]), "v1.21.0")).toEqual([]);
    expect(
      said("v1.21.0", webhook([onIngress, rules("networking.k8s.io", "v1", "ingresses")]), "v1.22.0"),
    ).toEqual([]);
    const both = { ...onIngress, apiGroups: ["extensions", "networking.k8s.io"] };
    expect(said("v1.21.0", webhook([both]), "v1.22.0")).toEqual([]);
  });

  test("and so is one that names only the version that goes, whatever its matchPolicy", () => {
    const old = rules("policy", "v1beta1", "poddisruptionbudgets");
    for (const matchPolicy of ["Exact", "Equivalent"])
      expect(said("v1.24.0", webhook([old], { matchPolicy }), "v1.25.0")).toEqual([
        ["warning", subject, "1.25"],
      ]);
    expect(said("v1.23.0", webhook([old]), "v1.24.0")).toEqual([]);
    const cluster = clusterAt("v1.24.0", nodeAt("node-1", "v1.24.0"), webhook([old]));
    expect(findingsAt(cluster, rule, "v1.25.0")[0]!.data["resources"]).toEqual([
      { resource: "poddisruptionbudgets", apiVersion: "policy/v1beta1", replacement: "policy/v1" },
    ]);
  });

  test.each([
    [
      "another version of it",
      [{ ...rules("policy", "v1beta1", "poddisruptionbudgets"), apiVersions: ["v1", "v1beta1"] }],
    ],
    ["any version", [rules("policy", "*", "poddisruptionbudgets")]],
    ["everything", [rules("*", "*", "*")]],
    [
      "the new version in a rule of its own",
      [rules("policy", "v1beta1", "poddisruptionbudgets"), rules("policy", "v1", "*")],
    ],
    ["another resource of that name", [rules("example.com", "v1beta1", "poddisruptionbudgets")]],
  ])("near miss: it asks about %s", (_, asked) => {
    expect(said("v1.24.0", webhook(asked), "v1.25.0")).toEqual([]);
  });
});

describe("who writes, who owns", () => {
  const managed = (made: ApiObject, ...writers: readonly (readonly [string, string])[]): ApiObject => ({
    ...made,
    metadata: {
      ...(made["metadata"] as ApiObject),
      managedFields: writers.map(([manager, apiVersion]) => ({
        manager,
        apiVersion,
        operation: "Update",
        time: "2024-03-01T10:00:00Z",
      })),
    },
  });
  const live = object("policy/v1", "PodDisruptionBudget", "shop/web", spec);
  const subject = "written/policy/v1beta1/PodDisruptionBudget";

  test("a program that wrote in the version that goes will do so again", () => {
    const written = managed(live, ["chart-operator", "policy/v1beta1"], ["other", "policy/v1"]);
    expect(said("v1.24.0", written, "v1.25.0")).toEqual([["warning", subject, "1.25"]]);
    expect(said("v1.23.0", written, "v1.24.0")).toEqual([]);
    const cluster = clusterAt("v1.24.0", nodeAt("node-1", "v1.24.0"), written);
    const [found] = findingsAt(cluster, rule, "v1.25.0");
    expect(found!.data["managers"]).toEqual(["chart-operator"]);
    expect(found!.details[0]).toBe("chart-operator: last on 2024-03-01.");
    // Where it is gone already, nobody can be doing it.
    expect(said("v1.25.0", written)).toEqual([["info", subject, "1.25"]]);
  });

  test("a person with kubectl may have; components of the cluster follow its version", () => {
    expect(said("v1.24.0", managed(live, ["kubectl-create", "policy/v1beta1"]), "v1.25.0")).toEqual([
      ["info", subject, "1.25"],
    ]);
    expect(said("v1.24.0", managed(live, ["kube-controller-manager", "policy/v1beta1"]), "v1.25.0")).toEqual(
      [],
    );
    const applied = annotated(live, lastApplied("policy/v1beta1"));
    expect(
      said("v1.24.0", managed(applied, ["kubectl-client-side-apply", "policy/v1beta1"]), "v1.25.0"),
    ).toEqual([["info", "last-applied/policy/v1beta1/PodDisruptionBudget", "1.25"]]);
  });

  test("managed fields of any other shape tell nothing", () => {
    const odd = {
      ...live,
      metadata: { ...(live["metadata"] as ApiObject), managedFields: [null, 1, { manager: 2 }] },
    };
    expect(said("v1.24.0", odd, "v1.25.0")).toEqual([]);
  });

  test("an owner that is named by a version that goes is not found by the garbage collector", () => {
    const owned = (apiVersion: string) => ({
      ...live,
      metadata: {
        ...(live["metadata"] as ApiObject),
        ownerReferences: [{ apiVersion, kind: "Deployment", name: "web", uid: "d" }],
      },
    });
    expect(said("v1.15.0", owned("extensions/v1beta1"), "v1.16.0")).toContainEqual([
      "info",
      "owner/extensions/v1beta1/Deployment",
      "1.16",
    ]);
    expect(said("v1.21.0", owned("apps/v1"), "v1.25.0")).toEqual([]);
  });

  test("releases of Helm are said to be out of sight, where a minor ahead takes versions away", () => {
    const release = annotated(live, {
      "meta.helm.sh/release-name": "web",
      "meta.helm.sh/release-namespace": "shop",
    });
    expect(said("v1.24.0", release, "v1.25.0")).toEqual([["info", "helm", undefined]]);
    expect(said("v1.29.0", release, "v1.30.0")).toEqual([]);
    expect(said("v1.24.0", release)).toEqual([]);
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
    expect(said("v1.21.0", live, "v1.22.0")).toEqual([["warning", "extensions/v1beta1/Ingress", "1.22"]]);
    const applied = {
      ...live,
      metadata: { ...live.metadata, annotations: lastApplied("extensions/v1beta1") },
    };
    expect(said("v1.21.0", applied, "v1.22.0")).toEqual([["error", "extensions/v1beta1/Ingress", "1.22"]]);
    const ghost = { ...applied, apiVersion: "networking.k8s.io/v1" };
    expect(said("v1.21.0", ghost, "v1.22.0")).toEqual([
      ["info", "last-applied/extensions/v1beta1/Ingress", "1.22"],
    ]);
  });

  test("manifests in a version that is off by default", () => {
    const slice = manifest("resource.k8s.io/v1beta1", "DeviceClass", "gpu");
    expect(said("v1.32.0", slice)).toEqual([["warning", "resource.k8s.io/v1beta1/DeviceClass", "1.32"]]);
    expect(
      said("v1.25.0", manifest("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "x"), "v1.26.0"),
    ).toEqual([]);
    expect(said("v1.23.0", manifest("policy/v1beta1", "PodDisruptionBudget", "web", spec))).toEqual([]);
  });

  test("kubeadm's configuration in a version that its next minor does not read", () => {
    const config = { apiVersion: "kubeadm.k8s.io/v1beta2", kind: "ClusterConfiguration" };
    expect(said("v1.26.0", config, "v1.27.0")).toEqual([
      ["warning", "kubeadm.k8s.io/v1beta2/ClusterConfiguration", "1.27"],
    ]);
    expect(said("v1.25.0", config, "v1.26.0")).toEqual([]);
  });
});

describe("custom resources", () => {
  const definition = (storedVersions: readonly string[], ...versions: readonly ApiObject[]) =>
    object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.example.com", {
      spec: { group: "example.com", names: { kind: "Thing", plural: "things" }, versions },
      status: { storedVersions },
    });
  const v1 = { name: "v1", served: true, storage: true };
  const alpha = { name: "v1alpha1", served: false, storage: false };
  const thing = (version: string) => ({
    apiVersion: `example.com/${version}`,
    kind: "Thing",
    metadata: { name: "x" },
  });
  const subject = "CustomResourceDefinition/things.example.com";
  const all = (...made: readonly ApiObject[]) =>
    findingsAt(clusterAt("v1.33.0", nodeAt("node-1", "v1.33.0"), ...made), rule).map((each) => [
      each.severity,
      each.subject,
    ]);

  test("objects may be kept in a version that was the storage version before", () => {
    expect(all(definition(["v1"], v1, alpha))).toEqual([]);
    expect(all(definition(["v1alpha1", "v1"], v1, alpha))).toEqual([["info", subject]]);
    expect(all(definition(["v1alpha1", "v1"], v1))).toEqual([["warning", subject]]);
  });

  test("manifests in a version that the definition does not serve", () => {
    expect(all(definition(["v1"], v1, alpha), thing("v1alpha1"))).toEqual([
      ["error", "example.com/v1alpha1/Thing"],
    ]);
    expect(all(definition(["v1"], v1, alpha), thing("v1"))).toEqual([]);
    expect(all(thing("v1alpha1"))).toEqual([]);
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
    expect(said("v1.21.0", crd, "v1.22.0")).toEqual([
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
