import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

test("two nodes, one drained: all pods end up on the other, and stay there", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1", "node-2"]));
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "pile-up");
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "node-2",
    message: "both pods of shop/Deployment/web stand on node-2 alone, and stood on two nodes or more before",
    data: { workloads: ["shop/Deployment/web"], pods: [2] },
    suggestions: [
      {
        commands: [
          "kubectl -n shop rollout restart deployment web",
          "kubectl -n shop rollout status deployment web",
        ],
        edit: { kind: "none" },
      },
    ],
  });
  expect(finding!.details).toContain("At the end node-2 is the only node that takes pods.");
});

test("pods that stood together before are not piled up by the plan", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1", "node-1"]));
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "pile-up")).toEqual([]);
});
