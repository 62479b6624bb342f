import { keyOf } from "../../model/meta.ts";
import { isControlPlane } from "../../model/node.ts";
import { isFinished, isMirror, type Pod } from "../../model/pod.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type Preflight } from "../rule.ts";

/**
 * Static pods stay on a drained node: kubectl passes their mirrors over. It matters where a Service leads to them, as
 * then the drained node still serves. On control-plane nodes that is how it should be (rule control-plane-node).
 * Source: kubernetes/kubectl pkg/drain/filters.go (mirrorPodFilter).
 */
export const staticPodOnNode = definePreflightRule({
  id: "static-pod-on-node",
  severity: "info",
  title: "A static pod behind a Service stays on the drained node",
  check: (preflight) => {
    const { index, drained, scope } = preflight;
    if (scope === "cluster") return [];
    return drained.flatMap((name) => {
      const node = index.node(name);
      if (!node || isControlPlane(node)) return [];
      const mirrors = index.podsOn(name).filter((pod) => isMirror(pod) && !isFinished(pod));
      const served = mirrors.filter((pod) => servicesOf(preflight, pod).length > 0);
      if (served.length === 0) return [];
      const services = [...new Set(served.flatMap((pod) => servicesOf(preflight, pod)))];
      return [
        {
          subject: name,
          weight: 20,
          message: `${counted(served.length, "static pod")} ${verb(served.length, "stays", "stay")} and ${verb(served.length, "keeps", "keep")} serving ${listed(services)} until the machine goes down`,
          details: [
            `${listed(served.map(keyOf))}. To stop ${verb(served.length, "it", "them")}, take the manifest out of the kubelet's static pod directory.`,
          ],
          data: { node: name, pods: served.map(keyOf), services },
        },
      ];
    });
  },
});

function servicesOf({ cluster, index }: Preflight, pod: Pod): readonly string[] {
  return cluster.objects.Service.filter(
    (service) => service.namespace === pod.namespace && index.podsOfService(service).includes(pod),
  ).map(keyOf);
}
