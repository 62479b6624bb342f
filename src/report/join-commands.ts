import { isByKubeadm } from "../model/components.ts";
import type { Cluster } from "../model/cluster.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import { formatTaint } from "../model/taint.ts";
import { type CommandBlock, type Instructions, saidOnly } from "./instructions.ts";
import { shellWord } from "../lib/shell-word.ts";
import { installPackages, isWindows } from "./package-commands.ts";

/**
 * What a person types to add nodes of kubeadm's, and what to look at before they take work. Sources: kubernetes.io,
 * Adding Linux worker nodes; kubeadm join, kubeadm token; NodeRestriction (labels that no kubelet may set itself);
 * facts/kubeadm.json, certificates (bootstrapTokenTtlHours, uploadCertsKeyTtlHours).
 */
export function joinNodes(cluster: Cluster, nodes: readonly Node[]): Instructions {
  const [first] = nodes;
  if (!first) return saidOnly(["No machine came up in the rehearsal."]);
  const names = nodes.map(({ name }) => name);
  if (!isByKubeadm(cluster))
    return {
      said: [
        `${names.join(" ")}: their machines are made where their pool is managed; nothing here says that kubeadm made this cluster.`,
      ],
      blocks: labelling(nodes, ""),
      checks: joinChecks(names),
    };
  const plane = isControlPlane(first);
  const packages = isWindows(first)
    ? { said: ["Windows machines: bring the runtime, kubeadm.exe and kubelet.exe first."], commands: [] }
    : installPackages(first, {
        names: ["kubeadm", "kubelet"],
        to: first.info.kubeletVersion,
        hasRepository: false,
      });
  return {
    said: [
      `The first command prints the one that each new machine is joined with, as root; its token is good for 24 hours.${plane ? " The second prints a certificate key, which is good for 2 hours: a control-plane node joins with --control-plane --certificate-key and that key." : ""}`,
      ...packages.said,
    ],
    blocks: [
      {
        where: "On a control-plane node",
        language: "sh",
        commands: [
          "sudo kubeadm token create --print-join-command",
          ...(plane ? ["sudo kubeadm init phase upload-certs --upload-certs"] : []),
        ],
      },
      {
        where: `On ${names.join(", then on ")}: the container runtime and these packages, then the command that was printed`,
        language: "sh",
        commands: packages.commands,
      },
      ...labelling(nodes, "Then, anywhere"),
    ],
    checks: joinChecks(names),
  };
}

/** Labels and taints that the nodes are to have and that their kubelets do not bring. */
function labelling(nodes: readonly Node[], where: string): CommandBlock[] {
  const [first] = nodes;
  const names = nodes.map(({ name }) => shellWord(name)).join(" ");
  const labels = Object.entries(first?.labels ?? {}).filter(([key]) => !isKubeletsOwn(key));
  const taints = (first?.taints ?? []).filter(({ key }) => !key.startsWith("node.kubernetes.io/"));
  const commands = [
    ...(labels.length > 0
      ? [
          `kubectl label nodes ${names} --overwrite ${labels.map(([key, value]) => shellWord(`${key}=${value}`)).join(" ")}`,
        ]
      : []),
    ...(taints.length > 0
      ? [`kubectl taint nodes ${names} ${taints.map((taint) => shellWord(formatTaint(taint))).join(" ")}`]
      : []),
  ];
  return commands.length === 0 ? [] : [{ where, language: "sh", commands }];
}

/** Shows that the nodes are of use, and not only Ready. */
function joinChecks(names: readonly string[]): Instructions["checks"] {
  const words = names.map(shellWord);
  return [
    ...words.map((name) => ({
      command: `kubectl wait --for=condition=Ready node/${name} --timeout=10m`,
      expect: "condition met",
    })),
    ...words.map((name) => ({
      command: `kubectl get pods -A -o wide --field-selector spec.nodeName=${name}`,
      expect: "the pods of every DaemonSet that belongs there are Running and Ready",
    })),
    {
      command: `kubectl get nodes ${words.join(" ")} -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints,OFFERS:.status.allocatable`,
      expect: "no startup taint is left, and devices that it is to offer are not 0",
    },
    { command: `kubectl get csinodes ${words.join(" ")}`, expect: "as many drivers as on nodes like it" },
  ];
}

/** Labels that a kubelet or its cloud sets by itself. Source: kubernetes.io, Well-Known Labels. */
function isKubeletsOwn(key: string): boolean {
  return /^(beta\.)?kubernetes\.io\/(hostname|os|arch)$|^node\.kubernetes\.io\/instance-type$|^beta\.kubernetes\.io\/instance-type$/.test(
    key,
  );
}
