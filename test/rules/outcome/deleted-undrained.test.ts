import { expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const cluster = clusterOf(nodes("n1", "n2"), deployment("shop/web", ["n1", "n2"]));
const deletion: Step = {
  kind: "deleteNode",
  name: "away",
  nodes: { kind: "names", names: ["n1"] },
  duration: fixed(30_000),
};

function found(...steps: readonly Step[]) {
  return findingsOf(rehearse(cluster, { ...drainOf(["n1"]), steps }).verdict, "deleted-undrained");
}

test("a node that is deleted with pods on it asks no budget", () => {
  const [finding] = found(deletion);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "n1",
    message: "deleted with 1 pod on it: no budget is asked, and no grace period is kept",
    data: { node: "n1", pods: ["shop/web-0"] },
  });
  expect(finding!.details[0]).toMatch(
    /^shop\/web-0 is collected (4\d|5\d|60)(\.\d)? s later\.$|^shop\/web-0 is collected 1m0\ds later\.$/,
  );
  expect(finding!.details[1]).toMatch(/^All are Ready again /);
});

test("a node that was drained before is empty", () => {
  expect(found(...drainOf(["n1"]).steps, deletion)).toEqual([]);
});
