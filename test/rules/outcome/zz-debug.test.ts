import { test } from "vitest";
import { budget, clusterOf, deployment, node, nodes, statefulSet } from "../../support/objects.ts";
import { drainOf, rehearse } from "../../support/rehearse.ts";
test("debug", () => {
  const { trace } = rehearse(
    clusterOf(
      nodes("node-1", "node-2", "node-3"),
      statefulSet("data/queue", ["node-1", "node-2"]),
      budget("data/queue", { minAvailable: 2 }),
    ),
    drainOf(["node-1"]),
  );
  console.log(
    trace.events
      .slice(0, 30)
      .map((e) => JSON.stringify(e))
      .join("\n"),
  );
  const r = rehearse(
    clusterOf(
      node("node-1", { isReady: false }),
      nodes("node-2"),
      deployment("shop/web", ["node-1"], {
        spec: {
          tolerations: [{ key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" }],
        },
      }),
    ),
    drainOf(["node-1"]),
  );
  console.log(
    r.trace.events
      .slice(0, 30)
      .map((e) => JSON.stringify(e))
      .join("\n"),
  );
});
