import { renewCertificates } from "./certificate-commands.ts";
import { addonWorkloads } from "../facts/kubeadm-addons.ts";
import { unreachable } from "../lib/assert.ts";
import { goDuration, humanDuration } from "../lib/duration.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Node } from "../model/node.ts";
import { formatSelector } from "../model/selector.ts";
import { drainerOf } from "../plan/drainers.ts";
import type { GateCondition, NodeSelection, Plan, Step } from "../plan/plan.ts";
import { etcdctl, snapshotStatus } from "./etcd-commands.ts";
import { type Check, type Instructions, kubectlOnly, nodeCheck, saidOnly } from "./instructions.ts";
import { joinNodes } from "./join-commands.ts";
import { shellWord } from "../lib/shell-word.ts";
import { drainFlags } from "./next.ts";
import { approvalSentence, hookCommands, manualLines, queryCheck } from "./outside-commands.ts";
import { managedAddon, managedControlPlaneCommands } from "./provider-commands.ts";
import {
  onNode,
  reboot,
  removeEtcdMember,
  removeNode,
  removeObject,
  upgradeControlPlane,
  upgradeKubelet,
} from "./node-commands.ts";
import { restoreEtcd } from "./restore-commands.ts";
import { flagDuration } from "./words.ts";
import { partsOf, workloadCommands } from "./workload-commands.ts";

/** Where a step of a plan has its turn, and what is known of the cluster by then. */
export interface StepTurn {
  readonly cluster: Cluster;
  /** The node whose turn it is in a rollout; empty where there is none. */
  readonly node: string;
  /** The nodes that the step is about. */
  readonly nodes: readonly string[];
  /** A node by its name, also one that joined on the way. */
  readonly objectOf: (node: string) => Node | undefined;
  /** The nodes that the rehearsal saw join in this step. */
  readonly joined: readonly Node[];
  /** Control-plane nodes that go to this version first: kubeadm does more there. */
  readonly isFirst: (node: string) => boolean;
  /** The version of a kubelet at that moment. */
  readonly kubeletVersion: (node: string) => string;
  /** Whether a node's package repository was changed to the minor of this step on the way already. */
  readonly hasRepository: (node: string) => boolean;
  readonly etcdVersion: string;
  readonly plan: Plan;
  /** The last backup of etcd so far; empty: there is none. */
  readonly backup: string;
  /** Nodes that have a member of etcd at that moment; none where it runs elsewhere. */
  readonly members: readonly string[];
}

/**
 * The commands of one step. Sources: kubernetes.io, Upgrading kubeadm clusters and Upgrading Linux nodes, Operating etcd
 * clusters; kubectl's own flags.
 */
export function stepCommands(step: Step, turn: StepTurn): Instructions {
  switch (step.kind) {
    case "cordon":
    case "uncordon":
      return kubectlOnly(
        [`kubectl ${step.kind} ${nodesOf(step.nodes, turn)}`],
        turn.nodes.map((node) =>
          nodeCheck(
            node,
            step.kind === "cordon" ? "STATUS says SchedulingDisabled" : "STATUS is Ready alone",
          ),
        ),
      );
    case "drain":
      return drain(step, turn);
    case "taint": {
      const { key, value, effect } = step.taint;
      const text = `${key}${value === "" || step.remove ? "" : `=${value}`}:${effect}${step.remove ? "-" : ""}`;
      return kubectlOnly([`kubectl taint nodes ${nodesOf(step.nodes, turn)} ${shellWord(text)}`]);
    }
    case "label": {
      const labels = Object.entries(step.labels).map(([key, value]) =>
        shellWord(value === null ? `${key}-` : `${key}=${value}`),
      );
      return kubectlOnly([
        `kubectl label nodes ${nodesOf(step.nodes, turn)} ${labels.join(" ")} --overwrite`,
      ]);
    }
    case "reboot":
    case "deleteNode":
    case "upgradeControlPlane":
    case "upgradeKubelet":
    case "renewCertificates":
    case "removeEtcdMember":
    case "hook":
      return onEachNode(step, turn);
    case "joinNode":
      return joinNodes(turn.cluster, turn.joined);
    case "upgradeAddon":
      return addon(step, turn);
    case "backupEtcd":
      return backup(step.name, turn);
    case "upgradeManagedControlPlane":
      return managedControlPlaneCommands(turn.cluster, step.to);
    case "restoreEtcd":
      return restoreEtcd(step.from ?? turn.backup, turn);
    case "scale":
    case "patch":
    case "restartWorkload":
      return workloadCommands(step);
    case "gate":
      return saidOnly(
        [
          `All of this has to hold${step.for > 0 ? ` for ${humanDuration(step.for)}` : ""}${step.timeout === undefined ? "" : `, after at most ${humanDuration(step.timeout)}`}.`,
        ],
        step.until.flatMap((condition) => gateChecks(condition, turn, step.timeout)),
      );
    case "wait":
      return saidOnly([
        step.duration.kind === "fixed" ? `Wait for ${humanDuration(step.duration.millis)}.` : "Wait.",
      ]);
    case "approve":
      return saidOnly([approvalSentence(step)]);
    case "parallel":
    case "sequence":
    case "rollout":
      return saidOnly([]);
    default:
      return unreachable(step);
  }
}

