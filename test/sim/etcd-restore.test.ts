import { describe, expect, test } from "vitest";
import { keyOf } from "../../src/model/meta.ts";
import { isReady } from "../../src/model/pod.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { apiOutages } from "../../src/trace/control-plane.ts";
import { encodeTrace } from "../../src/trace/codec.ts";
import type { EventKind, EventOf } from "../../src/trace/event.ts";
import { Replay } from "../../src/trace/replay.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hop, hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { findingsOf, planOf, rehearse } from "../support/rehearse.ts";

/** etcd goes back to a backup: what the API holds then, and what becomes of the pods. */

function ofKind<K extends EventKind>({ events }: Trace, kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}

const run = (steps: string, members = 3, rest: Partial<Plan> = {}) =>
  rehearse(kubeadmCluster(members), planOf(hopSteps(steps), rest));

const wholeWay = `
- backupEtcd: { name: before }
- upgradeControlPlane: { nodes: [cp-1] }
- drain: { nodes: [node-1], ignoreDaemonSets: true }
- taint: { nodes: [node-2], key: maintenance, effect: PreferNoSchedule }
- scale: { workload: shop/Deployment/web, to: 4 }
- wait: { duration: 1m }
- restoreEtcd: { duration: 8m }`;

describe("a restore after half an upgrade", () => {
  const { trace, sim, verdict } = run(wholeWay);
  const [restored] = ofKind(trace, "etcd.restored");

  test("no API server answers meanwhile, and etcd's members are not counted as lost", () => {
    expect(apiOutages(trace).map(({ from, to, what }) => [to - from, what])).toEqual([
      [480_000, "no-server"],
    ]);
    expect(findingsOf(verdict, "etcd-quorum-lost")).toEqual([]);
  });

  test("the control plane has the versions of then again, in the state and in the trace", () => {
    expect(sim.controlPlane.version("kube-apiserver", "cp-1")).toBe(hop.from);
    expect(sim.controlPlane.version("etcd", "cp-1")).toBe(hop.etcdFrom);
    expect(sim.controlPlane.clusterVersion).toBe(hop.from);
    const world = new Replay(trace).after(trace.events.length);
    expect(world.versions.get("kube-scheduler cp-1")).toBe(hop.from);
    const image = sim.state.podsOnNode("cp-1").find(({ labels }) => labels["component"] === "etcd");
    expect(image?.spec.containers[0]?.image).toBe("registry.k8s.io/etcd:3.5.21-0");
  });

  test("cordon, taint and replicas are as they were", () => {
    expect(sim.state.node("node-1")?.unschedulable).toBe(false);
    expect(sim.state.node("node-2")?.taints).toEqual([]);
    expect(sim.state.tables.Deployment.get("shop/web")?.replicas).toBe(2);
  });

  test("pods made since are ended, those that went since run again where they ran, and all come to rest", () => {
    const pods = [...sim.state.pods()].filter(({ namespace }) => namespace === "shop");
    expect(pods.map((pod) => [keyOf(pod), pod.nodeName, isReady(pod)])).toEqual([
      ["shop/web-1", "node-2", true],
      ["shop/web-0", "node-1", true],
    ]);
    const gone = ofKind(trace, "pod.gone").filter(({ by }) => by === "restore");
    expect(gone).toHaveLength(3);
    expect(trace.events.at(-1)).toMatchObject({ kind: "run.ended", outcome: "finished" });
  });

  test("the world of a replay holds the same pods as the simulation", () => {
    const world = new Replay(trace).after(trace.events.length);
    expect(new Set(world.pods.keys())).toEqual(new Set([...sim.state.pods()].map(({ uid }) => uid)));
  });

  test("the finding tells how much is lost", () => {
    const [finding] = findingsOf(verdict, "restore-loses-writes");
    expect(finding).toMatchObject({
      severity: "warning",
      subject: "before",
      data: {
        backup: "before",
        takenAtSeconds: 0.005,
        podsGone: 3,
        podsAgain: 1,
        nodes: ["node-1", "node-2"],
      },
    });
    expect(restored).toMatchObject({ backup: "before" });
  });

  test("the same inputs give the same bytes", () => {
    expect([...encodeTrace(run(wholeWay).trace)]).toEqual([...encodeTrace(trace)]);
  });
});

test("a kubelet that was upgraded since is newer than the API server, and the finding says so", () => {
  const { verdict } = run(`
- backupEtcd: {}
- upgradeControlPlane: { nodes: [cp-1, cp-2, cp-3] }
- drain: { nodes: [node-1], ignoreDaemonSets: true }
- upgradeKubelet: { nodes: [node-1] }
- restoreEtcd: {}`);
  expect(findingsOf(verdict, "skew-broken")).toMatchObject([{ subject: "kubelet-1.34" }]);
});

test("a deleted node comes back as an object alone, and nobody reports for it", () => {
  const { sim } = run("- backupEtcd: {}\n- deleteNode: { nodes: [node-1] }\n- restoreEtcd: {}");
  const ready = sim.state.node("node-1")?.conditions.find(({ type }) => type === "Ready");
  expect(ready?.status).toBe("Unknown");
});

test("kubeadm that is still at work is ended by it", () => {
  const { trace, sim } = run(
    "- backupEtcd: {}\n- upgradeControlPlane: { nodes: [cp-1], timeout: 2m, onFailure: continue }\n- restoreEtcd: {}",
  );
  expect(sim.controlPlane.version("kube-apiserver", "cp-1")).toBe(hop.from);
  expect(ofKind(trace, "component.upgraded").at(-1)).toMatchObject({ component: "etcd", to: hop.etcdFrom });
  expect(sim.controlPlane.restarting.size).toBe(0);
});

test("a rollback may use it", () => {
  const { trace, sim } = rehearse(
    kubeadmCluster(3),
    planOf(
      hopSteps(
        "- backupEtcd: { name: before }\n- cordon: { nodes: [node-1] }\n- upgradeControlPlane: { nodes: [node-1] }",
      ),
      {
        onFailure: { kind: "rollback" },
        rollback: [{ kind: "restoreEtcd", name: "back", from: "before" }],
      },
    ),
  );
  expect(ofKind(trace, "etcd.restored")).toHaveLength(1);
  expect(sim.state.node("node-1")?.unschedulable).toBe(false);
});

test.each([
  ["- restoreEtcd: {}", 3, "etcd was not backed up before"],
  ["- backupEtcd: {}\n- restoreEtcd: { from: other }", 3, "etcd was not backed up by other before"],
  [
    "- backupEtcd: {}\n- reboot: { nodes: [cp-2], duration: never, timeout: 1m, onFailure: continue }\n- restoreEtcd: {}",
    3,
    "the machine of cp-2 is down, and every member is to be restored",
  ],
])("it is refused: %s", (steps, members, reason) => {
  const { trace } = run(steps, members);
  expect(ofKind(trace, "step.ended").at(-1)?.reason).toBe(reason);
  expect(ofKind(trace, "etcd.restoring")).toEqual([]);
});
