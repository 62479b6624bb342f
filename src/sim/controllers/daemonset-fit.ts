import { matchesNodeTerms } from "../../model/affinity.ts";
import { labelValue } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import type { PodSpec, PodTemplate } from "../../model/pod.ts";
import { tolerates, type Toleration, wellKnownTaint } from "../../model/taint.ts";

/** Source: daemon_controller.go, NodeShouldRunDaemonPod: name and affinity, then taints; running pods bear NoSchedule. */
export function daemonFit(
  spec: PodSpec,
  node: Node,
): { readonly shouldRun: boolean; readonly mayStay: boolean } {
  const { nodeSelector, affinity, tolerations } = spec;
  const selected =
    Object.keys(nodeSelector).every((key) => labelValue(node.labels, key) === nodeSelector[key]) &&
    (affinity.requiredNodes === undefined ||
      matchesNodeTerms(affinity.requiredNodes, node.labels, node.name));
  if (!selected) return { shouldRun: false, mayStay: false };
  const repelling = node.taints.filter(
    (taint) => taint.effect !== "PreferNoSchedule" && !tolerates(tolerations, taint),
  );
  return {
    shouldRun: repelling.length === 0,
    mayStay: repelling.every(({ effect }) => effect !== "NoExecute"),
  };
}

const daemonSpecs = new WeakMap<PodTemplate, PodSpec>();

/** Source: daemonset_util.go, AddOrUpdateDaemonPodTolerations; facts/drain.json, daemonSetAutoTolerations. */
export function daemonSpec(template: PodTemplate): PodSpec {
  const known = daemonSpecs.get(template);
  if (known) return known;
  const exists = (key: string, effect: Toleration["effect"]): Toleration => ({
    key,
    operator: "Exists",
    value: "",
    effect,
  });
  const added = [
    exists(wellKnownTaint.notReady, "NoExecute"),
    exists(wellKnownTaint.unreachable, "NoExecute"),
    exists(wellKnownTaint.diskPressure, "NoSchedule"),
    exists(wellKnownTaint.memoryPressure, "NoSchedule"),
    exists(wellKnownTaint.pidPressure, "NoSchedule"),
    exists(wellKnownTaint.unschedulable, "NoSchedule"),
    ...(template.spec.hostNetwork ? [exists(wellKnownTaint.networkUnavailable, "NoSchedule")] : []),
  ];
  const spec = { ...template.spec, tolerations: [...template.spec.tolerations, ...added] };
  daemonSpecs.set(template, spec);
  return spec;
}
