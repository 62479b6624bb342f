import { expect, test } from "vitest";
import { type Duration, fixed } from "../../../src/plan/assumptions.ts";
import { clusterOf, deployment, node, nodes } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const rule = "owner-repairs-node";

function found(labels: Record<string, string>, duration: Duration) {
  const cluster = clusterOf(node("n1", { labels }), nodes("n2"), deployment("shop/web", ["n1", "n2"]));
  const plan = drainOf(["n1"]);
  const steps = [
    ...plan.steps,
    { kind: "reboot", name: "reboot", nodes: { kind: "names", names: ["n1"] }, duration } as const,
  ];
  return findingsOf(rehearse(cluster, { ...plan, steps }).verdict, rule);
}

const gke = { "cloud.google.com/gke-nodepool": "general" };

test("GKE replaces a node that is silent for ten minutes", () => {
  expect(found(gke, fixed(11 * 60_000))).toMatchObject([
    {
      severity: "warning",
      subject: "n1",
      data: { who: "GKE node pool general", does: "replaces", afterMillis: 600_000 },
    },
  ]);
});

test("one that never comes back", () => {
  const [finding] = found(gke, { kind: "never" });
  expect(finding!.message).toContain("silent and does not come back; GKE node pool general replaces it");
  expect(finding!.data).toMatchObject({ silentMillis: null });
});

test("AKS restarts it after five", () => {
  expect(found({ "kubernetes.azure.com/agentpool": "user" }, fixed(6 * 60_000))).toMatchObject([
    { data: { who: "AKS node pool user", does: "repairs" } },
  ]);
});

test("near misses: back in time, an owner that says no time, no owner", () => {
  expect(found(gke, fixed(8 * 60_000))).toEqual([]);
  expect(found({ "doks.digitalocean.com/node-pool": "x" }, fixed(60 * 60_000))).toEqual([]);
  expect(found({}, fixed(60 * 60_000))).toEqual([]);
});
