import { type ApiResource, resourceOfKind } from "../facts/api-resources.ts";
import { type DrainerFact, drainers } from "../facts/drainers.ts";
import { addonWorkloads } from "../facts/kubeadm-addons.ts";
import { runLease } from "../facts/run-lease.ts";
import { must } from "../lib/assert.ts";
import { parseRef } from "../model/meta.ts";
import { drainerOf } from "../plan/drainers.ts";
import { stepPlaces } from "../plan/places.ts";
import type { GateCondition, Plan, Step } from "../plan/plan.ts";

/** A rule of a Role or ClusterRole, as Kubernetes writes it. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** Everything that a run asks of the API server: at the scope of the cluster, and in single namespaces. */
export interface Rights {
  readonly cluster: readonly PolicyRule[];
  readonly namespaced: Readonly<Record<string, readonly PolicyRule[]>>;
}

/** One right: a verb on a resource. */
interface Right {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
}

/** What a run needs whatever its plan does: nodes and pods to look at, and to evict. */
const always: readonly Right[] = [
  ...rightsOn("Node", "", "get", "list"),
  ...rightsOn("Pod", "", "get", "list"),
  ...rightsOn("DaemonSet", "", "get"),
  ...rightsOn("PodDisruptionBudget", "", "list"),
];

/** The least rights that carry this plan out; without one, those of a drain and of opening the node again. */
export function rightsToRun(plan: Plan | undefined): Rights {
  const steps = plan ? stepPlaces(plan).map(({ step }) => step) : [];
  const asked = plan
    ? [...steps.flatMap((step) => rightsOf(step, plan)), ...opening(plan)]
    : [...rightsOn("Node", "", "patch"), ...rightsOn("Pod", "/eviction", "create")];
  const urls = new Set(steps.flatMap((step) => (step.kind === "gate" ? step.until.flatMap(urlsOf) : [])));
  const healthUrls = [...urls].sort().map((url) => ({ nonResourceURLs: [url], verbs: ["get"] }));
  return {
    cluster: [...rulesOf([...always, ...asked]), kubeSystem, ...healthUrls],
    namespaced: { [runLease.namespace]: leaseRules, default: eventRules },
  };
}

/** Which cluster it is says the UID of its namespace kube-system. */
const kubeSystem: PolicyRule = {
  apiGroups: [""],
  resources: ["namespaces"],
  resourceNames: ["kube-system"],
  verbs: ["get"],
};

/** What is created has no name yet, so a name cannot bound that. */
const leaseRules: readonly PolicyRule[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    resourceNames: [runLease.name],
    verbs: ["get", "update"],
  },
];

/** Events about nodes, which have no namespace, are in `default`. */
const eventRules: readonly PolicyRule[] = [{ apiGroups: [""], resources: ["events"], verbs: ["create"] }];

function rightsOf(step: Step, plan: Plan): Right[] {
  const { defaults } = plan;
  switch (step.kind) {
    case "cordon":
    case "uncordon":
    case "taint":
    case "label":
      return rightsOn("Node", "", "patch");
    case "drain": {
      const isPast = step.options.disableEviction ?? defaults.drain.disableEviction ?? false;
      const { atTimeout, atTimeoutForced, deletesAhead }: DrainerFact = drainers[drainerOf(step, plan)];
      const mayDelete = isPast || deletesAhead || [atTimeout, atTimeoutForced].includes("delete");
      return [
        ...rightsOn("Node", "", "patch"),
        ...(isPast ? [] : rightsOn("Pod", "/eviction", "create")),
        ...(mayDelete ? rightsOn("Pod", "", "delete") : []),
      ];
    }
    case "deleteNode":
      return rightsOn("Node", "", "delete");
    case "scale":
      return [...rightsOnRef(step.workload, "", "get"), ...rightsOnRef(step.workload, "/scale", "patch")];
    case "patch":
      return rightsOnRef(step.object, "", "get", "patch");
    case "restartWorkload":
      return rightsOnRef(step.workload, "", "get", "patch");
    case "upgradeAddon":
      return rightsOnRef(addonWorkloads[step.addon], "", "get", "patch");
    case "gate":
      return step.until.flatMap((condition) =>
        condition.kind === "workloadReady" ? rightsOnRef(condition.workload, "", "get") : [],
      );
    default:
      return [];
  }
}

/** A step that fails may open the node again. */
function opening(plan: Plan): Right[] {
  const policies = [plan.onFailure, ...stepPlaces(plan).flatMap(({ step }) => step.onFailure ?? [])];
  const opens = policies.some(
    (policy) =>
      policy.kind === "uncordonAndSkip" ||
      (policy.kind === "retry" && policy.then.kind === "uncordonAndSkip"),
  );
  return opens ? rightsOn("Node", "", "patch") : [];
}

function urlsOf({ kind }: GateCondition): string[] {
  if (kind === "controlPlaneHealthy") return ["/readyz"];
  return kind === "etcdHealthy" ? ["/readyz/etcd"] : [];
}

function rightsOnRef(ref: string, subresource: string, ...verbs: readonly string[]): Right[] {
  const kind = parseRef(ref)?.kind ?? "";
  return resourceOfKind(kind) ? rightsOn(kind, subresource, ...verbs) : [];
}

function rightsOn(kind: string, subresource: string, ...verbs: readonly string[]): Right[] {
  const { plural, group }: ApiResource = must(resourceOfKind(kind), `the API resource of ${kind}`);
  return verbs.map((verb) => ({ verb, resource: `${plural}${subresource}`, group }));
}

/** Rights as rules: one a resource, with all of its verbs. */
export function rulesOf(rights: readonly Right[]): PolicyRule[] {
  const verbs = new Map<string, { readonly right: Right; readonly verbs: Set<string> }>();
  for (const right of rights) {
    const key = `${right.group}/${right.resource}`;
    const entry = verbs.get(key) ?? { right, verbs: new Set<string>() };
    entry.verbs.add(right.verb);
    verbs.set(key, entry);
  }
  return [...verbs.values()].map((entry) => ({
    apiGroups: [entry.right.group],
    resources: [entry.right.resource],
    verbs: [...entry.verbs],
  }));
}
