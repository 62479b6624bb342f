import type { ReactionEvent } from "./reaction-event.ts";
import type { Trace } from "./trace.ts";

/** One thing that an autoscaler did of itself, or that kept it from seeing what it goes by. */
export interface Reaction {
  readonly time: number;
  /** The event's number: its causes lead to what it reacted to. */
  readonly event: number;
  /** Who reacted: `HorizontalPodAutoscaler shop/web`, `APIService v1beta1.metrics.k8s.io`. */
  readonly who: string;
  /** What it did, in words: `sets shop/Deployment/web from 4 to 6 replicas`. */
  readonly did: string;
  readonly because: string;
}

/** What reacted in a rehearsal, in the order of time. */
export function reactionsOf(trace: Trace): readonly Reaction[] {
  const { cluster } = trace.header;
  const sizes = new Map<string, number>();
  for (const each of [...cluster.objects.Deployment, ...cluster.objects.StatefulSet])
    sizes.set(`${each.namespace}/${each.kind}/${each.name}`, each.replicas);
  const targets = new Map(
    cluster.objects.HorizontalPodAutoscaler.map(({ namespace, name, target }) => [
      `${namespace}/${name}`,
      `${namespace}/${target.kind}/${target.name}`,
    ]),
  );
  const readable = new Map<string, boolean>();
  return trace.events.flatMap((event, number): Reaction[] => {
    if (event.kind === "workload.scaled") {
      sizes.set(event.workload, event.replicas);
      return [];
    }
    const found = reactionOf(event as ReactionEvent, sizes, targets, readable);
    return found ? [{ time: event.time, event: number, ...found }] : [];
  });
}

function reactionOf(
  event: ReactionEvent,
  sizes: ReadonlyMap<string, number>,
  targets: ReadonlyMap<string, string>,
  readable: Map<string, boolean>,
): Omit<Reaction, "time" | "event"> | undefined {
  switch (event.kind) {
    case "autoscaler.rescaled": {
      const target = targets.get(event.autoscaler) ?? event.autoscaler;
      const did = `sets ${target} from ${sizes.get(target) ?? "?"} to ${event.replicas} replicas`;
      return {
        who: `HorizontalPodAutoscaler ${event.autoscaler}`,
        did,
        because: event.reason === "" ? "as it recommended before" : event.reason,
      };
    }
    case "autoscaler.changed": {
      const reads = !event.active.startsWith("False FailedGet");
      const did = reads ? "reads its metrics again" : "cannot read its metrics, and stands still";
      if (reads === (readable.get(event.autoscaler) ?? true)) return undefined;
      readable.set(event.autoscaler, reads);
      return { who: `HorizontalPodAutoscaler ${event.autoscaler}`, did, because: "" };
    }
    case "proportional.rescaled": {
      const did = `sets ${event.workload} from ${event.from} to ${event.replicas} replicas`;
      const because = `it counts ${event.nodes} nodes and ${event.cores} cores`;
      return { who: event.autoscaler, did, because };
    }
    case "apiservice.changed": {
      const did = event.available ? "is available again" : "is unavailable";
      return {
        who: `APIService ${event.apiService}`,
        did,
        because: event.reason,
      };
    }
    case "nodepool.grown": {
      const did = `grows from ${event.from} to ${event.to} nodes`;
      return { who: `node pool ${event.pool}`, did, because: pending(event.pods) };
    }
    case "nodepool.shrunk": {
      const did = `shrinks from ${event.from} to ${event.to} nodes`;
      return { who: `node pool ${event.pool}`, did, because: `${event.node} is empty` };
    }
    case "nodepool.stuck":
      return { who: "no node pool", did: `grows for ${pending(event.pods)}`, because: event.reason };
    default:
      return undefined;
  }
}

function pending(pods: number): string {
  return pods === 1 ? "1 Pending pod" : `${pods} Pending pods`;
}
