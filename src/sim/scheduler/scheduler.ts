import { schedulerBehaviour, type SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { Pod } from "../../model/pod.ts";
import { defaultConfiguration, type SchedulerConfiguration } from "../../model/scheduler-profile.ts";
import type { Chooser } from "../engine/choice.ts";
import type { Cycle, Status } from "../plugins/plugin.ts";
import { schedulingGates } from "../plugins/scheduling-gates.ts";
import type { PodVolumes } from "../plugins/volume-binding.ts";
import { SchedulerCache } from "./cache.ts";
import { type Diagnosis, fitError, noNodesAvailable, statusMap, unresolvable } from "./diagnosis.ts";
import { ClassEvaluator } from "./class-evaluation.ts";
import { evaluatePlainly, type Evaluation, type EvaluationOptions } from "./evaluation.ts";
import type { SchedulerListers } from "./listers.ts";
import { type PostFilterResult, runPostFilter } from "./post-filter.ts";
import { type Framework, frameworksOf } from "./profiles.ts";

export interface SchedulerOptions {
  /** The control plane's version. */
  readonly version: { readonly major: number; readonly minor: number };
  readonly listers: SchedulerListers;
  readonly chooser: Chooser;
  /** Undefined: one profile, `default-scheduler`, as kube-scheduler has it without a configuration. */
  readonly configuration?: SchedulerConfiguration;
  /** Overrides every profile's; 100 looks at all nodes, 0 lets the scheduler choose. */
  readonly percentageOfNodesToScore?: number;
}

/** What the scheduler decides for one pod. */
export type Decision =
  | {
      readonly kind: "scheduled";
      readonly nodeName: string;
      readonly feasibleNodes: number;
      readonly evaluatedNodes: number;
      /** What is to be bound and provisioned before the pod is. */
      readonly volumes: PodVolumes;
    }
  | {
      readonly kind: "unschedulable";
      readonly diagnosis: Diagnosis;
      readonly postFilter: PostFilterResult;
      /** The text of the FailedScheduling event. */
      message(): string;
    }
  /** No profile has the name that the pod asks for: its scheduler is not this one. */
  | { readonly kind: "no-profile"; readonly schedulerName: string }
  /** The scheduler itself failed; it tries again after a back-off. */
  | { readonly kind: "error"; readonly message: string };

/**
 * kube-scheduler's scheduling cycle. Tell `cache` what happens to nodes and pods, and ask `schedule`; it changes
 * nothing by itself. Source: pkg/scheduler/schedule_one.go.
 */
export class Scheduler {
  readonly cache: SchedulerCache;
  readonly behaviour: SchedulerBehaviour;
  readonly configuration: SchedulerConfiguration;
  readonly frameworks: ReadonlyMap<string, Framework>;
  readonly #chooser: Chooser;
  readonly #percentage: number | undefined;
  readonly #evaluator: ClassEvaluator;
  #nextStart = 0;

  constructor(options: SchedulerOptions) {
    this.behaviour = schedulerBehaviour(options.version);
    this.cache = new SchedulerCache(options.listers, this.behaviour);
    this.configuration = options.configuration ?? defaultConfiguration;
    this.frameworks = frameworksOf(this.configuration, this.behaviour);
    this.#chooser = options.chooser;
    this.#percentage = options.percentageOfNodesToScore;
    this.#evaluator = new ClassEvaluator(this.cache);
  }

  /** Why a pod is kept out of the queue; undefined if it is not. */
  preEnqueue(pod: Pod): Status | undefined {
    const framework = this.frameworks.get(pod.spec.schedulerName);
    return framework?.isGated ? schedulingGates.preEnqueue(pod.spec) : undefined;
  }

  /**
   * Chooses a node for a pod. `label` names what is being placed (its workload and ordinal) to the chooser;
   * `now` is the time in epoch milliseconds.
   */
  schedule(pod: Pod, label: string, now: number): Decision {
    const framework = this.frameworks.get(pod.spec.schedulerName);
    if (!framework) return { kind: "no-profile", schedulerName: pod.spec.schedulerName };
    const cycle = this.cycleOf(pod, framework);
    if (this.cache.nodes.length === 0) return this.#withoutNodes();
    const options: EvaluationOptions = {
      framework,
      cycle,
      nominator: this.cache.nominator,
      start: this.#nextStart,
      percentage: this.#percentage ?? framework.percentageOfNodesToScore,
    };
    const evaluation = this.#evaluator.evaluate(options) ?? evaluatePlainly(options);
    this.#nextStart = (this.#nextStart + evaluation.processed) % this.cache.nodes.length;
    if (evaluation.error) return { kind: "error", message: evaluation.error.reasons.join(", ") };
    if (evaluation.feasibleNodes === 0) return this.#unschedulable(framework, cycle, evaluation, label, now);
    return this.#choose(evaluation, label);
  }

  cycleOf(pod: Pod, { args }: Framework): Cycle {
    return { pod: this.cache.infoOf(pod), view: this.cache, behaviour: this.behaviour, args };
  }

  #withoutNodes(): Decision {
    const diagnosis: Diagnosis = {
      behaviour: this.behaviour,
      allNodes: 0,
      preFilter: undefined,
      absent: unresolvable,
      nodes: statusMap(new Map()),
      unschedulablePlugins: new Set(),
    };
    const postFilter: PostFilterResult = {
      code: "Unschedulable",
      message: "",
      nomination: { kind: "clear" },
    };
    return { kind: "unschedulable", diagnosis, postFilter, message: () => noNodesAvailable };
  }

  #unschedulable(
    framework: Framework,
    cycle: Cycle,
    evaluation: Evaluation,
    label: string,
    now: number,
  ): Decision {
    const { diagnosis } = evaluation;
    const postFilter = runPostFilter({
      framework,
      cycle,
      evaluation,
      nominator: this.cache.nominator,
      now,
      chooser: this.#chooser,
      label,
    });
    return {
      kind: "unschedulable",
      diagnosis,
      postFilter,
      message: () => fitError(diagnosis, postFilter.message),
    };
  }

  #choose(evaluation: Evaluation, label: string): Decision {
    const { feasibleNodes, diagnosis } = evaluation;
    const chosen = evaluation.choose((n) => this.#chooser.choose(label, n));
    if ("code" in chosen) return { kind: "error", message: chosen.reasons.join(", ") };
    return {
      kind: "scheduled",
      nodeName: chosen.name,
      feasibleNodes,
      evaluatedNodes: feasibleNodes + diagnosis.nodes.size,
      volumes: evaluation.volumesOn(chosen),
    };
  }
}
