import type { Cluster } from "../model/cluster.ts";
import type { SchedulerConfiguration } from "../model/scheduler-profile.ts";
import type { Plan } from "../plan/plan.ts";
import type { BudgetNumbers, TraceEvent } from "./event.ts";

/** The number of the trace format; it grows when a reader of the older one would misread. */
export const traceFormat = 1;

/** One rehearsal, or one real run: everything that a person is shown is computed from it. */
export interface Trace {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
}

export interface TraceHeader {
  readonly format: number;
  /** The version of Seatrial that wrote it. */
  readonly version: string;
  /** The date of the facts it was computed with. */
  readonly factsAsOf: string;
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly seed: number;
  readonly luck: "median" | "sampled";
  /** Where virtual time ends, in milliseconds. */
  readonly horizon: number;
  /** The scheduler's configuration; left out where it has none. */
  readonly schedulerConfiguration?: SchedulerConfiguration;
  /** What was computed of the cluster before t = 0: budgets and endpoints by `namespace/name`. */
  readonly initial: {
    readonly budgets: Readonly<Record<string, BudgetNumbers>>;
    readonly services: Readonly<Record<string, { readonly ready: number; readonly serving: number }>>;
  };
  /** The assumptions that were used, in the order of their first use. */
  readonly assumptions: readonly AssumptionUse[];
}

/** One thing that the snapshot did not tell, what was taken for it, and where that came from. */
export interface AssumptionUse {
  /** `start`, `stop`, `pull`, `volume`, `reboot` … */
  readonly what: string;
  /** The workload, image or node it is about; empty where it is about all. */
  readonly subject: string;
  readonly millis: number;
  /** What was taken, where that is no length of time: `2.4 cpu`. */
  readonly amount?: string;
  /** `snapshot`: what the input shows, taken to stay so. */
  readonly origin: "measured" | "plan" | "spec" | "flag" | "config" | "default" | "snapshot";
  /** How it was found, in words. */
  readonly detail: string;
}
