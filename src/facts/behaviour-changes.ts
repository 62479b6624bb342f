/** What components do differently from a minor of 1.x on, while no object changes. */

/** Until then a kubelet let the commands of exec probes run for as long as they liked. */
export const execProbeTimeout = {
  from: 20,
  /** What an exec probe gets that names no timeout, in seconds. */
  defaultSeconds: 1,
  source: "kubernetes/kubernetes PR #94115 (ExecProbeTimeout)",
} as const;

/** Until then cloud load balancers left nodes with the old role label out. kubeadm gives its nodes the new label itself. */
export const balancedControlPlanes = {
  from: 21,
  roleLabel: "node-role.kubernetes.io/master",
  excludeLabel: "node.kubernetes.io/exclude-from-external-load-balancers",
  source: "kubernetes/kubernetes PR #97543, PR #98269",
} as const;

/** A time zone in a CronJob's schedule: it worked by accident from 1.22 on. */
export const cronTimeZone = {
  refusedFrom: 29,
  /** The first minor that has spec.timeZone by default. */
  fieldSince: 25,
  source: "kubernetes/kubernetes PR #116252",
} as const;

/**
 * From then on components that are configured with a cloud provider of Kubernetes' own code do not start, or are without
 * it. By the beginning of a node's providerID. Source: KEP-2395; kubernetes.io, blog, 2023-12-14 (1.29: not by default).
 */
export const inTreeClouds: readonly {
  readonly prefix: string;
  readonly name: string;
  readonly goneFrom: number;
  readonly source: string;
}[] = [
  {
    prefix: "openstack://",
    name: "OpenStack",
    goneFrom: 26,
    source: "kubernetes/kubernetes PR #67782, KEP-2395",
  },
  { prefix: "aws://", name: "AWS", goneFrom: 27, source: "kubernetes/kubernetes PR #115838, KEP-2395" },
  { prefix: "gce://", name: "GCE", goneFrom: 29, source: "KEP-2395 (DisableCloudProviders is on from 1.29)" },
  {
    prefix: "azure://",
    name: "Azure",
    goneFrom: 29,
    source: "KEP-2395 (DisableCloudProviders is on from 1.29)",
  },
  {
    prefix: "vsphere://",
    name: "vSphere",
    goneFrom: 29,
    source: "KEP-2395 (DisableCloudProviders is on from 1.29)",
  },
];

/** A cloud's own controllers, by what their images are called: cloud-controller-manager, openstack-cloud-…, ccm. */
export const cloudControllerImage = /(cloud-controller-manager|cloud-provider|-ccm|(^|\/)ccm)[^/]*$/;

/**
 * Flags that a kubelet of this minor does not know: with one of them it does not start. They are in files of the node,
 * and in no object. kubeadm takes them out of its own file, not out of others.
 */
export const removedKubeletFlags: readonly {
  readonly flag: string;
  readonly removed: number;
  readonly source: string;
}[] = [
  { flag: "--network-plugin", removed: 24, source: "kubernetes/kubernetes PR #106907" },
  { flag: "--cni-bin-dir", removed: 24, source: "kubernetes/kubernetes PR #106907" },
  { flag: "--cni-conf-dir", removed: 24, source: "kubernetes/kubernetes PR #106907" },
  {
    flag: "--container-runtime",
    removed: 27,
    source: "kubernetes/kubernetes PR #112000, kubernetes.io blog 2023-03-17",
  },
  { flag: "--pod-infra-container-image", removed: 35, source: "kubernetes/kubernetes PR #133779" },
];

/** Where a kubelet's flags stand on nodes of kubeadm, and the usual places besides. Source: kubernetes.io, kubelet drop-in. */
export const kubeletFlagFiles =
  "/var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet /etc/sysconfig/kubelet /etc/systemd/system/kubelet.service.d";
