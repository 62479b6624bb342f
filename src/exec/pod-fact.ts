import { controllerOf } from "../model/meta.ts";
import { isFinished, isMirror, type Pod } from "../model/pod.ts";
import type { PodFact } from "./protocol.ts";

/** What a drainer looks at of a pod; what the pod itself does not tell is `rest`. */
export function podFactOf(pod: Pod, rest: Pick<PodFact, "daemonSetExists" | "deletionAt">): PodFact {
  const { uid, namespace, name, labels, annotations, spec } = pod;
  const controller = controllerOf(pod);
  return {
    uid,
    namespace,
    name,
    labels,
    annotations,
    priorityClassName: spec.priorityClassName,
    tolerations: spec.tolerations,
    graceSeconds: spec.terminationGracePeriodSeconds,
    isFinished: isFinished(pod),
    isMirror: isMirror(pod),
    hasEmptyDir: spec.volumes.some(({ type }) => type === "emptyDir"),
    ...(controller
      ? { controller: { apiVersion: controller.apiVersion, kind: controller.kind, name: controller.name } }
      : {}),
    ...rest,
  };
}
