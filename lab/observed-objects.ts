import type { EventBody } from "../src/trace/event.ts";

/** One line of `kubectl get --watch --output-watch-events`. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: Observed;
}

interface Observed {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly unschedulable?: boolean;
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
  readonly endpoints?: readonly {
    readonly conditions?: { readonly ready?: boolean | null };
    readonly targetRef?: { readonly uid?: string };
  }[];
}

interface PodState {
  readonly node: string;
  readonly isReady: boolean;
  readonly isRunning: boolean;
  readonly isTerminating: boolean;
  readonly finished: "" | "Succeeded" | "Failed";
  readonly unschedulable: string;
}

const newPod: PodState = {
  node: "",
  isReady: false,
  isRunning: false,
  isTerminating: false,
  finished: "",
  unschedulable: "",
};

/** Objects as they were seen last: what a new sight of one changes, as events of a trace. */
export class ObservedObjects {
  readonly podNames = new Map<string, string>();
  readonly #pods = new Map<string, PodState>();
  readonly #nodes = new Map<string, { readonly isCordoned: boolean; readonly ready: string }>();
  /** Ready endpoints by Service and slice. */
  readonly #slices = new Map<string, ReadonlyMap<string, number>>();
  readonly #services = new Map<string, number>();

  apply({ type, object }: WatchEvent): readonly EventBody[] {
    if (type === "BOOKMARK" || type === "ERROR") return [];
    const isGone = type === "DELETED";
    switch (object.kind) {
      case "Pod":
        return isGone ? this.#podGone(object) : this.#pod(object);
      case "Node":
        return isGone ? this.#nodeGone(object) : this.#node(object);
      case "EndpointSlice":
        return this.#slice(object, isGone);
      default:
        return [];
    }
  }

  #pod(pod: Observed): EventBody[] {
    const { uid: id, name, namespace = "" } = pod.metadata;
    const before = this.#pods.get(id);
    const now = stateOf(pod);
    this.#pods.set(id, now);
    this.podNames.set(id, name);
    const created: EventBody[] = before
      ? []
      : [{ kind: "pod.created", pod: id, namespace, name, workload: workloadOf(pod), revision: "" }];
    return [
      ...created,
      ...podChanges(id, before ?? newPod, now, pod.metadata.deletionGracePeriodSeconds ?? 0),
    ];
  }

  #podGone({ metadata: { uid } }: Observed): EventBody[] {
    return this.#pods.delete(uid) ? [{ kind: "pod.gone", pod: uid, by: "delete" }] : [];
  }

  #node({ metadata: { name }, spec, status }: Observed): EventBody[] {
    const condition = status?.conditions?.find(({ type }) => type === "Ready");
    const ready =
      condition?.status === "True" || condition?.status === "False" ? condition.status : "Unknown";
    const now = { isCordoned: spec?.unschedulable === true, ready };
    const before = this.#nodes.get(name) ?? { isCordoned: false, ready: "Unknown" };
    this.#nodes.set(name, now);
    const changes: EventBody[] = [];
    if (now.isCordoned !== before.isCordoned)
      changes.push({ kind: now.isCordoned ? "node.cordoned" : "node.uncordoned", node: name });
    if (now.ready !== before.ready) changes.push({ kind: "node.ready", node: name, status: ready as "True" });
    return changes;
  }

  #nodeGone({ metadata: { name } }: Observed): EventBody[] {
    return this.#nodes.delete(name) ? [{ kind: "node.removed", node: name }] : [];
  }

  #slice({ metadata, endpoints }: Observed, isGone: boolean): EventBody[] {
    const owner = metadata.labels?.["kubernetes.io/service-name"];
    if (owner === undefined) return [];
    const service = `${metadata.namespace}/${owner}`;
    const slices = new Map(this.#slices.get(service));
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready === true).length;
    if (isGone) slices.delete(metadata.name);
    else slices.set(metadata.name, ready);
    this.#slices.set(service, slices);
    const total = [...slices.values()].reduce((sum, each) => sum + each, 0);
    if (this.#services.get(service) === total) return [];
    this.#services.set(service, total);
    return [{ kind: "service.changed", service, ready: total, serving: total }];
  }
}

function stateOf({ metadata, spec, status }: Observed): PodState {
  const condition = (type: string) => status?.conditions?.find((each) => each.type === type);
  const phase = status?.phase;
  const scheduled = condition("PodScheduled");
  return {
    node: spec?.nodeName ?? "",
    isReady: condition("Ready")?.status === "True",
    isRunning: phase !== undefined && phase !== "Pending",
    isTerminating: metadata.deletionTimestamp !== undefined,
    finished: phase === "Succeeded" || phase === "Failed" ? phase : "",
    unschedulable: scheduled?.status === "False" ? (scheduled.message ?? "") : "",
  };
}

function podChanges(pod: string, before: PodState, now: PodState, graceSeconds: number): EventBody[] {
  const changes: EventBody[] = [];
  if (now.node !== before.node) changes.push({ kind: "pod.scheduled", pod, node: now.node });
  if (now.unschedulable !== "" && now.unschedulable !== before.unschedulable)
    changes.push({ kind: "pod.unschedulable", pod, message: now.unschedulable });
  if (now.isRunning && !before.isRunning) changes.push({ kind: "pod.running", pod });
  if (now.isTerminating && !before.isTerminating)
    changes.push({ kind: "pod.terminating", pod, graceSeconds, by: "delete" });
  if (now.isReady !== before.isReady)
    changes.push(now.isReady ? { kind: "pod.ready", pod } : { kind: "pod.unready", pod, reason: "" });
  if (now.finished !== "" && before.finished === "")
    changes.push({ kind: "pod.finished", pod, phase: now.finished });
  return changes;
}

/** `shop/Deployment/web`: a ReplicaSet of a Deployment is called as it is, with a hash behind. */
function workloadOf({ metadata }: Observed): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (!owner) return "";
  const hash = metadata.labels?.["pod-template-hash"];
  const isDeployments = owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`);
  if (!isDeployments) return `${metadata.namespace}/${owner.kind}/${owner.name}`;
  return `${metadata.namespace}/Deployment/${owner.name.slice(0, -hash.length - 1)}`;
}
