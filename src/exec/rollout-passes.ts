import { resolveParallelism, type Rollout, type Step } from "../plan/plan.ts";
import { isAboutAll, resolveBatch, resolveSurge, turnSteps } from "../plan/strategy.ts";

/**
 * What a node takes up while it has its turn: the room of one new node more, that of one node less, or one of the
 * rollout's places.
 */
export type Place = "surge" | "unavailable" | "turn";

/** One time through the nodes of a rollout. In place and with surge there is one pass, blue-green has three. */
export interface Pass {
  /** Steps about all nodes together that come first, as indexes of `turnSteps`. */
  readonly first: readonly number[];
  /** The steps of a node's turn, in the order in which it takes them; with `unavailable` the old node goes before the new one comes. */
  readonly order: { readonly [P in Place]: readonly number[] };
  /** How many nodes at a time. */
  readonly places: { readonly [P in Place]: number };
  /** Whether the next nodes start only when all of the last ones are done. */
  readonly isBatched: boolean;
  /** Whether it is the pass in which `soak`, `canary` and `afterBatch` count. */
  readonly isMain: boolean;
  readonly soakAfterBatch: number;
  readonly soakAfter: number;
}

/** The passes of a rollout over so many nodes. */
export function passesOf(rollout: Rollout & { readonly name: string }, nodes: number): readonly Pass[] {
  const { strategy } = rollout;
  const steps = turnSteps(rollout, rollout.name);
  const own = steps.map((_, index) => index).filter((index) => !isAboutAll(steps[index]!));
  const main = { isMain: true, isBatched: rollout.afterBatch.length > 0, soakAfterBatch: 0, soakAfter: 0 };
  if (!strategy) {
    const turn = resolveParallelism(rollout.maxParallel, nodes);
    return [{ ...main, first: [], order: sameOrder(own), places: { surge: 0, unavailable: 0, turn } }];
  }
  const aboutAll = steps.map((_, index) => index).filter((index) => isAboutAll(steps[index]!));
  if (strategy.kind === "surge") {
    const { surge, unavailable } = resolveSurge(strategy, nodes);
    const order = { ...sameOrder(own), unavailable: deletedFirst(steps, own) };
    return [{ ...main, first: aboutAll, order, places: { surge, unavailable, turn: 0 } }];
  }
  const { batch, batchSoak, poolSoak } = strategy;
  const join = indexOf(steps, "joinNode");
  const removal = indexOf(steps, "deleteNode");
  const atOnce = (turn: number) => ({ surge: 0, unavailable: 0, turn });
  const size = resolveBatch(batch, nodes);
  const side = { isMain: false, isBatched: true, soakAfterBatch: 0, soakAfter: 0 };
  return [
    {
      ...side,
      first: aboutAll.filter((index) => index < join),
      order: sameOrder(own.filter((index) => index <= join)),
      places: atOnce(size),
    },
    {
      ...main,
      isBatched: true,
      first: aboutAll.filter((index) => index > join),
      order: sameOrder(own.filter((index) => index > join && index < removal)),
      places: atOnce(size),
      soakAfterBatch: batchSoak,
      soakAfter: poolSoak,
    },
    {
      ...side,
      first: [],
      order: sameOrder(own.filter((index) => index >= removal)),
      places: atOnce(nodes),
    },
  ];
}

/** Where a step of this kind stands in a turn; the check of the plan has seen to it that it is there. */
export function indexOf(steps: readonly Step[], kind: "joinNode" | "deleteNode"): number {
  return steps.findIndex((step) => step.kind === kind);
}

function sameOrder(order: readonly number[]): Pass["order"] {
  return { surge: order, unavailable: order, turn: order };
}

/** The order in which the new node comes when the old one is gone. */
function deletedFirst(steps: readonly Step[], own: readonly number[]): readonly number[] {
  const join = indexOf(steps, "joinNode");
  const removal = indexOf(steps, "deleteNode");
  return own.flatMap((index) => (index === join ? [] : index === removal ? [removal, join] : [index]));
}
