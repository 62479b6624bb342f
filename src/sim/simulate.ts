import type { ProgramStep } from "../exec/program.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Plan } from "../plan/plan.ts";
import type { BudgetNumbers } from "../trace/event.ts";
import { traceFormat, type Trace } from "../trace/trace.ts";
import { Client, type UnderWay } from "./client.ts";
import { budgetOperatorsRoom, operatorAssumptions } from "./controllers/budget-operators.ts";
import { computeAllStatuses } from "./controllers/disruption.ts";
import { customOwnersRoom } from "./controllers/custom-owners.ts";
import { clusterAutoscalerRoom, poolAssumptions } from "./controllers/cluster-autoscaler.ts";
import { proportionalAssumptions } from "./controllers/proportional-autoscaler.ts";
import { countAllEndpoints } from "./controllers/endpoints.ts";
import { type Chooser, type Luck, SeededChooser } from "./engine/choice.ts";
import { drainerAssumptions } from "./drainer-assumptions.ts";
import { loadAssumptions, loadMetrics } from "./nodes/load.ts";
import { createTimings } from "./nodes/assumed-timings.ts";
import type { TimingsFactory } from "./nodes/timings.ts";
import { outsideAssumptions } from "./outside-assumptions.ts";
import { controlPlane } from "./rooms.ts";
import { type Room, Sim } from "./sim.ts";
import { settingAssumptions } from "./setting-assumptions.ts";
import { toldAssumptions } from "./told-assumptions.ts";
import { defaultSettings, type SimSettings } from "./settings.ts";

/** How a rehearsal is run. */
export interface SimulateOptions {
  readonly seed: number;
  readonly luck: Luck;
  /** Where virtual time ends, in milliseconds. */
  readonly horizon: number;
  /** The version of Seatrial and the date of its facts, for the trace's header. */
  readonly version: string;
  readonly factsAsOf: string;
  /** What is carried out in place of the plan's own steps. */
  readonly program?: readonly ProgramStep[];
  /** The rest of an execution is carried out, in place of a plan from its beginning. */
  readonly underWay?: UnderWay;
  readonly settings?: Partial<SimSettings>;
  /** How long things take, where that is not to be measured and assumed. */
  readonly timings?: TimingsFactory;
  /** Who answers where chance decides, in place of the seed. */
  readonly chooser?: Chooser;
  /** More rooms: faults, and what only a test knows. */
  readonly rooms?: readonly Room[];
}

export interface Rehearsal {
  readonly trace: Trace;
  /** The state at the end, for those that look deeper than a trace. */
  readonly sim: Sim;
}

/**
 * Rehearses a plan against a cluster in virtual time: the same inputs give the same trace, on every machine.
 * Throws nothing but InvariantError.
 */
export function simulate(cluster: Cluster, plan: Plan, options: SimulateOptions): Rehearsal {
  const chooser = options.chooser ?? new SeededChooser(options.seed, options.luck);
  const client = new Client(plan, options.program, options.underWay);
  const settings = {
    ...defaultSettings(cluster),
    metrics: loadMetrics(cluster, plan.assumptions),
    ...options.settings,
    ...(options.underWay ? { runSince: options.underWay.since } : {}),
    chooser,
    horizon: options.horizon,
  };
  const timings = (options.timings ?? createTimings)(cluster, plan.assumptions, chooser);
  const sim = new Sim(cluster, settings, timings);
  computeAllStatuses(sim);
  countAllEndpoints(sim);
  const initial = initialNumbers(sim);
  const operators = [
    customOwnersRoom(plan.assumptions.replacedOwners),
    budgetOperatorsRoom(plan.assumptions),
    clusterAutoscalerRoom(plan.assumptions),
  ];
  sim.begin([...controlPlane(), ...operators, ...(options.rooms ?? []), client.room()]);
  run(sim, client);
  const { seed, luck, horizon, version, factsAsOf } = options;
  const assumptions = [
    ...timings.used(),
    ...operatorAssumptions(plan.assumptions, sim.log),
    ...drainerAssumptions(plan, sim.log),
    ...toldAssumptions(plan, cluster),
    ...outsideAssumptions(plan),
    ...settingAssumptions(settings.controlPlane, settings.nodeMonitorGraceMillis, sim.log),
    ...loadAssumptions(cluster, plan.assumptions),
    ...proportionalAssumptions(cluster),
    ...poolAssumptions(cluster, plan.assumptions, sim.log),
  ];
  const { schedulerConfiguration } = settings;
  const header = {
    format: traceFormat,
    version,
    factsAsOf,
    cluster,
    plan,
    seed,
    luck,
    horizon,
    ...(schedulerConfiguration ? { schedulerConfiguration } : {}),
    initial,
    assumptions,
  };
  return { trace: { header, events: sim.log }, sim };
}

function initialNumbers(sim: Sim): Trace["header"]["initial"] {
  const budgets = [...sim.state.tables.PodDisruptionBudget.keys()].map((key): [string, BudgetNumbers] => {
    const status = sim.state.budgetStatus(key);
    return [
      key,
      {
        healthy: status.currentHealthy,
        desired: status.desiredHealthy,
        allowed: status.disruptionsAllowed,
        expected: status.expectedPods,
      },
    ];
  });
  return { budgets: Object.fromEntries(budgets), services: Object.fromEntries(sim.state.endpoints) };
}

/**
 * Runs until the plan is over and the cluster has come to rest, or until nothing is left that could change
 * anything, or until the end of virtual time.
 */
function run(sim: Sim, client: Client): void {
  for (;;) {
    if (sim.queue.busy === 0) {
      if (client.isDone) return end(sim, "finished");
      if (isBlocked(sim)) return end(sim, "blocked");
    }
    const next = sim.queue.peek();
    if (!next) return end(sim, client.isDone ? "finished" : "blocked");
    if (next.time > sim.settings.horizon) return end(sim, client.isDone ? "finished" : "horizon");
    sim.step();
  }
}

function end(sim: Sim, outcome: "finished" | "blocked" | "horizon"): void {
  sim.emit({ kind: "run.ended", outcome }, sim.lastChange);
}

/**
 * Whether the rehearsal is blocked for ever: only retries and ticks are left, and a whole round of them, and of
 * what they set off, changes nothing. What is under way already comes first: an answer that is on its way may have been
 * given before the last change, and the retry that follows it belongs to the round; so does another try of each pod that was
 * tried before that change.
 */
function isBlocked(sim: Sim): boolean {
  const before = sim.lastChange;
  const passes = (isOver: () => boolean): boolean => {
    while (!isOver()) {
      const next = sim.queue.peek();
      if (!next || next.time > sim.settings.horizon) return true;
      sim.step();
      if (sim.queue.busy > 0 || sim.lastChange !== before) return false;
    }
    return true;
  };
  if (!passes(() => sim.queue.transient === 0)) return false;
  const mark = sim.queue.nextSequence;
  return passes(() => sim.queue.transient === 0 && !sim.queue.hasTaskBefore(mark) && !sim.isBehind);
}
