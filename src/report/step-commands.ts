import { minorOf, parseVersion } from "../model/version.ts";
import type { Node } from "../model/node.ts";
import type { NodeSelection, Step } from "../plan/plan.ts";
import { formatSelector } from "../model/selector.ts";
import { goDuration } from "../lib/duration.ts";
import { joinChecks, joinCommands } from "./join-commands.ts";
import { drainFlags, shellWord } from "./next.ts";

/** Where a step of a plan has its turn. */
export interface StepTurn {
  /** The node whose turn it is in a rollout; empty where there is none. */
  readonly node: string;
  /** Whether it is the first control-plane node that goes to this version: kubeadm does more there. */
  readonly isFirst: boolean;
  /** Whether the node is one of the control plane. */
  readonly isControlPlane: boolean;
  /** The nodes that the rehearsal saw join in this step. */
  readonly joined: readonly Node[];
}

/** What a person types for one step, and what to look at afterwards. */
export interface StepCommands {
  /** Where the commands are typed: on the node, or anywhere with kubectl. */
  readonly on: "node" | "kubectl";
  readonly commands: readonly string[];
  /** Shows whether it has worked. */
  readonly check: readonly string[];
}

/**
 * The commands of one step. Sources: kubernetes.io, Upgrading kubeadm clusters and Upgrading Linux nodes (packages from
 * pkgs.k8s.io, one repository a minor), Operating etcd clusters; kubectl's own flags.
 */
export function stepCommands(step: Step, turn: StepTurn): StepCommands {
  const kubectl = (commands: readonly string[], check: readonly string[] = []): StepCommands => ({
    on: "kubectl",
    commands,
    check,
  });
  switch (step.kind) {
    case "cordon":
    case "uncordon":
      return kubectl([`kubectl ${step.kind} ${nodesOf(step.nodes, turn)}`], ["kubectl get nodes"]);
    case "drain":
      return kubectl(
        [["kubectl drain", nodesOf(step.nodes, turn), ...drainFlags(step.options)].join(" ")],
        [
          `kubectl get pods -A --field-selector spec.nodeName=${oneNode(step.nodes, turn)}`,
          "kubectl get pdb -A",
        ],
      );
    case "taint": {
      const { key, value, effect } = step.taint;
      const text = `${key}${value === "" ? "" : `=${value}`}:${effect}${step.remove ? "-" : ""}`;
      return kubectl([`kubectl taint nodes ${nodesOf(step.nodes, turn)} ${shellWord(text)}`]);
    }
    case "label": {
      const labels = Object.entries(step.labels).map(([key, value]) =>
        shellWord(value === null ? `${key}-` : `${key}=${value}`),
      );
      return kubectl([`kubectl label nodes ${nodesOf(step.nodes, turn)} ${labels.join(" ")} --overwrite`]);
    }
    case "reboot":
      return {
        on: "node",
        commands: ["sudo systemctl reboot"],
        check: [`kubectl wait --for=condition=Ready node/${oneNode(step.nodes, turn)} --timeout=10m`],
      };
    case "deleteNode":
      return kubectl(
        [
          `kubectl delete node ${nodesOf(step.nodes, turn)}`,
          "# then end its machine, or run on it: sudo kubeadm reset",
          ...(turn.isControlPlane
            ? ["# kubeadm reset takes its etcd member out too: etcdctl member list"]
            : []),
        ],
        ["kubectl get nodes"],
      );
    case "joinNode":
      return kubectl(
        joinCommands(turn.joined, (version) => packages(["kubeadm", "kubelet"], version)),
        joinChecks(turn.joined),
      );
    case "upgradeControlPlane":
      return controlPlane(step.to, turn);
    case "upgradeKubelet":
      return kubelet(step.to, turn);
    case "upgradeAddon":
      return kubectl(
        ["# kubeadm upgrade apply has written its new image"],
        [
          step.addon === "coredns"
            ? "kubectl -n kube-system rollout status deployment coredns"
            : "kubectl -n kube-system rollout status daemonset kube-proxy",
        ],
      );
    case "backupEtcd":
      return {
        on: "node",
        commands: [
          `sudo ETCDCTL_API=3 etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key snapshot save /var/backups/${step.name}.db`,
        ],
        check: [`sudo etcdutl snapshot status /var/backups/${step.name}.db`],
      };
    case "scale": {
      const [namespace, kind, name] = partsOf(step.workload);
      const replicas =
        step.to ??
        `$(( $(kubectl -n ${namespace} get ${kind} ${name} -o jsonpath='{.spec.replicas}') + ${step.by ?? 0} ))`;
      return kubectl(
        [`kubectl -n ${namespace} scale ${kind} ${name} --replicas=${replicas}`],
        [`kubectl -n ${namespace} rollout status ${kind} ${name}`],
      );
    }
    case "patch": {
      const [namespace, kind, name] = partsOf(step.object);
      const patch = shellWord(JSON.stringify({ spec: step.set }));
      return kubectl([`kubectl -n ${namespace} patch ${kind} ${name} --type merge -p ${patch}`]);
    }
    case "restartWorkload": {
      const [namespace, kind, name] = partsOf(step.workload);
      return kubectl(
        [`kubectl -n ${namespace} rollout restart ${kind} ${name}`],
        [`kubectl -n ${namespace} rollout status ${kind} ${name}`],
      );
    }
    case "gate":
      return kubectl(
        [],
        step.until.map((condition) => gateCheck(condition, turn)),
      );
    case "hook":
      return { on: "node", commands: [step.command.map(shellWord).join(" ")], check: [] };
    case "wait":
      return kubectl([
        step.duration.kind === "fixed" ? `sleep ${Math.round(step.duration.millis / 1_000)}` : "# wait",
      ]);
    case "approve":
      return kubectl([`# ask for approval: ${step.name}`]);
    case "parallel":
    case "sequence":
    case "rollout":
      return kubectl([]);
  }
}

