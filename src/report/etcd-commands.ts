import { controlPlaneOf } from "../model/control-plane.ts";
import type { Cluster } from "../model/cluster.ts";
import { shellWord } from "../lib/shell-word.ts";

/** etcdctl's flags in a cluster of kubeadm. Source: kubernetes.io, Operating etcd clusters for Kubernetes. */
const pki = "/etc/kubernetes/pki/etcd";
const flags = `--endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key`;

/** The minor of etcd 3 from which snapshots are looked at by etcdutl alone. Source: etcd.io, upgrade to 3.6. */
const etcdutlMinor = 6;

/** etcdctl inside a member's own pod: it brings the program, so that no node has to have it. */
export function etcdctl(node: string, command: string): string {
  return `kubectl -n kube-system exec ${shellWord(`etcd-${node}`)} -- etcdctl ${flags} ${command}`;
}

/** How a snapshot file is looked at, by the version of etcd that the node runs then. */
export function snapshotStatus(node: string, file: string, etcdVersion: string): string {
  const minor = Number(/^v?3\.(\d+)/.exec(etcdVersion)?.[1] ?? 0);
  const program = minor >= etcdutlMinor ? "etcdutl" : "etcdctl";
  return `kubectl -n kube-system exec ${shellWord(`etcd-${node}`)} -- ${program} snapshot status ${file} --write-out=table`;
}

/** Nodes with a member of etcd at the start; none where etcd runs elsewhere. */
export function membersAtStart(cluster: Cluster): readonly string[] {
  const { etcd, nodes } = controlPlaneOf(cluster);
  return etcd === "stacked" ? nodes : [];
}

/** Takes the member of a node out of etcd, by way of another one. */
export function memberRemoval(node: string, member: string): readonly string[] {
  const id = `${etcdctl(member, "member list")} | awk -F', ' -v name=${shellWord(node)} '$3 == name {print $1}'`;
  return [`member=$(${id})`, etcdctl(member, 'member remove "$member"')];
}
