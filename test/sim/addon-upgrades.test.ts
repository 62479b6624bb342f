import { describe, expect, test } from "vitest";
import type { EventKind, EventOf } from "../../src/trace/event.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hop, hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { deployment } from "../support/objects.ts";
import { kubeadmCluster as managedByKubeadm } from "../support/kubeadm.ts";
import { planOf, rehearse, snapshot } from "../support/rehearse.ts";

/** CoreDNS and kube-proxy: which version comes with which, and when they roll. */

function ofKind<K extends EventKind>({ events }: Trace, kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}

describe("add-ons", () => {
  const image = (name: string, tag: string) => ({
    spec: { containers: [{ name, image: `registry.k8s.io/${name}:${tag}` }] },
  });
  const dns = deployment("kube-system/coredns", ["node-1", "node-2"], {
    ...image("coredns", "v1.12.0"),
    labels: { "k8s-app": "kube-dns" },
  });

  test("CoreDNS gets the version of the target, and the step waits for its rollout", () => {
    const steps = hopSteps("- upgradeAddon: { addon: coredns }");
    const { trace } = rehearse(kubeadmCluster(1, { more: dns }), planOf(steps));
    expect(ofKind(trace, "component.upgraded")).toMatchObject([
      { component: "CoreDNS", node: "", from: "v1.12.0", to: "v1.12.1" },
    ]);
    expect(ofKind(trace, "pod.created")).toHaveLength(2);
    const [end] = ofKind(trace, "step.ended");
    expect(end!.outcome).toBe("done");
    expect(end!.time).toBeGreaterThan(Math.max(...ofKind(trace, "pod.ready").map(({ time }) => time)));
  });

  test("kube-proxy is replaced node by node, and each node's version is known from then on", () => {
    const cluster = snapshot(
      managedByKubeadm({
        controlPlanes: 1,
        workers: 2,
        version: "v1.33.4",
        etcd: "3.5.21-0",
        coredns: "1.12.0",
      }),
    );
    const { trace, sim } = rehearse(cluster, planOf(hopSteps("- upgradeAddon: { addon: kube-proxy }")));
    const upgraded = ofKind(trace, "component.upgraded");
    expect(upgraded.map(({ component, from, to }) => [component, from, to])).toEqual(
      Array.from({ length: 3 }, () => ["kube-proxy", "v1.33.4", hop.to]),
    );
    expect(new Set(upgraded.map(({ node }) => node))).toEqual(new Set(["cp-1", "node-1", "node-2"]));
    expect(sim.controlPlane.version("kube-proxy", "node-2")).toBe(hop.to);
    expect(ofKind(trace, "step.ended")).toMatchObject([{ outcome: "done" }]);
  });

  test("an add-on that the cluster does not have is left alone", () => {
    const { trace } = rehearse(kubeadmCluster(1), planOf(hopSteps("- upgradeAddon: { addon: kube-proxy }")));
    expect(ofKind(trace, "step.ended")).toMatchObject([{ outcome: "done" }]);
    expect(ofKind(trace, "component.upgraded")).toEqual([]);
  });
});
