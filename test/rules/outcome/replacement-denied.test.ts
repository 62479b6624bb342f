import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, object } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const clusterWith = (cpu: string) =>
  clusterOf(
    nodes("node-1", "node-2", "node-3"),
    deployment("shop/web", ["node-1", "node-2"], { cpu: "1" }),
    object("v1", "ResourceQuota", "shop/compute", {
      spec: { hard: { "requests.cpu": cpu } },
      status: { hard: { "requests.cpu": cpu }, used: { "requests.cpu": "2" } },
    }),
  );

test("a quota below what runs already: what left is never made again", () => {
  const [finding] = findingsOf(
    rehearse(clusterWith("1500m"), drainOf(["node-1"])).verdict,
    "replacement-denied",
  );
  expect(finding).toMatchObject({
    severity: "error",
    subject: "shop/Deployment/web",
    message: expect.stringMatching(
      /^1 pod of 2 is never made again: quota compute: 1 requests\.cpu used \+ 1 asked > 1500m$/,
    ) as string,
    data: { missing: 1, before: 2, quota: "compute" },
  });
});

test("a quota that refuses only while the old pod still stops: no finding", () => {
  const { verdict } = rehearse(clusterWith("2"), drainOf(["node-1"]));
  expect(findingsOf(verdict, "replacement-denied")).toEqual([]);
});
