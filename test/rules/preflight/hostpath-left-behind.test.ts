import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, pod } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "hostpath-left-behind";
const two = nodes("node-1", "node-2");

function mounting(path: string, more: Record<string, unknown> = {}) {
  return { spec: { volumes: [{ name: "data", hostPath: { path } }], ...more } };
}

test("a directory of its node, and another node could take the pod", () => {
  expect(
    ofCluster(clusterOf(two, deployment("data/db", ["node-1"], mounting("/srv/db"))), rule),
  ).toMatchObject([
    {
      severity: "warning",
      subject: "data/Deployment/db",
      message: "1 pod mounts /srv/db of node-1 (hostPath) and may start elsewhere, without what is there",
      details: [
        "data/db-0: 1 other node could take it.",
        "kubectl does not count hostPath as local storage: it asks for no flag.",
      ],
    },
  ]);
});

test("near misses: a path that every node has, a socket, a pod tied to its node, one that nobody makes again", () => {
  const tied = { nodeSelector: { "kubernetes.io/hostname": "node-1" } };
  const at = (options: Record<string, unknown>) => clusterOf(two, deployment("data/db", ["node-1"], options));
  expect(ofCluster(at(mounting("/var/log/pods")), rule)).toEqual([]);
  expect(ofCluster(at(mounting("/srv/agent.sock")), rule)).toEqual([]);
  expect(ofCluster(at(mounting("/srv/db", tied)), rule)).toEqual([]);
  expect(ofCluster(clusterOf(two, pod("data/db", "node-1", mounting("/srv/db"))), rule)).toEqual([]);
});
