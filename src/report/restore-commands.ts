import { etcdctl } from "./etcd-commands.ts";
import type { Instructions } from "./instructions.ts";
import { shellWord } from "../lib/shell-word.ts";
import { onNode } from "./node-commands.ts";
import type { StepTurn } from "./step-commands.ts";

const stopped = "/etc/kubernetes/manifests-stopped";

/**
 * Every member of etcd from one snapshot, with every API server stopped. Sources: kubernetes.io, Operating etcd
 * clusters, "Restoring an etcd cluster"; etcd.io, Disaster recovery.
 */
export function restoreEtcd(backup: string, { members: nodes }: StepTurn): Instructions {
  const [member = ""] = nodes;
  const peerOf = (node: string) => `https://${addressVariable(node)}:2380`;
  const peers = nodes.map((node) => `${shellWord(node)}="${peerOf(node)}"`).join(",");
  const file = shellWord(`/var/backups/${backup}.db`);
  const archive = shellWord(`/var/backups/${backup}-kubernetes.tar.gz`);
  const block = (where: string, commands: readonly string[]) =>
    ({ where, language: "sh", commands }) as const;
  return {
    said: [
      `Everything that was written after ${backup} was taken is lost. First copy ${backup}.db and ${backup}-kubernetes.tar.gz into /var/backups of each control-plane node, and set ${nodes.map((node) => addressVariable(node).replace(/[${}]/g, "")).join(", ")} to the addresses of their etcd members on each.`,
      "Do one block on all the nodes that it names before the next one begins: no API server may run while a member is restored.",
    ],
    blocks: [
      ...nodes.map((node) =>
        block(`${onNode(node)}: stop the control plane`, [
          `sudo mkdir -p ${stopped} && sudo sh -c 'mv /etc/kubernetes/manifests/*.yaml ${stopped}/'`,
          "until [ -z \"$(sudo crictl ps -q --name 'kube-apiserver|etcd')\" ]; do sleep 2; done",
        ]),
      ),
      ...nodes.map((node) =>
        block(`${onNode(node)}: restore its member`, [
          "sudo mv /var/lib/etcd /var/lib/etcd-before-restore",
          `sudo etcdutl snapshot restore ${file} --data-dir /var/lib/etcd --name ${shellWord(node)} --initial-cluster ${peers} --initial-cluster-token ${shellWord(`restored-${backup}`)} --initial-advertise-peer-urls "${peerOf(node)}"`,
        ]),
      ),
      ...nodes.map((node) =>
        block(`${onNode(node)}: start it again, with the manifests of that time`, [
          `sudo tar -C /etc -xzf ${archive} kubernetes/manifests`,
          "sudo systemctl restart kubelet",
        ]),
      ),
      block("On every other node, so that its kubelet forgets what it has seen since", [
        "sudo systemctl restart kubelet",
      ]),
    ],
    checks: [
      { command: etcdctl(member, "endpoint health --cluster"), expect: "every member is healthy" },
      { command: etcdctl(member, "member list"), expect: `${nodes.length} members, all started` },
      { command: "kubectl get --raw='/readyz?verbose'", expect: "the last line is: readyz check passed" },
      { command: "kubectl get nodes", expect: "every node is there, and Ready" },
      { command: "kubectl get pods -A", expect: "what ran when the backup was taken runs again" },
    ],
  };
}

/** `${CP_1}`: where the address of a member stands in the commands, as the input does not tell it. */
function addressVariable(node: string): string {
  return `\${${node.toUpperCase().replace(/[^A-Z0-9]/g, "_")}}`;
}
