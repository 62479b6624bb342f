import { kubeadmImages } from "../../facts/kubeadm-images.ts";
import { etcdVersion, type StaticComponent, versionText } from "../../model/control-plane.ts";
import { compareVersions, parseVersion } from "../../model/version.ts";

/** What a static pod of the control plane runs. */
export interface StaticImage {
  /** As a trace has it: `v1.35.2`, `v3.6.5` of etcd. */
  readonly version: string;
  /** The tag of its image; etcd's counts builds as well. */
  readonly tag: string;
}

/** What it runs once kubeadm has brought it to a version of Kubernetes. etcd never goes back. */
export function broughtTo(component: StaticComponent, own: StaticImage, kubernetes: string): StaticImage {
  if (component !== "etcd") return { version: kubernetes, tag: kubernetes };
  const parsed = parseVersion(kubernetes);
  const [before, etcd] = [parseVersion(own.version), parsed && etcdVersion(parsed)];
  if (!parsed || !before || !etcd || compareVersions(etcd, before) <= 0) return own;
  const version = versionText(etcd, "etcd");
  return { version, tag: kubeadmImages(parsed)?.etcd ?? version };
}
