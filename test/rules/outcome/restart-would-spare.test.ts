import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, service, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const three = nodes("node-1", "node-2", "node-3");

test("a Deployment that surges: cordon, restart, then drain, in an edit that names what it spares", () => {
  const cluster = clusterOf(
    three,
    deployment("pay/ledger", ["node-1"], { strategy: { type: "RollingUpdate" } }),
    service("pay/ledger"),
    statefulSet("mon/prometheus", ["node-1"]),
    service("mon/prometheus"),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "restart-would-spare");
  expect(finding).toMatchObject({
    severity: "info",
    subject: "node-1",
    message:
      "1 of 2 outages may be spared: a rolling restart after the cordon starts the new pod before the old one goes: pay/ledger",
    details: [
      "surge 25 % of 1, up = 1; unavailable 25 % of 1, down = 0: pay/ledger.",
      "Not so, a StatefulSet replaces no pod before it is gone: mon/prometheus.",
    ],
  });
  expect(finding!.suggestions).toMatchObject([
    {
      commands: [
        "kubectl cordon node-1",
        "kubectl -n pay rollout restart deployment ledger",
        "kubectl -n pay rollout status deployment ledger",
      ],
      edit: {
        kind: "beforeDrain",
        node: "node-1",
        steps: [{ kind: "restartWorkload", workload: "pay/Deployment/ledger" }],
      },
      resolves: ["service-outage pay/ledger"],
    },
  ]);
});

test("strategy Recreate ends the old pod first: no finding", () => {
  const cluster = clusterOf(
    three,
    deployment("pay/ledger", ["node-1"], { strategy: { type: "Recreate" } }),
    service("pay/ledger"),
  );
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "restart-would-spare")).toEqual([]);
});

test("many Deployments are one loop on the command line, not a screen full of commands", () => {
  const names = ["a", "b", "c", "d", "e"];
  const cluster = clusterOf(
    three,
    ...names.map((name) => deployment(`pay/${name}`, ["node-1"])),
    names.map((name) => service(`pay/${name}`)),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "restart-would-spare");
  expect(finding!.suggestions[0]!.commands).toEqual([
    "kubectl cordon node-1",
    "for verb in restart status; do " +
      "for w in pay/deployment/a pay/deployment/b pay/deployment/c pay/deployment/d pay/deployment/e; " +
      'do kubectl -n "${w%%/*}" rollout $verb "${w#*/}"; done; done',
  ]);
});

test("drains at once: every node that goes is cordoned before the restart, in the command as in the edit", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2", "node-3", "node-4"),
    deployment("shop/web", ["node-1", "node-2"]),
    service("shop/web"),
  );
  const drain = (name: string) => ({ ...drainOf([name]).steps[0]!, name });
  const plan = planOf([{ kind: "parallel", name: "at-once", steps: [drain("node-1"), drain("node-2")] }]);
  const [finding] = findingsOf(rehearse(cluster, plan).verdict, "restart-would-spare");
  expect(finding!.suggestions[0]!.commands[0]).toBe("kubectl cordon node-1 node-2");
});
