import { isBuiltInOwner } from "../facts/owners.ts";
import { controllerOf } from "../model/meta.ts";
import type { Pod } from "../model/pod.ts";
import type { ClusterIndex } from "./cluster-index.ts";

/** Whether anything makes a pod again once it is gone, as far as that is known here. */
export type Replaced =
  /** A controller that is rehearsed. */
  | { readonly kind: "controller" }
  /** Nobody: it has no controller. */
  | { readonly kind: "nobody" }
  /** A custom resource's operator, which is not rehearsed: it may, and when is not known. */
  | { readonly kind: "operator"; readonly owner: string }
  /** A controller that Kubernetes has and the input lacks: it would, and here it does not. */
  | { readonly kind: "notGiven"; readonly owner: string };

/** Who makes the pod again. `owner` reads `StrimziPodSet kafka/main`. */
export function replacedBy(index: ClusterIndex, pod: Pod): Replaced {
  // An owner that is not the controller may watch its pod all the same, as Operator Lifecycle Manager's CatalogSource.
  const owner = controllerOf(pod) ?? pod.owners[0];
  if (!owner) return { kind: "nobody" };
  if (index.hasController(owner.uid)) return { kind: "controller" };
  const name = `${owner.kind} ${pod.namespace}/${owner.name}`;
  return isBuiltInOwner(owner.apiVersion, owner.kind)
    ? { kind: "notGiven", owner: name }
    : { kind: "operator", owner: name };
}

/** Why no new pod comes, as a clause; undefined where one should. */
export function whyNotReplaced(replaced: Replaced): string | undefined {
  switch (replaced.kind) {
    case "controller":
      return undefined;
    case "nobody":
      return "no controller: nothing makes the pod again";
    case "operator":
      return `whether and when ${replaced.owner} makes a new one is not modelled`;
    case "notGiven":
      return `${replaced.owner} is not in the input: no new one is made here`;
  }
}
