import type { NodeOwnerKind } from "../facts/node-owners.ts";
import type { Cluster } from "../model/cluster.ts";
import { clusterApiControlPlane } from "../model/cluster-api-owner.ts";
import { nodeOwner } from "../model/node-owner.ts";
import { platformOf } from "../model/platform.ts";
import { minorOf, parseVersion } from "../model/version.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { clusterApiCommands } from "./cluster-api-commands.ts";
import type { Strategy } from "../plan/strategy.ts";
import { type Check, type Instructions, kubectlOnly, saidOnly } from "./instructions.ts";
import { shellWord } from "../lib/shell-word.ts";

/**
 * What a person types for what a provider does, and what shows that it has worked. Names that no cluster tells stand in
 * capitals. Sources: AWS CLI, eks update-cluster-version, update-nodegroup-version, update-addon; gcloud container
 * clusters upgrade; az aks upgrade, az aks nodepool upgrade; Karpenter, Managing AMIs.
 */
const namesToFill = "CLUSTER, GROUP and LOCATION stand for names that the cluster does not tell.";

/** Brings a managed control plane to a version. */
export function managedControlPlaneCommands(cluster: Cluster, to: string): Instructions {
  const platform = platformOf(cluster)?.name;
  const minor = minorIn(to);
  const check = (command: string): Check[] => [{ command, expect: `the version is ${minor}` }];
  switch (platform) {
    case "eks":
      return typed(
        [
          "aws eks list-insights --cluster-name CLUSTER",
          `aws eks update-cluster-version --name CLUSTER --kubernetes-version ${minor}`,
          "aws eks wait cluster-active --name CLUSTER",
        ],
        check("aws eks describe-cluster --name CLUSTER --query cluster.version"),
        ["The insights are to show no ERROR before the update."],
      );
    case "gke":
      return typed(
        [
          `gcloud container clusters upgrade CLUSTER --location LOCATION --master --cluster-version ${asked(to, minor)}`,
        ],
        check(
          "gcloud container clusters describe CLUSTER --location LOCATION --format='value(currentMasterVersion)'",
        ),
      );
    case "aks":
      return typed(
        [
          "az aks get-upgrades --resource-group GROUP --name CLUSTER --output table",
          `az aks upgrade --resource-group GROUP --name CLUSTER --control-plane-only --kubernetes-version ${asked(to, minor)}`,
        ],
        check("az aks show --resource-group GROUP --name CLUSTER --query currentKubernetesVersion"),
      );
    default:
      return saidOnly(
        [`Upgrade the control plane to ${to} by the provider's own means.`],
        check("kubectl version"),
      );
  }
}

/** Brings an add-on to a version where its provider leaves that to others; undefined: it is none of a provider's. */
export function managedAddon(
  addon: string,
  to: string,
  cluster: Cluster,
): { readonly said: readonly string[]; readonly commands: readonly string[] } | undefined {
  if (clusterApiControlPlane(cluster))
    return {
      said: ["The KubeadmControlPlane does so once its machines are done: nothing is typed."],
      commands: [],
    };
  if (platformOf(cluster)?.name !== "eks") return undefined;
  return {
    said: [namesToFill, "VERSION is the one that the first command names for the new minor."],
    commands: [
      `aws eks describe-addon-versions --addon-name ${addon} --kubernetes-version ${minorIn(to)} --query 'addons[0].addonVersions[0].addonVersion'`,
      `aws eks update-addon --cluster-name CLUSTER --addon-name ${addon} --addon-version VERSION --resolve-conflicts PRESERVE`,
    ],
  };
}

/** A step that a pool's owner carries out as a whole: what starts it; undefined: it is done step by step. */
export function poolCommands(step: Step, plan: Plan, cluster: Cluster): Instructions | undefined {
  if (step.kind !== "rollout" && step.kind !== "sequence") return undefined;
  const template = templateIn(step, plan);
  const node = cluster.objects.Node.find(({ name }) => name === template?.like);
  const owner = node && nodeOwner(node, cluster).owner;
  if (!owner || template?.version === undefined) return undefined;
  const { strategy, canary } = step.kind === "rollout" ? step : { strategy: undefined, canary: undefined };
  if (strategy?.kind === "blueGreen")
    return blueGreenCommands(owner.kind, shellWord(owner.pool), template.version, strategy);
  if (owner.kind === "cluster-api") return clusterApiCommands(node, template.version, cluster, canary);
  return commandsOf(owner.kind, shellWord(owner.pool), template.version);
}

