import { controlPlaneOf } from "../model/control-plane.ts";
import type { Cluster } from "../model/cluster.ts";
import { shellWord } from "./next.ts";

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

/** A control-plane node whose etcd can be asked: any but this one; undefined where etcd runs elsewhere. */
export function etcdMember(cluster: Cluster, besides = ""): string | undefined {
  const { etcd, nodes } = controlPlaneOf(cluster);
  return etcd === "stacked" ? nodes.find((node) => node !== besides) : undefined;
}
