import { cniPlugins } from "../facts/cni.ts";
import { kubeadmImages } from "../facts/kubeadm-images.ts";
import { isByKubeadm } from "../model/components.ts";
import type { Cluster } from "../model/cluster.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import { parseVersion } from "../model/version.ts";
import { etcdctl, memberRemoval } from "./etcd-commands.ts";
import { type CommandBlock, type Instructions, nodeCheck, saidOnly } from "./instructions.ts";
import { shellWord } from "../lib/shell-word.ts";
import { installPackages, isWindows, windowsKubelet } from "./package-commands.ts";

/** What a person types on single nodes: packages and kubeadm, restarts, and the way out of the cluster. */

export interface NodeTurn {
  readonly cluster: Cluster;
  readonly node: string;
  /** Undefined where it is not in the input, and did not join on the way. */
  readonly object: Node | undefined;
  /** What its kubelet runs at that moment. */
  readonly kubeletVersion: string;
  /** Whether its package repository was changed to this minor on the way already. */
  readonly hasRepository: boolean;
  /** Nodes that have a member of etcd at that moment. */
  readonly members: readonly string[];
}

export function onNode(node: string): string {
  return node === "" ? "On the node" : `On ${node}`;
}

/**
 * kubeadm on a control-plane node: `apply` on the first that goes to a version, `node` on the others. Source:
 * kubernetes.io, Upgrading kubeadm clusters.
 */
export function upgradeControlPlane(
  turn: NodeTurn,
  { to, certificateRenewal }: { readonly to: string; readonly certificateRenewal?: boolean },
  isFirst: boolean,
): Instructions {
  const renewal = certificateRenewal === false ? " --certificate-renewal=false" : "";
  const { said, commands } = installPackages(turn.object, {
    names: ["kubeadm"],
    to,
    hasRepository: turn.hasRepository,
  });
  const kubeadm = isFirst
    ? ["sudo kubeadm upgrade plan", `sudo kubeadm upgrade apply ${to} --yes${renewal}`]
    : [`sudo kubeadm upgrade node${renewal}`];
  return {
    said: [
      ...said,
      ...(isFirst
        ? [
            "Read what kubeadm upgrade plan says before going on. Add-ons that kubeadm did not bring, the CNI above all, have upgrade notes of their own.",
          ]
        : []),
    ],
    blocks: [{ where: onNode(turn.node), language: "sh", commands: [...commands, ...kubeadm] }],
    checks: [
      {
        command: `kubectl -n kube-system get pods -l tier=control-plane --field-selector spec.nodeName=${shellWord(turn.node)}`,
        expect: "each of them 1/1 Running",
      },
      { command: "kubectl get --raw='/readyz?verbose'", expect: "the last line is: readyz check passed" },
    ],
  };
}

/** A node's kubelet, and on a worker kubeadm's configuration for it before. Source: kubernetes.io, Upgrading Linux nodes. */
export function upgradeKubelet(turn: NodeTurn, to: string, byKubeadm: boolean): Instructions {
  const node = turn.object;
  const checks = [nodeCheck(turn.node, `VERSION ${to}, STATUS Ready (cordoned or not)`)];
  if (node && isWindows(node))
    return {
      said: [
        "A Windows node: kubeadm.exe and kubelet.exe are taken to be in C:\\k. kube-proxy there is upgraded with its own DaemonSet or service.",
      ],
      blocks: [windowsKubelet(node, `${onNode(turn.node)}, in PowerShell as administrator`, to)],
      checks,
    };
  const before =
    !byKubeadm || (node && isControlPlane(node))
      ? undefined
      : installPackages(node, { names: ["kubeadm"], to, hasRepository: turn.hasRepository });
  const packages = installPackages(node, {
    names: ["kubelet", "kubectl"],
    to,
    hasRepository: before !== undefined || turn.hasRepository,
  });
  return {
    said: [...(before?.said ?? packages.said), ...pauseSentence(node, turn.kubeletVersion, to)],
    blocks: [
      {
        where: onNode(turn.node),
        language: "sh",
        commands: [
          ...(before ? [...before.commands, "sudo kubeadm upgrade node"] : []),
          ...packages.commands,
          "sudo systemctl daemon-reload && sudo systemctl restart kubelet",
        ],
      },
    ],
    checks,
  };
}

