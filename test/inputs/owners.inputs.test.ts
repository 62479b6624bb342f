import { describe, expect, test } from "vitest";
import { nodeOwner } from "../../src/model/node-owner.ts";
import { upgradePlan } from "../../src/planner/upgrade-plan.ts";
import { platformOf } from "../../src/model/platform.ts";
import { inputCluster, inputs } from "../support/inputs.ts";

/** Who made real clusters, and their nodes. */

describe.skipIf(inputs === undefined)("real clusters", () => {
  test.each([
    [
      "troubleshoot/troubleshoot-digitalocean-6node.json",
      "doks",
      ["biggernode", "pool-yd23sqk7u", "smallnode"],
    ],
    ["troubleshoot/troubleshoot-k3s.json", "k3s", []],
    ["troubleshoot/troubleshoot-baseline.json", "k3s", []],
    ["sonobuoy/sonobuoy-quick-no-failures.json", "kubeadm", []],
    ["insights-operator/insights-archive-sample.json", "openshift", []],
    [
      "insights-operator/insights-nodes-6.json",
      "openshift",
      [
        "ci-ln-3kfit3k-d5d6b-2njvg-master",
        "ci-ln-3kfit3k-d5d6b-2njvg-worker-us-west-1a",
        "ci-ln-3kfit3k-d5d6b-2njvg-worker-us-west-1b",
      ],
    ],
    [
      "openshift-must-gather/ocp-azure.json",
      "openshift",
      [
        "ci-ln-k7vx6h2-002ac-w7gjh-master",
        "ci-ln-k7vx6h2-002ac-w7gjh-worker-eastus21",
        "ci-ln-k7vx6h2-002ac-w7gjh-worker-eastus22",
        "ci-ln-k7vx6h2-002ac-w7gjh-worker-eastus23",
      ],
    ],
  ])("%s is one of %s, with its pools", (file, name, pools) => {
    const cluster = inputCluster(`clusters/${file}`);
    expect(platformOf(cluster)?.name).toBe(name);
    const owned = cluster.objects.Node.flatMap((node) => nodeOwner(node, cluster).owner?.pool ?? []);
    expect([...new Set(owned)].toSorted()).toEqual(pools);
  });

  test.each([
    ["openshift-must-gather/ocp-aws.json", "this is OpenShift", "v1.22.17"],
    ["troubleshoot/troubleshoot-k3s.json", "this is k3s", "v1.25.16"],
    ["troubleshoot/troubleshoot-digitalocean-6node.json", "this is DigitalOcean DOKS", "v1.20.15"],
  ])("%s: %s, and no plan is made", (file, words, to) => {
    const cluster = inputCluster(`clusters/${file}`);
    const made = upgradePlan(cluster, to, { lockstep: false, canary: 0, soakBetweenMinors: 0 });
    expect(made.ok ? "" : made.problem).toContain(words);
  });
});
