import { formatTaint } from "../model/taint.ts";
import type { Node } from "../model/node.ts";
import { shellWord } from "./next.ts";

/**
 * What a person types to add a node of kubeadm's, and what to look at before it takes work. Sources: kubernetes.io,
 * Adding Linux worker nodes; kubeadm join, kubeadm token; NodeRestriction (labels that no kubelet may set itself).
 */
export function joinCommands(
  nodes: readonly Node[],
  packages: (version: string) => readonly string[],
): string[] {
  const [first] = nodes;
  if (!first) return ["# no machine came up in the rehearsal"];
  const names = nodes.map(({ name }) => shellWord(name)).join(" ");
  const labels = Object.entries(first.labels).filter(([key]) => !isKubeletsOwn(key));
  const taints = first.taints.filter(({ key }) => !key.startsWith("node.kubernetes.io/"));
  return [
    "# on a control-plane node: prints the command of the next step; the token is good for 24 h",
    "sudo kubeadm token create --print-join-command",
    `# on each new machine (${names}): container runtime, then`,
    ...packages(first.info.kubeletVersion),
    "# the command that was printed: sudo kubeadm join … --token … --discovery-token-ca-cert-hash …",
    ...(labels.length > 0
      ? [
          `kubectl label nodes ${names} --overwrite ${labels.map(([key, value]) => shellWord(`${key}=${value}`)).join(" ")}`,
        ]
      : []),
    ...(taints.length > 0
      ? [`kubectl taint nodes ${names} ${taints.map((taint) => shellWord(formatTaint(taint))).join(" ")}`]
      : []),
  ];
}

/** Shows that the nodes are of use, and not only Ready. */
export function joinChecks(nodes: readonly Node[]): string[] {
  const names = nodes.map(({ name }) => shellWord(name)).join(" ");
  if (names === "") return ["kubectl get nodes"];
  return [
    ...nodes.map(({ name }) => `kubectl wait --for=condition=Ready node/${shellWord(name)} --timeout=10m`),
    ...nodes.map(
      ({ name }) => `kubectl get pods -A -o wide --field-selector spec.nodeName=${shellWord(name)}`,
    ),
    `kubectl get nodes ${names} -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints,OFFERS:.status.allocatable`,
    `kubectl get csinodes ${names}`,
  ];
}

/** Labels that a kubelet or its cloud sets by itself. Source: kubernetes.io, Well-Known Labels. */
function isKubeletsOwn(key: string): boolean {
  return /^(beta\.)?kubernetes\.io\/(hostname|os|arch)$|^node\.kubernetes\.io\/instance-type$|^beta\.kubernetes\.io\/instance-type$/.test(
    key,
  );
}