function drain(step: Extract<Step, { readonly kind: "drain" }>, turn: StepTurn): Instructions {
  const { nodes, options } = step;
  const drainer = drainerOf(step, turn.plan);
  const checks = turn.nodes.map((node) => ({
    command: `kubectl get pods -A --field-selector spec.nodeName=${shellWord(node)}`,
    expect: "only pods of DaemonSets and static pods are left",
  }));
  if (drainer !== "kubectl") return saidOnly([`${drainer} drains it by itself: nothing is typed.`], checks);
  return kubectlOnly([["kubectl drain", nodesOf(nodes, turn), ...drainFlags(options)].join(" ")], checks);
}

type NodeStep = Extract<
  Step,
  {
    readonly kind:
      | "reboot"
      | "deleteNode"
      | "upgradeControlPlane"
      | "upgradeKubelet"
      | "renewCertificates"
      | "removeEtcdMember"
      | "hook";
  }
>;

/** Steps that are typed on nodes: once for each, in turn. */
function onEachNode(step: NodeStep, turn: StepTurn): Instructions {
  if (turn.nodes.length === 0)
    return step.kind === "hook"
      ? {
          said: manualLines(step),
          blocks: [{ where: "", language: "sh", commands: hookCommands(step) }],
          checks: [],
        }
      : saidOnly(["No node of the cluster is meant by it."]);
  const parts = turn.nodes.map((node) => onOneNode(step, node, turn));
  return {
    said: [
      ...(turn.nodes.length > 1 ? ["One node after another; look at each before the next one."] : []),
      ...new Set(parts.flatMap(({ said }) => said)),
    ],
    blocks: parts.flatMap(({ blocks }) => blocks),
    checks: parts.flatMap(({ checks }) => checks),
  };
}

function onOneNode(step: NodeStep, node: string, turn: StepTurn): Instructions {
  const own = {
    cluster: turn.cluster,
    node,
    object: turn.objectOf(node),
    kubeletVersion: turn.kubeletVersion(node),
    hasRepository: turn.hasRepository(node),
    members: turn.members,
  };
  switch (step.kind) {
    case "reboot":
      return { said: [], blocks: [reboot(own)], checks: [comesBack(node)] };
    case "deleteNode":
      return step.machine === "stays" ? removeObject(node) : removeNode(own);
    case "upgradeControlPlane":
      return upgradeControlPlane(own, step, turn.isFirst(node));
    case "renewCertificates":
      return renewCertificates(node);
    case "removeEtcdMember":
      return removeEtcdMember(own);
    case "upgradeKubelet":
      return upgradeKubelet(own, step.to, step.kubeadmUpgradeNode !== false);
    case "hook":
      return {
        said: [
          ...manualLines(step),
          ...(step.effect === "reboot" ? ["It is taken to restart the machine: see that it does."] : []),
        ],
        blocks: [{ where: onNode(node), language: "sh", commands: hookCommands(step) }],
        checks: step.effect === "none" ? [] : [comesBack(node)],
      };
  }
}

/** A machine that restarts is Ready for some seconds more: its boot id says whether it has been away. */
function comesBack(node: string): Check {
  return {
    command: `kubectl get node ${shellWord(node)} -o custom-columns=NAME:.metadata.name,BOOT:.status.nodeInfo.bootID,READY:'.status.conditions[?(@.type=="Ready")].status'`,
    expect: "READY is True, and after a restart of the machine BOOT is another than before",
  };
}

