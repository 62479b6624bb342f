import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "node-nearly-full";

test("more than 80 % requested: of which resource, and how much", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"], { cpu: "3300m" }));
  expect(ofCluster(cluster, rule)).toMatchObject([
    { severity: "info", subject: "node-1", message: "3.3 of 4 CPU is requested (82 %)" },
  ]);
});

test("many such nodes are one finding, the fullest named", () => {
  const names = ["node-1", "node-2", "node-3", "node-4"];
  const cluster = clusterOf(
    nodes(...names, "node-5"),
    names.flatMap((name, index) =>
      deployment(`shop/web-${index}`, [name], { cpu: `${3400 + index * 100}m` }),
    ),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      subject: "4 of 5 nodes",
      message: "more than 80 % is requested; fullest is node-4: 3.7 of 4 CPU is requested (92 %)",
      details: ["node-4 cpu 92 %, node-3 cpu 90 %, node-2 cpu 87 % and node-1 cpu 85 %."],
    },
  ]);
});

test("near misses: exactly 80 %; a plan, where the rule about the end speaks", () => {
  const at = (cpu: string) =>
    clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"], { cpu }));
  expect(ofCluster(at("3200m"), rule)).toEqual([]);
  expect(besidePlan(at("3300m"), drainOf(["node-2"]), rule)).toEqual([]);
});