/** What has an owner replace a pool by a second one; undefined: a person does so, step by step. */
function blueGreenCommands(
  kind: NodeOwnerKind,
  pool: string,
  to: string,
  { batch, batchSoak, poolSoak }: Extract<Strategy, { readonly kind: "blueGreen" }>,
): Instructions | undefined {
  const upgrade = commandsOf(kind, pool, to);
  const typedFirst = (command: string, said: string): Instructions | undefined =>
    upgrade && {
      ...upgrade,
      said: [...upgrade.said, said],
      blocks: upgrade.blocks.map((block) => ({ ...block, commands: [command, ...block.commands] })),
    };
  if (kind === "gke") {
    const share =
      typeof batch === "number" ? `batch-node-count=${batch}` : `batch-percent=${parseInt(batch, 10) / 100}`;
    return typedFirst(
      `gcloud container node-pools update ${pool} --cluster CLUSTER --location LOCATION --enable-blue-green-upgrade --node-pool-soak-duration=${poolSoak / 1_000}s --standard-rollout-policy=${share},batch-soak-duration=${batchSoak / 1_000}s`,
      `Until the old pool is deleted this leads back: gcloud container node-pools rollback ${pool} --cluster CLUSTER --location LOCATION`,
    );
  }
  if (kind !== "aks") return undefined;
  return typedFirst(
    `az aks nodepool update --resource-group GROUP --cluster-name CLUSTER --name ${pool} --upgrade-strategy bluegreen --drain-batch-size ${batch} --batch-soak-duration ${batchSoak / 60_000} --final-soak-duration ${poolSoak / 60_000}`,
    "Blue-green is a preview of AKS: az extension add --name aks-preview. It leads back during its final soak only.",
  );
}

function commandsOf(kind: NodeOwnerKind, pool: string, to: string): Instructions | undefined {
  const minor = minorIn(to);
  const nodes: Check[] = [
    { command: "kubectl get nodes", expect: `every node of ${pool} is Ready, VERSION ${minor}` },
  ];
  switch (kind) {
    case "eks":
      return typed(
        [
          `aws eks update-nodegroup-version --cluster-name CLUSTER --nodegroup-name ${pool} --kubernetes-version ${minor}`,
          `aws eks wait nodegroup-active --cluster-name CLUSTER --nodegroup-name ${pool}`,
        ],
        nodes,
        ["With --force pods that do not leave in time are deleted; without it the update fails then."],
      );
    case "gke":
      return typed(
        [
          `gcloud container clusters upgrade CLUSTER --location LOCATION --node-pool ${pool} --cluster-version ${asked(to, minor)}`,
        ],
        nodes,
      );
    case "aks":
      return typed(
        [
          `az aks nodepool upgrade --resource-group GROUP --cluster-name CLUSTER --name ${pool} --kubernetes-version ${asked(to, minor)}`,
        ],
        nodes,
      );
    case "karpenter":
      return saidOnly(
        [
          `Karpenter replaces drifted nodes by itself once the control plane is at ${minor}, where the NodeClass takes the newest image; where it names one, name the one of ${minor}.`,
        ],
        [...nodes, { command: "kubectl get nodeclaims", expect: "none is drifted" }],
      );
    default:
      return undefined;
  }
}

/** The template of the new nodes of a pass over one pool. */
function templateIn(
  step: Step,
  plan: Plan,
): { readonly like?: string; readonly version?: string } | undefined {
  const inner = step.kind === "rollout" ? step.perNode : "steps" in step ? step.steps : [];
  for (const each of inner) {
    if (each.kind === "joinNode" && each.fromTemplate !== undefined)
      return plan.nodeTemplates?.[each.fromTemplate];
    const found = templateIn(each, plan);
    if (found) return found;
  }
  return undefined;
}

function typed(
  commands: readonly string[],
  checks: readonly Check[],
  said: readonly string[] = [],
): Instructions {
  return { ...kubectlOnly(commands, checks), said: [namesToFill, ...said] };
}

function minorIn(to: string): string {
  const version = parseVersion(to);
  return version ? minorOf(version) : to;
}

/** A version that its provider names wholly is given wholly; else the minor, of which the provider takes a patch. */
function asked(to: string, minor: string): string {
  return parseVersion(to)?.suffix === "" ? minor : shellWord(to.replace(/^v/, ""));
}
