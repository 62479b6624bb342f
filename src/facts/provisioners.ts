/**
 * From where a volume of each provisioner can be reached once it is made: its node, its zone, or everywhere. A
 * provisioner that is not listed is taken as zonal, which is the cautious guess; `volumeReach` says so.
 * Sources: each driver's documentation of its topology keys (kubernetes-sigs/aws-ebs-csi-driver docs/parameters.md,
 * kubernetes-sigs/gcp-compute-persistent-disk-csi-driver README, kubernetes-sigs/azuredisk-csi-driver
 * docs/driver-parameters.md, rancher/local-path-provisioner README, topolvm/topolvm docs, longhorn/longhorn docs).
 */
export type VolumeReach = "node" | "zone" | "everywhere";

const reaches: Readonly<Record<string, VolumeReach>> = {
  "ebs.csi.aws.com": "zone",
  "kubernetes.io/aws-ebs": "zone",
  "pd.csi.storage.gke.io": "zone",
  "kubernetes.io/gce-pd": "zone",
  "disk.csi.azure.com": "zone",
  "kubernetes.io/azure-disk": "zone",
  "cinder.csi.openstack.org": "zone",
  "kubernetes.io/cinder": "zone",
  "vpc.block.csi.ibm.io": "zone",
  "diskplugin.csi.alibabacloud.com": "zone",
  "rancher.io/local-path": "node",
  "k8s.io/minikube-hostpath": "node",
  "openebs.io/local": "node",
  "local.csi.openebs.io": "node",
  "zfs.csi.openebs.io": "node",
  "topolvm.io": "node",
  "topolvm.cybozu.com": "node",
  "efs.csi.aws.com": "everywhere",
  "filestore.csi.storage.gke.io": "everywhere",
  "file.csi.azure.com": "everywhere",
  "kubernetes.io/azure-file": "everywhere",
  "nfs.csi.k8s.io": "everywhere",
  "smb.csi.k8s.io": "everywhere",
  "driver.longhorn.io": "everywhere",
  "dobs.csi.digitalocean.com": "everywhere",
};

/** Ceph's drivers are named after the namespace of their operator. */
const cephDriver = /\.(rbd|cephfs|nfs)\.csi\.ceph\.com$/;

/** Where volumes of this provisioner can be reached from; undefined where that is not known. */
export function volumeReach(provisioner: string): VolumeReach | undefined {
  if (Object.hasOwn(reaches, provisioner)) return reaches[provisioner];
  return cephDriver.test(provisioner) ? "everywhere" : undefined;
}
