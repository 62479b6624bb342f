import { expect, test } from "vitest";
import { apiOutages } from "../../src/trace/control-plane.ts";
import { hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { planOf, rehearse } from "../support/rehearse.ts";

/** A snapshot is one member's: what it takes of the others. */

/** Their machines go at once, and stay away. */
function backupAfter(...nodes: readonly string[]) {
  const reboots = nodes.map((node) => `      - reboot: { nodes: [${node}], duration: never }\n`).join("");
  const steps = `- parallel:\n    timeout: 1m\n    onFailure: continue\n    steps:\n${reboots}- backupEtcd: { name: before }`;
  const { trace } = rehearse(kubeadmCluster(3), planOf(hopSteps(steps)));
  const end = trace.events.findLast(({ kind }) => kind === "step.ended");
  return { trace, end };
}

test("a member that is alone gives one, without a majority and without an API", () => {
  const { trace, end } = backupAfter("cp-2", "cp-3");
  expect(apiOutages(trace)).toMatchObject([{ what: "no-quorum" }]);
  expect(end).toMatchObject({ kind: "step.ended", outcome: "done" });
  expect(trace.events.filter(({ kind }) => kind === "etcd.backedUp")).toMatchObject([{ backup: "before" }]);
});

test("where none runs nobody gives one", () => {
  const { trace, end } = backupAfter("cp-1", "cp-2", "cp-3");
  expect(end).toMatchObject({
    outcome: "failed",
    reason: expect.stringContaining("none of etcd's 3 members runs: nobody gives a snapshot"),
  });
  expect(trace.events.some(({ kind }) => kind === "etcd.backedUp")).toBe(false);
});
