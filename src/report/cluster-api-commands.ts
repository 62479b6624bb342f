import { humanDuration } from "../lib/duration.ts";
import type { Cluster } from "../model/cluster.ts";
import {
  clusterApiControlPlane,
  type ClusterApiOwner,
  machineDeploymentOf,
} from "../model/cluster-api-owner.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import type { Rollout } from "../plan/plan.ts";
import { type CommandBlock, type Instructions, kubectlOnly, saidOnly } from "./instructions.ts";
import { shellWord } from "../lib/shell-word.ts";

/**
 * What a person types so that Cluster API replaces the machines of one of its objects, and what shows that it has. Sources:
 * kubernetes-sigs/cluster-api docs/book/src/tasks/upgrading-clusters.md,
 * docs/book/src/tasks/experimental-features/cluster-class/operate-cluster.md.
 */
export function clusterApiCommands(
  node: Node,
  to: string,
  cluster: Cluster,
  canary: Rollout["canary"] | undefined,
): Instructions {
  const isPlane = isControlPlane(node);
  const owner = (isPlane ? clusterApiControlPlane(cluster) : machineDeploymentOf(node, cluster)) ?? nobody;
  const kubectl = `kubectl --context MANAGEMENT -n ${orName(owner.namespace, "NAMESPACE")}`;
  const checks = [
    {
      command: `${kubectl} get ${isPlane ? "kubeadmcontrolplane" : "machinedeployment"} ${orName(owner.name, "NAME")}`,
      expect: `VERSION ${to}, as many replicas up to date and ready as there are, none more`,
    },
    {
      command: `${kubectl} get machines${owner.cluster === "" ? "" : ` -l cluster.x-k8s.io/cluster-name=${shellWord(owner.cluster)}`}`,
      expect: `those of ${orName(owner.name, "NAME")} are Running at ${to}, and none is Deleting`,
    },
    { command: "kubectl get nodes", expect: `every node of it is Ready, VERSION ${to}` },
  ];
  const said =
    "MANAGEMENT is the context of the management cluster. Where the machine template names an image of the old version, make a copy of it with the new one, and name that (infrastructureRef) in the same patch.";
  if (owner.object?.isOfTopology === true && !isPlane)
    return saidOnly(["The Cluster's topology brings it along: nothing is typed."], checks);
  const typed = kubectlOnly([`${kubectl} ${patch(owner, isPlane, to)}`], checks);
  const pause = `${kubectl} patch machinedeployment ${orName(owner.name, "NAME")} --type merge -p`;
  return { ...typed, said: [said], blocks: [...typed.blocks, ...pauseBlocks(pause, canary)] };
}

/** A canary: the rollout stands still after the first machines, and goes on when somebody has looked at them. */
function pauseBlocks(patching: string, canary: Rollout["canary"] | undefined): readonly CommandBlock[] {
  if (!canary || canary.count === 0) return [];
  const block = (where: string, isPaused: boolean): CommandBlock => ({
    where,
    language: "sh",
    commands: [`${patching} '{"spec":{"paused":${isPaused}}}'`],
  });
  const first = canary.count === 1 ? "the first machine is" : `the first ${canary.count} machines are`;
  return [
    block(`Once ${first} replaced`, true),
    block(`When you have looked on for ${humanDuration(canary.soak)}`, false),
  ];
}

type Owner = Pick<
  ClusterApiOwner<{ readonly isOfTopology: boolean }>,
  "name" | "cluster" | "namespace" | "object"
>;

const nobody: Owner = { name: "", cluster: "", namespace: "" };

/** A topology has one version for all; what it writes it would write back. */
function patch({ name, cluster, object }: Owner, isPlane: boolean, to: string): string {
  if (object?.isOfTopology === true)
    return `patch cluster ${orName(cluster, "CLUSTER")} --type merge -p '{"spec":{"topology":{"version":"${to}"}}}'`;
  return isPlane
    ? `patch kubeadmcontrolplane ${orName(name, "NAME")} --type merge -p '{"spec":{"version":"${to}"}}'`
    : `patch machinedeployment ${orName(name, "NAME")} --type merge -p '{"spec":{"template":{"spec":{"version":"${to}"}}}}'`;
}

/** What nothing tells stands in capitals. */
function orName(text: string, capitals: string): string {
  return text === "" ? capitals : shellWord(text);
}