function addon(
  { addon: name, to }: Extract<Step, { readonly kind: "upgradeAddon" }>,
  { cluster }: StepTurn,
): Instructions {
  const [namespace = "", kind = "", object = ""] = addonWorkloads[name].split("/");
  const target = `${kind.toLowerCase()} ${object}`;
  const managed = managedAddon(name, to, cluster);
  const [said, commands] = managed
    ? [managed.said, managed.commands]
    : [
        [
          "kubeadm upgrade has written its new image when the last control-plane node was done: nothing is typed.",
        ],
        [],
      ];
  return {
    said,
    blocks: commands.length > 0 ? [{ where: "", language: "sh", commands }] : [],
    checks: [
      {
        command: `kubectl -n ${namespace} get ${target} -o jsonpath='{.spec.template.spec.containers[0].image}{"\\n"}'`,
        expect: to === "" ? "the image that comes with the new version" : `it is of ${to}`,
      },
      { command: `kubectl -n ${namespace} rollout status ${target}`, expect: "successfully rolled out" },
    ],
  };
}

function backup(name: string, { members, etcdVersion, node }: StepTurn): Instructions {
  const member = node === "" ? members[0] : node;
  if (member === undefined)
    return saidOnly([
      "etcd is not seen on the control-plane nodes: save a snapshot where it runs (etcdctl snapshot save), and keep it elsewhere.",
    ]);
  const file = `/var/lib/etcd/${shellWord(name)}.db`;
  return {
    said: [
      `A backup that stays on the node is lost with it: copy both files elsewhere, then remove ${file}.`,
    ],
    blocks: [
      { where: "", language: "sh", commands: [etcdctl(member, `snapshot save ${file}`)] },
      {
        where: onNode(member),
        language: "sh",
        commands: [
          `sudo mkdir -p /var/backups && sudo cp ${file} /var/backups/`,
          `sudo tar -C /etc -czf /var/backups/${shellWord(name)}-kubernetes.tar.gz kubernetes`,
        ],
      },
    ],
    checks: [
      {
        command: snapshotStatus(member, file, etcdVersion),
        expect: "a table with a hash, a revision, and more than 0 keys",
      },
    ],
  };
}

function gateChecks(
  condition: GateCondition,
  { members, nodes }: StepTurn,
  timeout: number | undefined,
): Check[] {
  const limit = timeout === undefined ? "" : ` --timeout=${flagDuration(timeout)}`;
  switch (condition.kind) {
    case "nodeReady":
      return nodes.map((node) => ({
        command: `kubectl wait --for=condition=Ready node/${shellWord(node)}${limit}`,
        expect: "condition met",
      }));
    case "noPendingPods":
      return [
        {
          command: "kubectl get pods -A --field-selector status.phase=Pending",
          expect: "No resources found",
        },
      ];
    case "controlPlaneHealthy":
      return [
        { command: "kubectl get --raw='/readyz?verbose'", expect: "the last line is: readyz check passed" },
      ];
    case "etcdHealthy": {
      const [member] = members;
      return member === undefined
        ? []
        : [
            {
              command: etcdctl(member, "endpoint health --cluster"),
              expect: "every member is healthy",
            },
          ];
    }
    case "nodesAt":
      return [{ command: "kubectl get nodes", expect: `every VERSION is ${condition.version}` }];
    case "workloadReady": {
      const { namespace, kind, name } = partsOf(condition.workload);
      return [
        {
          command: `kubectl -n ${namespace} rollout status ${kind} ${name}${limit}`,
          expect: "all its pods are Ready",
        },
      ];
    }
    case "command":
      return [{ command: condition.command.map(shellWord).join(" "), expect: "exit code 0" }];
    case "prometheus":
      return [queryCheck(condition)];
  }
}

function nodesOf(selection: NodeSelection, { nodes, node }: StepTurn): string {
  if (selection.kind === "selector") return `-l ${shellWord(formatSelector(selection.selector))}`;
  return (nodes.length > 0 ? nodes : [node]).map(shellWord).join(" ");
}

/** How long a person may wait before this is not as it was rehearsed: twice as long, and a minute. */
export function patience(millis: number): string {
  return goDuration(Math.ceil((2 * millis + 60_000) / 60_000) * 60_000).replace(/(\D)0s$/, "$1");
}