const pki = "/etc/kubernetes/pki/etcd";

function controlPlane(to: string, { isFirst }: StepTurn): StepCommands {
  return {
    on: "node",
    commands: [
      ...packages(["kubeadm"], to),
      ...(isFirst
        ? ["sudo kubeadm upgrade plan", `sudo kubeadm upgrade apply ${to} --yes`]
        : ["sudo kubeadm upgrade node"]),
    ],
    check: [
      "kubectl -n kube-system get pods -l tier=control-plane -o wide",
      "kubectl get --raw=/readyz?verbose",
    ],
  };
}

function kubelet(to: string, { node, isControlPlane }: StepTurn): StepCommands {
  return {
    on: "node",
    commands: [
      ...(isControlPlane ? [] : [...packages(["kubeadm"], to), "sudo kubeadm upgrade node"]),
      ...packages(["kubelet", "kubectl"], to),
      "sudo systemctl daemon-reload && sudo systemctl restart kubelet",
    ],
    check: [`kubectl get node ${node || "NODE"}    # VERSION ${to}, Ready`],
  };
}

/** Each minor has a package repository of its own: its address is to be changed first. */
function packages(names: readonly string[], to: string): string[] {
  const version = parseVersion(to);
  const minor = version ? minorOf(version) : "";
  const exact = to.replace(/^v/, "");
  const all = names.join(" ");
  return [
    `# apt: deb … https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ / in /etc/apt/sources.list.d/kubernetes.list`,
    `sudo apt-mark unhold ${all} && sudo apt-get update && sudo apt-get install -y ${names.map((name) => `${name}='${exact}-*'`).join(" ")} && sudo apt-mark hold ${all}`,
  ];
}

function gateCheck(
  condition: Extract<Step, { readonly kind: "gate" }>["until"][number],
  { node }: StepTurn,
): string {
  switch (condition.kind) {
    case "nodeReady":
      return `kubectl wait --for=condition=Ready node/${node || "NODE"}`;
    case "noPendingPods":
      return "kubectl get pods -A --field-selector status.phase=Pending";
    case "controlPlaneHealthy":
      return "kubectl get --raw=/readyz?verbose";
    case "etcdHealthy":
      return `sudo etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key endpoint health --cluster`;
    case "nodesAt":
      return `kubectl get nodes    # every VERSION is ${condition.version}`;
    case "workloadReady": {
      const [namespace, kind, name] = partsOf(condition.workload);
      return `kubectl -n ${namespace} rollout status ${kind} ${name}`;
    }
  }
}

function partsOf(ref: string): [namespace: string, kind: string, name: string] {
  const [namespace = "", kind = "", name = ""] = ref.split("/");
  return [shellWord(namespace), kind.toLowerCase(), shellWord(name)];
}

/** The step's only node; NODE where there are several: the command is typed for each. */
function oneNode(nodes: NodeSelection, { node }: StepTurn): string {
  const [name = node, ...more] = nodes.kind === "names" ? nodes.names : [];
  return name === "" || more.length > 0 ? "NODE" : shellWord(name);
}

function nodesOf(nodes: NodeSelection, { node }: StepTurn): string {
  switch (nodes.kind) {
    case "names":
      return nodes.names.map(shellWord).join(" ");
    case "selector":
      return `-l ${shellWord(formatSelector(nodes.selector))}`;
    case "current":
      return shellWord(node);
  }
}

/** How long a person may wait before this is not as it was rehearsed: twice as long, and a minute. */
export function patience(millis: number): string {
  return goDuration(Math.ceil((2 * millis + 60_000) / 60_000) * 60_000).replace(/(\D)0s$/, "$1");
}
