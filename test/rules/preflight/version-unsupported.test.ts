import { describe, expect, test } from "vitest";
import { snapshot } from "../../support/rehearse.ts";
import type { ApiObject } from "../../support/objects.ts";
import { clusterAt, componentPod, findingsAt, nodeAt } from "../../support/versions.ts";

const rule = "version-unsupported";

/** A cluster as of a day. */
function asOf(day: string, version: string, ...items: readonly ApiObject[]) {
  return snapshot(JSON.stringify({ apiVersion: "v1", kind: "List", items }), {
    version,
    asOf: Date.parse(day),
  });
}

describe("where a version is in its life", () => {
  test.each([
    ["2026-04-27", "supported"],
    ["2026-04-28", "maintenance"],
    ["2026-06-27", "maintenance"],
    ["2026-06-28", "ended"],
  ])("1.33 on %s: %s", (day, state) => {
    const found = findingsAt(asOf(day, "v1.33.4", nodeAt("node-1", "v1.33.4")), rule);
    expect(found.map(({ severity, data }) => [severity, data["state"]])).toEqual(
      state === "supported" ? [] : [["info", state]],
    );
  });

  test("the sentence says who, since when and as of which day", () => {
    const cluster = asOf("2026-11-20", "v1.33.4", nodeAt("node-1", "v1.33.4"), nodeAt("node-2", "v1.32.0"));
    expect(findingsAt(cluster, rule).map(({ message }) => message)).toEqual([
      "1 kubelet: 1.32 reached its end of life on 2026-02-28, as of 2026-11-20",
      "the control plane and 1 kubelet: 1.33 reached its end of life on 2026-06-28, as of 2026-11-20",
    ]);
  });

  test("older than all that is known is over; newer is not known, and never fine", () => {
    expect(findingsAt(clusterAt("v1.1.0", nodeAt("node-1", "v1.1.0")), rule)).toMatchObject([
      { severity: "info", subject: "1.1", data: { state: "ended" } },
    ]);
    expect(findingsAt(clusterAt("v1.99.0", nodeAt("node-1", "v1.99.0")), rule)).toMatchObject([
      { severity: "warning", subject: "1.99", data: { state: "unknown", newestKnown: "1.36" } },
    ]);
  });
});

describe("what providers support", () => {
  test.each([
    ["2026-07-01", "v1.33.4-eks-a1b2", "EKS supports it until 2026-07-29"],
    ["2026-08-01", "v1.33.4-eks-a1b2", "on EKS only in extended support, until 2027-07-29"],
    ["2028-01-01", "v1.33.4-eks-a1b2", "EKS ended it on 2027-07-29"],
    ["2026-09-01", "v1.33.13-gke.1499000", "GKE ended it on 2026-08-03"],
  ])("%s, %s: %s", (day, version, words) => {
    expect(findingsAt(asOf(day, version, nodeAt("node-1", version)), rule)[0]!.message).toContain(words);
  });
});

test("a target that is over is a warning, unless a provider still supports it", () => {
  const to = (version: string) =>
    findingsAt(asOf("2026-11-20", version, nodeAt("node-1", version)), rule, "v1.33.13")
      .filter(({ subject }) => subject === "1.33")
      .map(({ severity }) => severity);
  expect(to("v1.32.0")).toEqual(["warning"]);
  expect(to("v1.32.0-eks-a1b2")).toEqual(["info"]);
});

test("a line of etcd that is over", () => {
  const etcd = (version: string) => componentPod("etcd", "cp-1", `registry.k8s.io/etcd:${version}`);
  const at = (version: string) =>
    findingsAt(asOf("2026-11-20", "v1.36.0", nodeAt("cp-1", "v1.36.0"), etcd(version)), rule);
  expect(at("3.4.13-0")).toMatchObject([{ severity: "info", subject: "etcd-3.4" }]);
  expect(at("3.6.8-0")).toEqual([]);
});
