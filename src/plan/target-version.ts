import { kubeadmImages } from "../facts/kubeadm-images.ts";
import { formatVersion, parseVersion } from "../model/version.ts";
import type { Addon, Plan } from "./plan.ts";

/** The version that a step goes to which names none: the plan's target; empty where the plan has none. */
export function targetVersion({ target }: Pick<Plan, "target">): string {
  return target?.kubernetesVersion ?? "";
}

/**
 * The version of an add-on that kubeadm brings with the plan's target; empty where there is no target, or what comes
 * with it is not known. Source: src/facts/kubeadm-images.ts.
 */
export function targetAddonVersion(addon: Addon, plan: Pick<Plan, "target">): string {
  const target = targetVersion(plan);
  if (addon === "kube-proxy" || target === "") return target;
  const version = parseVersion(target);
  const images = version && kubeadmImages(version);
  const coredns = images && parseVersion(images.coredns);
  return coredns ? formatVersion(coredns) : "";
}
