import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, service } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const three = nodes("node-1", "node-2", "node-3");

test("a worker that no Service selects and whose only pod goes is worth knowing", () => {
  const cluster = clusterOf(three, deployment("shop/mailer", ["node-1"]));
  const { verdict } = rehearse(cluster, drainOf(["node-1"]));
  const [finding] = findingsOf(verdict, "workload-down");
  expect(finding).toMatchObject({
    severity: "info",
    subject: "shop/Deployment/mailer",
    data: { workloads: ["shop/Deployment/mailer"] },
  });
  expect(finding!.message).toMatch(/^1 to 0 Ready for .* = .* \(1 replica\); no Service selects it$/);
  expect(verdict.word).toBe("FINISHES");
});

test("all of several replicas at once is a warning", () => {
  const cluster = clusterOf(three, deployment("shop/mailer", ["node-1", "node-1"]));
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "workload-down");
  expect(finding).toMatchObject({ severity: "warning" });
  expect(finding!.message).toMatch(/^2 to 0 Ready for .* \(both pods on node-1\)/);
});

test("a replica elsewhere, or a Service that tells it already: no finding", () => {
  const cluster = clusterOf(
    three,
    deployment("shop/mailer", ["node-1", "node-2"]),
    deployment("pay/ledger", ["node-1"]),
    service("pay/ledger"),
  );
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "workload-down")).toEqual([]);
});
