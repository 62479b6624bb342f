import { expect, test } from "vitest";
import { staticComponents } from "../../src/model/control-plane.ts";
import { isReady } from "../../src/model/pod.ts";
import { hop, hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { object } from "../support/objects.ts";
import { planOf, rehearse } from "../support/rehearse.ts";

/** The mirror pods of the control plane while it restarts, and afterwards. */

const upgrade = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");
const schedulers = object("v1", "Service", "kube-system/schedulers", {
  spec: { selector: { component: "kube-scheduler" }, ports: [{ port: 10259 }] },
});

const imagesOf = (sim: ReturnType<typeof rehearse>["sim"], node: string) =>
  sim.state
    .podsOnNode(node)
    .filter(({ labels }) => staticComponents.some((name) => labels["component"] === name))
    .map(({ spec }) => spec.containers[0]!.image);

test("afterwards they are Ready and show what runs; those of other nodes are as before", () => {
  const { sim } = rehearse(kubeadmCluster(3), planOf(upgrade));
  expect(imagesOf(sim, "cp-1")).toEqual([
    "registry.k8s.io/etcd:3.6.5-0",
    `registry.k8s.io/kube-apiserver:${hop.to}`,
    `registry.k8s.io/kube-controller-manager:${hop.to}`,
    `registry.k8s.io/kube-scheduler:${hop.to}`,
  ]);
  expect(imagesOf(sim, "cp-2")).toContain(`registry.k8s.io/kube-apiserver:${hop.from}`);
  expect(sim.state.podsOnNode("cp-1").every(isReady)).toBe(true);
});

test("meanwhile they are not Ready, one after another, and a Service that selects them notices", () => {
  const { trace } = rehearse(kubeadmCluster(3, { more: [schedulers] }), planOf(upgrade));
  const marks = trace.events.flatMap((event) =>
    event.kind === "pod.unready" || event.kind === "pod.ready"
      ? [`${event.pod} ${event.kind === "pod.ready" ? "Ready" : "not"}`]
      : [],
  );
  expect(marks).toEqual(
    staticComponents.flatMap((name) => [
      `Pod-kube-system/${name}-cp-1 not`,
      `Pod-kube-system/${name}-cp-1 Ready`,
    ]),
  );
  const endpoints = trace.events.flatMap((event) =>
    event.kind === "service.changed" && event.service === "kube-system/schedulers" ? [event.ready] : [],
  );
  expect(endpoints).toEqual([2, 3]);
});

test("while no API server answers nobody writes it down: only what restarts afterwards is seen not Ready", () => {
  const { trace, sim } = rehearse(kubeadmCluster(1), planOf(upgrade));
  const up = trace.events.findIndex(({ kind }) => kind === "api.up");
  const unready = trace.events.flatMap((event, number) =>
    event.kind === "pod.unready" ? [[event.pod, number > up]] : [],
  );
  expect(unready).toEqual([
    ["Pod-kube-system/kube-controller-manager-cp-1", true],
    ["Pod-kube-system/kube-scheduler-cp-1", true],
  ]);
  expect(imagesOf(sim, "cp-1")).toContain("registry.k8s.io/etcd:3.6.5-0");
});