/** The runtime starts pods with an image that kubeadm names: another one with some minors. */
function pauseSentence(node: Node | undefined, kubeletVersion: string, to: string): string[] {
  const [from, target] = [parseVersion(kubeletVersion), parseVersion(to)];
  if (!from || !target || !node?.info.containerRuntimeVersion.startsWith("containerd")) return [];
  const [before, after] = [kubeadmImages(from)?.pause, kubeadmImages(target)?.pause];
  if (after === undefined || before === after) return [];
  return [
    `The pause image is ${after} from here on: where sandbox_image in /etc/containerd/config.toml names another, change it and restart containerd while the node is drained.`,
  ];
}

export function reboot(turn: NodeTurn): CommandBlock {
  return isWindows(turn.object)
    ? {
        where: `${onNode(turn.node)}, in PowerShell as administrator`,
        language: "powershell",
        commands: ["Restart-Computer -Force"],
      }
    : { where: onNode(turn.node), language: "sh", commands: ["sudo systemctl reboot"] };
}

/**
 * A node leaves for good: kubeadm's own reset while its object is there, then the object, then what the CNI keeps of it.
 * Source: kubernetes.io, Creating a cluster with kubeadm (Remove the node); kubeadm reset (takes the etcd member out).
 */
export function removeNode(turn: NodeTurn): Instructions {
  const { cluster, node } = turn;
  const { object } = turn;
  const isKubeadm = isByKubeadm(cluster);
  const isMember = turn.members.includes(node);
  const member = isKubeadm && isMember ? turn.members.find((each) => each !== node) : undefined;
  const plugins = cniPlugins.filter(({ daemonSets }) =>
    cluster.objects.DaemonSet.some(({ name }) => daemonSets.includes(name)),
  );
  return {
    said: [
      ...(isKubeadm
        ? []
        : [
            "Its machine is ended where it was made: a kubelet that is restarted after this registers the node again, without labels and taints.",
          ]),
      ...(isKubeadm && isMember && !member
        ? ["It is the last member of etcd that is seen: what etcd holds goes with it."]
        : []),
      ...plugins.map(({ name, unless }) => `${name} keeps an object of its own for each node; ${unless}.`),
    ],
    blocks: [
      ...(isKubeadm
        ? [
            {
              where: isWindows(object) ? `${onNode(node)}, in PowerShell as administrator` : onNode(node),
              language: isWindows(object) ? ("powershell" as const) : ("sh" as const),
              commands: isWindows(object)
                ? ["C:\\k\\kubeadm.exe reset --force"]
                : ["sudo kubeadm reset --force", "sudo rm -rf /etc/cni/net.d"],
            },
          ]
        : []),
      {
        where: isKubeadm ? "Then, anywhere" : "",
        language: "sh",
        commands: [
          `kubectl delete node ${shellWord(node)}`,
          ...plugins.map(({ forget }) => `${forget} ${shellWord(node)}`),
        ],
      },
      // For a machine on which nobody could type kubeadm reset any more.
      ...(member
        ? [
            {
              where: "Only where kubeadm reset could not be run: take its member out of etcd",
              language: "sh" as const,
              commands: memberRemoval(node, member),
            },
          ]
        : []),
    ],
    checks: [
      { command: "kubectl get nodes", expect: `${node} is not there any more` },
      ...(member ? [{ command: etcdctl(member, "member list"), expect: `no member is called ${node}` }] : []),
    ],
  };
}

/** The Node object alone: the machine stays, and its kubelet registers it again when it starts anew. */
export function removeObject(node: string): Instructions {
  return {
    said: [
      "Its machine stays: write down what is on the object, since labels, taints and the cordon go with it.",
    ],
    blocks: [
      {
        where: "",
        language: "sh",
        commands: [
          `kubectl get node ${shellWord(node)} -o yaml > ${shellWord(`${node}-before.yaml`)}`,
          `kubectl delete node ${shellWord(node)}`,
        ],
      },
    ],
    checks: [{ command: "kubectl get nodes", expect: `${node} is not there until its kubelet restarts` }],
  };
}

/** The member of etcd on a control-plane node goes before its machine does. Source: etcd.io, Runtime reconfiguration. */
export function removeEtcdMember({ node, members }: NodeTurn): Instructions {
  const member = members.find((each) => each !== node);
  if (member === undefined)
    return saidOnly([`No other member of etcd is seen: where it runs, take the one of ${node} out of it.`]);
  return {
    said: ["Its API server has no etcd from then on: end its machine soon."],
    blocks: [{ where: "", language: "sh", commands: memberRemoval(node, member) }],
    checks: [
      { command: etcdctl(member, "member list"), expect: `no member is called ${node}` },
      { command: etcdctl(member, "endpoint health --cluster"), expect: "every member is healthy" },
    ],
  };
}
