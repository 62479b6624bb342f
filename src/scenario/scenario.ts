import type { Cluster } from "../model/cluster.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlanSource } from "../plan/source.ts";
import type { Severity, Word } from "../verdict/verdict.ts";

/**
 * A rehearsal in one file: a cluster, a plan, and what has to come of it. The file format is documented in
 * docs/scenarios.md and published as schemas/scenario.schema.json.
 */
export interface Scenario {
  readonly name: string;
  /** One line for a list of scenarios; empty where the file has none. */
  readonly title: string;
  /** What happens and why, for a reader; empty where the file has none. */
  readonly story: string;
  readonly cluster: Cluster;
  /** A snapshot is rehearsed as it stands; what was made here has to be brought to rest on its nodes first. */
  readonly isSnapshot: boolean;
  /** Settles where the pods are at the start; undefined: the rehearsal's own seed does. */
  readonly placementSeed?: number;
  readonly plan: Plan;
  /** Where the plan stands in the file, for problems that are found later. */
  readonly source: PlanSource;
  /** What has to come of it; undefined: the file does not say. */
  readonly expect?: readonly Expectation[];
}

/** One thing that has to be so after the rehearsal. */
export type Expectation =
  | {
      readonly kind: "finding";
      readonly rule: string;
      /** Undefined: whatever it is about. */
      readonly subject?: string;
      readonly severity?: Severity;
      /** A part of its message. */
      readonly message?: string;
    }
  | { readonly kind: "word"; readonly word: Word }
  | ({ readonly kind: "downtime"; readonly service: string } & Range)
  | ({ readonly kind: "takes" } & Range);

/** Bounds that are included, in milliseconds. */
export interface Range {
  readonly atLeast?: number;
  readonly atMost?: number;
}
