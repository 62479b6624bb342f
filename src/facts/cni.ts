/**
 * What CNI plug-ins keep for each node beside the Node object, and who takes it away. Sources: docs.tigera.io,
 * Decommission a node (calicoctl delete node; calico-kube-controllers does it where it runs); docs.cilium.io,
 * CiliumNode (removed by the operator); antrea.io, AntreaAgentInfo (removed by the controller).
 */
export interface CniPlugin {
  readonly name: string;
  /** Names of the DaemonSet that runs on every node. */
  readonly daemonSets: readonly string[];
  /** The command before the node's name. */
  readonly forget: string;
  readonly unless: string;
}

export const cniPlugins: readonly CniPlugin[] = [
  {
    name: "Calico",
    daemonSets: ["calico-node", "canal"],
    forget: "calicoctl delete node",
    unless: "calico-kube-controllers does it where it runs",
  },
  {
    name: "Cilium",
    daemonSets: ["cilium"],
    forget: "kubectl delete --ignore-not-found ciliumnode",
    unless: "cilium-operator does it where it runs",
  },
  {
    name: "Antrea",
    daemonSets: ["antrea-agent"],
    forget: "kubectl delete --ignore-not-found antreaagentinfo",
    unless: "antrea-controller does it where it runs",
  },
];
