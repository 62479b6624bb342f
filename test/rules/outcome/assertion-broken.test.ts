import { expect, test } from "vitest";
import type { Assertion } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes, service } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const cluster = clusterOf(
  nodes("node-1", "node-2", "node-3"),
  deployment("pay/ledger", ["node-1"]),
  service("pay/ledger"),
  deployment("shop/web", ["node-1", "node-2"]),
  service("shop/web"),
);

function judged(...assertions: readonly Assertion[]) {
  return rehearse(cluster, { ...drainOf(["node-1"]), assertions }).verdict;
}

test("more downtime than the plan allows: the limit, and the sum that breaks it", () => {
  const verdict = judged({ name: "slo", kind: "service", service: "pay/ledger", downtime: 1_000 });
  expect(findingsOf(verdict, "assertion-broken")).toMatchObject([
    {
      severity: "error",
      subject: "pay/ledger",
      message: expect.stringMatching(/^slo allows 1 s of downtime; 1 to 0 Ready for /) as string,
      data: { assertion: "slo", limitSeconds: 1 },
    },
  ]);
  // One outage, told once.
  expect(findingsOf(verdict, "service-outage")).toEqual([]);
});

test("downtime within the limit: no finding of this rule, and the outage is only noted", () => {
  const verdict = judged({ name: "slo", kind: "service", service: "pay/ledger", downtime: 3_600_000 });
  expect(findingsOf(verdict, "assertion-broken")).toEqual([]);
  expect(findingsOf(verdict, "service-outage")[0]).toMatchObject({ severity: "info" });
});

test("too long with fewer pods than before", () => {
  const verdict = judged({ name: "full", kind: "service", service: "shop/web", degraded: 1_000 });
  expect(findingsOf(verdict, "assertion-broken")[0]!.message).toMatch(
    /^full allows 1 s with fewer than 2 Ready; it is .*, down to 1$/,
  );
});

test("fewer Ready pods of a workload than the plan wants; as many: no finding", () => {
  const wants = (minReady: number) =>
    findingsOf(
      judged({ name: "two", kind: "workload", workload: "shop/Deployment/web", minReady }),
      "assertion-broken",
    );
  expect(wants(2)[0]).toMatchObject({
    severity: "error",
    subject: "shop/Deployment/web",
    message: expect.stringMatching(/^two wants 2 Ready; 1 at the least, below 2 for /) as string,
  });
  expect(wants(1)).toEqual([]);
});

test("an assertion about what is not there is not passed in silence", () => {
  const [finding] = findingsOf(
    judged({ name: "slo", kind: "service", service: "pay/legder", downtime: 0 }),
    "assertion-broken",
  );
  expect(finding!.message).toBe(
    "slo could not be judged: pay/legder is not in the input, or selects no pods at the start",
  );
});
