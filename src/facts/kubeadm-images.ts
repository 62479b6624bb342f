import { kubeadmOf, type KubeadmImages } from "./kubeadm.ts";

/**
 * What kubeadm of this version brings: images change inside a minor, and between two known patches those of the
 * earlier one hold. Undefined for a minor that is not known.
 */
export function kubeadmImages(version: {
  readonly minor: number;
  readonly patch: number;
}): KubeadmImages | undefined {
  return kubeadmOf(version.minor)?.images.findLast(({ fromPatch }) => fromPatch <= version.patch);
}
