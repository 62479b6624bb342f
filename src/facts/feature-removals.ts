/**
 * What Kubernetes stopped doing, beyond API versions: the runtime that a kubelet talks to, policies of pods, volume
 * plugins in its own code, the old cgroup hierarchy. Minors are those of 1.x.
 */

/**
 * The kubelet's own Docker support. Source: KEP-2221, kubernetes/kubernetes PR #97252. A node of a later minor that
 * reports `docker://` runs cri-dockerd.
 */
export const dockershim = {
  prefix: "docker://",
  removed: 24,
  source: "https://kubernetes.io/blog/2022/02/17/dockershim-faq/",
} as const;

/** Source: kubernetes.io, Pod Security Policies: removed with its admission plugin, without a replacing kind. */
export const podSecurityPolicy = {
  kind: "PodSecurityPolicy",
  groups: ["policy", "extensions"],
  removed: 25,
  source: "https://kubernetes.io/docs/concepts/security/pod-security-policy/",
} as const;

/**
 * A kubelet refuses to start on cgroup v1 unless its configuration sets failCgroupV1: false. Source: KEP-5573;
 * kubernetes/kubernetes, pkg/kubelet/apis/config/v1beta1/defaults.go. Which hierarchy a node has is in no API object.
 */
export const cgroupV1 = {
  refused: 35,
  /** Prints cgroup2fs on cgroup v2, tmpfs on v1. */
  command: "stat -fc %T /sys/fs/cgroup/",
  source: "https://kubernetes.io/docs/concepts/architecture/cgroups/",
} as const;

/** kube-proxy's IPVS mode; when it goes is an announcement. Source: KEP-5495 with kubernetes/enhancements PR #6120. */
export const ipvsMode = {
  mode: "ipvs",
  deprecated: 35,
  offByDefault: 40,
  removed: 43,
  source: "https://kubernetes.io/blog/2025/12/17/kubernetes-v1-35-release/",
} as const;

/** A volume plugin that was in Kubernetes' own code. */
export interface InTreeVolume {
  /** The field of the API, in pods and PersistentVolumes. */
  readonly field: string;
  /** What StorageClasses call it; empty: it provisions nothing. */
  readonly provisioner: string;
  /** The first minor without it. */
  readonly removed: number;
  /** The CSI driver that takes over what is there, and from which minor on it has to be installed. */
  readonly driver?: { readonly name: string; readonly since: number };
  readonly source: string;
}

const gates = "kubernetes.io, Feature Gates (removed), CSIMigration*";

/** Types with a driver go on under it; those without do not come back. */
export const inTreeVolumes: readonly InTreeVolume[] = [
  {
    field: "photonPersistentDisk",
    provisioner: "kubernetes.io/photon-pd",
    removed: 16,
    source: "kubernetes/website PR #35685 (not after 1.15)",
  },
  {
    field: "scaleIO",
    provisioner: "kubernetes.io/scaleio",
    removed: 22,
    source: "kubernetes/kubernetes PR #101685, kubernetes/website PR #35685 (not after 1.21)",
  },
  {
    field: "flocker",
    provisioner: "kubernetes.io/flocker",
    removed: 25,
    source: "kubernetes/kubernetes PR #111618",
  },
  {
    field: "quobyte",
    provisioner: "kubernetes.io/quobyte",
    removed: 25,
    source: "kubernetes/kubernetes PR #111619",
  },
  {
    field: "storageos",
    provisioner: "kubernetes.io/storageos",
    removed: 25,
    source: "kubernetes/kubernetes PR #111620",
  },
  {
    field: "glusterfs",
    provisioner: "kubernetes.io/glusterfs",
    removed: 26,
    source: "kubernetes/kubernetes PR #112015",
  },
  {
    field: "cinder",
    provisioner: "kubernetes.io/cinder",
    removed: 26,
    driver: { name: "cinder.csi.openstack.org", since: 21 },
    source: `kubernetes/website PR #42302; ${gates}`,
  },
  {
    field: "awsElasticBlockStore",
    provisioner: "kubernetes.io/aws-ebs",
    removed: 27,
    driver: { name: "ebs.csi.aws.com", since: 23 },
    source: `kubernetes/kubernetes PR #115838; ${gates}`,
  },
  {
    field: "azureDisk",
    provisioner: "kubernetes.io/azure-disk",
    removed: 27,
    driver: { name: "disk.csi.azure.com", since: 23 },
    source: `kubernetes/kubernetes PR #116301; ${gates}`,
  },
  {
    field: "gcePersistentDisk",
    provisioner: "kubernetes.io/gce-pd",
    removed: 28,
    driver: { name: "pd.csi.storage.gke.io", since: 23 },
    source: `kubernetes/kubernetes PR #117055; ${gates}`,
  },
  {
    field: "azureFile",
    provisioner: "kubernetes.io/azure-file",
    removed: 30,
    driver: { name: "file.csi.azure.com", since: 24 },
    source: `kubernetes/kubernetes PR #122576; ${gates}`,
  },
  {
    field: "vsphereVolume",
    provisioner: "kubernetes.io/vsphere-volume",
    removed: 30,
    driver: { name: "csi.vsphere.vmware.com", since: 25 },
    source: `kubernetes/kubernetes PR #122090; ${gates}`,
  },
  {
    field: "cephfs",
    provisioner: "kubernetes.io/cephfs",
    removed: 31,
    source: "kubernetes/kubernetes PR #124544",
  },
  {
    field: "rbd",
    provisioner: "kubernetes.io/rbd",
    removed: 31,
    source: "kubernetes/kubernetes commit df074ed00286, kubernetes/website PR #46304",
  },
  {
    field: "portworxVolume",
    provisioner: "kubernetes.io/portworx-volume",
    removed: 36,
    driver: { name: "pxd.portworx.com", since: 31 },
    source: `kubernetes/kubernetes PR #135322, kubernetes/website PR #46506; ${gates}`,
  },
  {
    field: "gitRepo",
    provisioner: "",
    removed: 36,
    source: "KEP-5040: off unless a gate is set from 1.33 on, always from 1.36 on (PR #136400)",
  },
];
