import { z } from "zod";
import type { LabelSelector } from "../../model/selector.ts";
import type { FailurePolicy, Rollout } from "../plan.ts";
import { list, oneOf, strict, whole } from "./fields.ts";
import { strategy } from "./strategy.ts";
import { eitherNodesOrSelector, stepFields } from "./step-fields.ts";
import { leafSteps, type LeafBodies } from "./steps.ts";
import { countOrPercent, millis, nodeName, selector } from "./values.ts";

/** A step of the file: an object with one field, the kind of step. Groups and rollouts hold steps again. */

export interface StepFileBase {
  readonly name?: string;
  readonly timeout?: number;
  readonly onFailure?: FailurePolicy;
}

export interface GroupFile extends StepFileBase {
  readonly steps: readonly StepFile[];
}

export interface RolloutFile
  extends StepFileBase, Omit<Rollout, "selector" | "nodes" | "order" | "perNode" | "afterBatch"> {
  readonly selector?: LabelSelector;
  readonly nodes?: readonly string[];
  readonly order?: Rollout["order"];
  readonly perNode: readonly StepFile[];
  readonly afterBatch: readonly StepFile[];
}

export type StepFile = LeafBodies & {
  readonly parallel?: GroupFile;
  readonly sequence?: GroupFile;
  readonly rollout?: RolloutFile;
};

type Optional<T> = z.ZodExactOptional<z.ZodType<T>>;

const indent = "it belongs to the step above it: indent it further than the step's own word";

/** One step. */
export const step: z.ZodType<StepFile> = strict(
  "the list of steps",
  {
    ...leafSteps,
    get parallel(): Optional<GroupFile> {
      return group("parallel").describe("Steps all at once").exactOptional();
    },
    get sequence(): Optional<GroupFile> {
      return group("sequence").describe("Steps one after another").exactOptional();
    },
    get rollout(): Optional<RolloutFile> {
      return rollout.exactOptional();
    },
  },
  {
    instead: {
      name: indent,
      nodes: indent,
      selector: indent,
      timeout: indent,
      onFailure: indent,
      steps: indent,
    },
  },
)
  .superRefine((value, context) => {
    const kinds = Object.keys(value);
    if (kinds.length === 1) return;
    const message =
      kinds.length === 0
        ? "expected a step such as drain: {}, got nothing"
        : `expected one step, got ${kinds.join(" and ")}: begin each with its own dash`;
    context.addIssue({ code: "custom", message });
  })
  .meta({
    id: "Step",
    description: "One step: an object with one field, the kind of step",
    minProperties: 1,
    maxProperties: 1,
  });

/** A list of steps; `least` of them. */
export const steps = (least: 0 | 1 = 1) => list(step, "steps", least);

function group(kind: string): z.ZodType<GroupFile> {
  return strict(kind, { ...stepFields, steps: steps().describe("The steps") });
}

const orders = ["listed", "name", "zone", "leastPods", "mostConstrainedFirst"] as const;

const rollout: z.ZodType<RolloutFile> = strict("rollout", {
  ...stepFields,
  selector: selector.exactOptional().describe("The nodes, by label"),
  nodes: list(nodeName, "node names").exactOptional().describe("The nodes, by name, instead of a selector"),
  order: oneOf(orders, ["planned"])
    .exactOptional()
    .describe(
      "In which order nodes have their turn; without it as listed, or by zone where nodes are replaced",
    ),
  canary: strict("canary", {
    count: whole(0).describe("How many nodes go first"),
    soak: millis.prefault("0s").describe("How long to wait after them"),
  })
    .prefault({ count: 0 })
    .describe("Nodes that go before all others"),
  strategy: strategy.exactOptional().describe("How nodes are replaced; without it they stay: inPlace"),
  maxParallel: countOrPercent
    .prefault(1)
    .describe("How many nodes at a time: a number, or a percentage (rounded down, at least 1)"),
  perZone: strict("perZone", { maxParallel: whole(1).describe("How many nodes at a time") })
    .exactOptional()
    .describe("The limit within each zone"),
  maxErrors: whole(0).prefault(0).describe("How many nodes may fail before the rollout does"),
  soak: millis.prefault("0s").describe("How long each node keeps its place after its last step"),
  perNode: z.lazy(() => steps()).describe("What is done to each node"),
  afterBatch: z
    .lazy(() => steps(0))
    .prefault([])
    .describe("What is done whenever no node is under way"),
})
  .superRefine(eitherNodesOrSelector)
  .superRefine(({ nodes, selector }, context) => {
    if (nodes !== undefined || selector !== undefined) return;
    const message = "expected a selector or nodes (selector: {} means every node)";
    context.addIssue({ code: "custom", message });
  })
  .transform(({ strategy, ...body }) => ({ ...body, ...(strategy ? { strategy } : {}) }))
  .describe("Does the same to many nodes, some at a time");
