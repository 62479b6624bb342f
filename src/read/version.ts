import { imageTag } from "../lib/image.ts";
import type { ClusterObjects } from "../model/cluster.ts";
import type { KubeadmConfiguration } from "../model/configuration.ts";
import { labelValue } from "../model/meta.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "../model/version.ts";

/**
 * The control plane's version: from the images of its API servers, else from what the one that was asked said of itself, else
 * from kubeadm's configuration, else from the newest kubelet, which is never newer than the API server (facts/skew.json).
 * Empty where the input tells neither.
 */
export function controlPlaneVersion(
  objects: ClusterObjects,
  told: string,
  kubeadm: KubeadmConfiguration | undefined,
): { version: string; source: string } {
  const servers = objects.Pod.filter((pod) => labelValue(pod.labels, "component") === "kube-apiserver")
    .map((pod) => parseVersion(imageTag(pod.spec.containers[0]?.image ?? "") ?? ""))
    .filter((version) => version !== undefined);
  const server = newest(servers);
  if (server) return { version: formatVersion(server), source: "the image of kube-apiserver" };
  const own = parseVersion(told);
  if (own) return { version: formatVersion(own), source: "the API server" };
  const configured = parseVersion(kubeadm?.kubernetesVersion ?? "");
  if (configured) return { version: formatVersion(configured), source: "ConfigMap kubeadm-config" };
  const kubelet = newest(
    objects.Node.map((node) => parseVersion(node.info.kubeletVersion)).filter(
      (version) => version !== undefined,
    ),
  );
  if (kubelet)
    return {
      version: formatVersion(kubelet),
      source: "the newest kubelet: the control plane is at least that",
    };
  return { version: "", source: "the input does not tell" };
}

function newest(versions: readonly Version[]): Version | undefined {
  return versions.reduce<Version | undefined>(
    (best, version) => (best === undefined || compareVersions(version, best) > 0 ? version : best),
    undefined,
  );
}
