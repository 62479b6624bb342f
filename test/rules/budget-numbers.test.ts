import { expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { keyOf } from "../../src/model/meta.ts";
import { countBudget } from "../../src/rules/budget-numbers.ts";
import { ClusterIndex } from "../../src/rules/cluster-index.ts";
import {
  type ApiObject,
  budget,
  clusterOf,
  deployment,
  nodes,
  object,
  ownerRef,
  pod,
  statefulSet,
} from "../support/objects.ts";
import { planOf, rehearse } from "../support/rehearse.ts";

/** Rules may not import the simulation, and so count budgets themselves: here the two readings are kept equal. */

const two = nodes("node-1", "node-2");
const web = deployment("shop/web", ["node-1", "node-1", "node-2"]);
const labels = { app: "web" };

function withOne(change: (pod: ApiObject) => ApiObject): Cluster {
  const [workload, set, first, ...others] = web as [ApiObject, ApiObject, ApiObject, ...ApiObject[]];
  return clusterOf(two, workload, set, change(first), others, limits);
}

const limits = [
  budget("shop/most", { minAvailable: "67%" }, "web"),
  budget("shop/few", { maxUnavailable: "34%" }, "web"),
  budget("shop/fixed", { minAvailable: 2 }, "web"),
  budget("shop/one", { maxUnavailable: 1 }, "web"),
  budget("shop/none", { maxUnavailable: 0 }, "web"),
  budget("shop/all", { minAvailable: "100%" }, "web"),
  budget("shop/nobody", { minAvailable: 1 }, "nobody"),
];

const agent = object("apps/v1", "DaemonSet", "shop/agent", {
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "main" }] } },
  },
});

const cases: Readonly<Record<string, Cluster>> = {
  "all Ready": clusterOf(two, web, limits),
  "a replica missing": clusterOf(two, deployment("shop/web", ["node-1"], { replicas: 3 }), limits),
  "none Ready": clusterOf(two, statefulSet("shop/web", ["node-1", "node-2"], { isReady: false }), limits),
  "one on its way out": withOne((each) => ({
    ...each,
    metadata: { ...(each["metadata"] as ApiObject), deletionTimestamp: "2026-11-20T12:01:00Z" },
  })),
  "one ended": withOne((each) => ({ ...each, status: { phase: "Succeeded" } })),
  "one Pending": withOne((each) => ({ ...each, status: { phase: "Pending" } })),
  "bare pods": clusterOf(
    two,
    pod("shop/a", "node-1", { labels }),
    pod("shop/b", "node-2", { labels }),
    limits,
  ),
  "bare pods beside a Deployment's": clusterOf(two, web, pod("shop/a", "node-1", { labels }), limits),
  "two workloads": clusterOf(
    two,
    web,
    deployment("shop/also", ["node-1"], { labels, podLabels: [labels] }),
    limits,
  ),
  "a DaemonSet's pod": clusterOf(
    two,
    agent,
    pod("shop/agent-1", "node-1", { labels, owner: ownerRef("apps/v1", "DaemonSet", "shop/agent") }),
    limits,
  ),
  "a custom resource's pods": clusterOf(
    two,
    pod("shop/a", "node-1", { labels, owner: ownerRef("example.com/v1", "Ring", "shop/ring") }),
    pod("shop/b", "node-2", { labels, owner: ownerRef("example.com/v1", "Ring", "shop/ring") }),
    limits,
  ),
};

test.each(Object.entries(cases))("%s: rules and simulation count the same", (_, cluster) => {
  const { budgets } = rehearse(cluster, planOf([])).trace.header.initial;
  const index = new ClusterIndex(cluster);
  for (const each of cluster.objects.PodDisruptionBudget) {
    const { healthy, desired, allowed, expected, isCountable } = countBudget(index, each);
    // A sync that fails writes the allowance alone.
    expect([keyOf(each), budgets[keyOf(each)]]).toMatchObject([
      keyOf(each),
      isCountable ? { healthy, desired, allowed, expected } : { allowed },
    ]);
  }
});
