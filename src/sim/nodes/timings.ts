import type { Cluster } from "../../model/cluster.ts";
import type { Pod } from "../../model/pod.ts";
import type { Assumptions, Duration, UpgradeAssumption } from "../../plan/assumptions.ts";
import type { AssumptionUse } from "../../trace/trace.ts";
import type { Chooser } from "../engine/choice.ts";

/**
 * How long things take on the machines. All times are virtual milliseconds; each answer is the moment at which
 * something ends, so that a caller need not know how it was found.
 */
export interface Timings {
  /** When the pod's first container runs, if its kubelet takes it on at `now`; undefined: never. */
  running(pod: Pod, now: number): number | undefined;
  /** When it turns Ready, if it runs since `now`; undefined: never. */
  ready(pod: Pod, now: number): number | undefined;
  /** When the pod's volumes are detached from their old node and attached to its own, if that begins at `now`. */
  volumesMoved(pod: Pod, now: number): number;
  /** When the work of a Job's pod that runs since `now` is done; undefined: it goes on. */
  finished(pod: Pod, now: number): number | undefined;
  /** When its last process has ended, if it was deleted at `now` with this grace period. */
  stopped(pod: Pod, now: number, graceSeconds: number): number;
  /** How long a part of an upgrade takes, in milliseconds; `own` is what its step says. Undefined: for ever. */
  upgrading(part: UpgradePart, label: string, own: Duration | undefined): number | undefined;
  /** From the start of a machine until its kubelet has registered, in milliseconds; `own` is what its step says. Undefined: for ever. */
  joining(node: string, own: Duration | undefined): number | undefined;
  /** A machine is new: every image that its pods need is pulled, one after another. */
  startsEmpty(node: string): void;
  /** What was assumed so far, in the order of its first use. */
  used(): readonly AssumptionUse[];
}

/** What of an upgrade takes its time. */
export type UpgradePart = keyof UpgradeAssumption;

export type TimingsFactory = (cluster: Cluster, assumptions: Assumptions, chooser: Chooser) => Timings;
