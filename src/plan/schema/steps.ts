import { z } from "zod";
import { drainDefaults } from "../plan.ts";
import { drainerName } from "./drainer.ts";
import { expected, flag, list, oneOf, strict, whole } from "./fields.ts";
import { eitherNodesOrSelector, nodeFields, stepFields } from "./step-fields.ts";
import { argumentList, gateCondition } from "./outside.ts";
import { upgradeSteps } from "./upgrade-steps.ts";
import {
  duration,
  durationOrNever,
  labelKey,
  labelValue,
  millis,
  moment,
  nameText,
  nodeName,
  objectRef,
  selectorOrText,
  share,
  someMillis,
} from "./values.ts";

/** The steps that hold no other steps, as the file writes them. One line in `leafSteps` makes a step readable. */

/** kubectl drain's flags. What each does is kubectl's own; the defaults are too. */
export const drainFlags = {
  ignoreDaemonSets: flagOf("Let pods of DaemonSets stay, instead of refusing to drain", "ignoreDaemonSets"),
  deleteEmptyDirData: flagOf(
    "Evict pods with emptyDir volumes, whose contents are lost",
    "deleteEmptyDirData",
  ),
  force: flagOf("Evict pods that no controller would make again", "force"),
  gracePeriod: z
    .int(expected("seconds, or -1 for each pod's own grace period"))
    .min(-1, expected("seconds, or -1 for each pod's own grace period"))
    .exactOptional()
    .describe("Seconds that each pod has to stop; -1 is its own grace period")
    .meta({ default: drainDefaults.gracePeriod }),
  timeout: millis
    .exactOptional()
    .describe("How long kubectl tries, for each node; 0s, the default, is for ever"),
  podSelector: selectorOrText
    .exactOptional()
    .describe("Only these pods, by label: a selector, or text as kubectl takes it"),
  disableEviction: flagOf("Delete pods instead of evicting them: budgets are not asked", "disableEviction"),
  skipWaitForDeleteTimeout: whole(0)
    .exactOptional()
    .describe(
      "Do not wait for pods that should have been gone for more than this many seconds; 0 always waits",
    )
    .meta({ default: drainDefaults.skipWaitForDeleteTimeout }),
  dryRun: oneOf(["none", "client", "server"])
    .exactOptional()
    .describe("Only say what would be done")
    .meta({ default: drainDefaults.dryRun }),
};

function flagOf(
  description: string,
  name: "ignoreDaemonSets" | "deleteEmptyDirData" | "force" | "disableEviction",
) {
  return flag.exactOptional().describe(description).meta({ default: drainDefaults[name] });
}

/** Within a rollout that replaces nodes. */
const scope = oneOf(["allOld"])
  .exactOptional()
  .describe("In a rollout that replaces nodes: all old nodes at once, and not one after another");

const cordon = strict("cordon", { ...stepFields, ...nodeFields, scope })
  .superRefine(eitherNodesOrSelector)
  .describe("Marks nodes so that no new pod is placed on them");

const uncordon = strict("uncordon", { ...stepFields, ...nodeFields })
  .superRefine(eitherNodesOrSelector)
  .describe("Opens nodes to new pods again");

const taint = strict("taint", {
  ...stepFields,
  ...nodeFields,
  key: labelKey.describe("The taint's key"),
  value: labelValue.prefault("").describe("The taint's value"),
  effect: oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]).describe("What it does to pods"),
  remove: flag.prefault(false).describe("Take the taint away instead of putting it on"),
  scope,
})
  .superRefine(eitherNodesOrSelector)
  .describe("Puts a taint on nodes, or takes it away");

const label = strict("label", {
  ...stepFields,
  ...nodeFields,
  labels: z
    .record(
      labelKey,
      labelValue.nullable(),
      expected("labels (a map from text to text; null removes a label)"),
    )
    .refine((labels) => Object.keys(labels).length > 0, "expected at least one label")
    .describe("The labels to set; null removes one"),
  scope,
})
  .superRefine(eitherNodesOrSelector)
  .describe("Sets or removes labels of nodes");

const drain = strict("drain", {
  name: stepFields.name,
  drainer: drainerName.exactOptional().describe("Whose rules apply; without it, the plan's drainer's"),
  ...nodeFields,
  ...drainFlags,
  onFailure: stepFields.onFailure,
})
  .superRefine(eitherNodesOrSelector)
  .describe("Cordons nodes and evicts their pods, as kubectl drain does");

const reboot = strict("reboot", {
  ...stepFields,
  ...nodeFields,
  duration: durationOrNever
    .exactOptional()
    .describe("How long the machine is away; without it, assumptions.reboot, else a documented default"),
})
  .superRefine(eitherNodesOrSelector)
  .describe("Restarts the machines of nodes");

const deleteNode = strict("deleteNode", {
  ...stepFields,
  ...nodeFields,
  duration: duration
    .prefault("0s")
    .describe("How long the machine still runs once its Node object is deleted"),
  machine: oneOf(["goes", "stays"])
    .prefault("goes")
    .describe(
      "Whether the machine goes too; one that stays is registered again, bare, when its kubelet restarts",
    ),
})
  .superRefine(eitherNodesOrSelector)
  .describe("Takes nodes out of the cluster for good: the Node object, then the machine");

const joinNode = strict("joinNode", {
  ...stepFields,
  fromTemplate: nodeName
    .exactOptional()
    .describe("A template of the plan, or the node to be like; without it, the node whose turn it is"),
  node: nodeName.exactOptional().describe("What to call the new node; several get a number each"),
  count: whole(1).prefault(1).describe("How many"),
  zone: labelValue.exactOptional().describe("The zone that it stands in"),
  duration: durationOrNever
    .exactOptional()
    .describe("From the machine's start until its kubelet has registered; without it, assumptions.join"),
  failureRate: share.prefault(0).describe("How often a machine never joins, where luck is sampled"),
}).describe("Adds nodes, and waits until they are usable");

const scale = strict(
  "scale",
  {
    ...stepFields,
    workload: objectRef.describe("What to scale: namespace/Kind/name"),
    to: whole(0).exactOptional().describe("The number of replicas there shall be"),
    by: z
      .int(expected("a whole number, such as 1 or -1"))
      .refine((by) => by !== 0, "expected a number other than 0")
      .exactOptional()
      .describe("How many replicas more (or, negative, fewer)"),
    waitReady: someMillis
      .exactOptional()
      .describe("Wait until all replicas are Ready, at most this long; without it, do not wait"),
    revert: flag.prefault(false).describe("Undo it at the end of the plan"),
  },
  { instead: { replicas: "write to: N for so many replicas, or by: N for so many more" } },
)
  .superRefine(({ to, by }, context) => {
    if ((to === undefined) !== (by === undefined)) return;
    const got = to === undefined ? "neither" : "both";
    context.addIssue({ code: "custom", message: `expected either to: N or by: N, got ${got}` });
  })
  .describe("Changes the number of replicas of a workload");

const patch = strict("patch", {
  ...stepFields,
  object: objectRef.describe("What to patch: namespace/Kind/name"),
  set: z
    .record(z.string(), z.unknown(), expected("a merge patch (the fields of spec to set; null removes one)"))
    .refine((set) => Object.keys(set).length > 0, "expected at least one field to set")
    .describe("A JSON merge patch on spec; null removes a field"),
  revert: flag.prefault(false).describe("Undo it at the end of the plan"),
}).describe("Changes the spec of an object");

const restartWorkload = strict("restartWorkload", {
  ...stepFields,
  workload: objectRef.describe("What to restart: namespace/Kind/name"),
}).describe("Replaces all pods of a workload by its own rolling update, and waits for it");

const wait = strict("wait", {
  ...stepFields,
  duration: duration.describe("How long"),
}).describe("Waits");

const gate = strict("gate", {
  ...stepFields,
  until: list(gateCondition, "conditions").describe("What has to hold, all at the same time"),
  for: millis.prefault("0s").describe("For how long it has to hold without a break"),
}).describe("Waits until conditions hold");

const approve = strict("approve", {
  ...stepFields,
  assume: duration.prefault("0s").describe("How long a rehearsal takes the answer to need"),
  by: list(nameText, "names").exactOptional().describe("Who may approve; without it anybody"),
  ticket: flag.exactOptional().describe("Whether a ticket has to be named"),
  until: moment.exactOptional().describe("The moment after which no approval counts any more"),
}).describe("Waits until a person agrees");

const hook = strict("hook", {
  ...stepFields,
  ...nodeFields,
  command: argumentList.exactOptional().describe("The command and its arguments; no shell reads them"),
  manual: z
    .string(expected("what a person is to do"))
    .refine((text) => text.trim() !== "" && text.isWellFormed(), expected("what a person is to do"))
    .exactOptional()
    .describe("In place of a command: what a person is to do, in words"),
  duration: durationOrNever.describe("How long it is assumed to take, for each node"),
  effect: oneOf(["none", "reboot", "kubeletRestart"])
    .prefault("none")
    .describe(
      "What it does to the node: reboot, its machine is away for duration; kubeletRestart, its kubelet starts anew at the end",
    ),
  failureRate: share.prefault(0).describe("How often it fails, from 0 to 1, where luck is sampled"),
})
  .superRefine(eitherNodesOrSelector)
  .superRefine(({ command, manual }, context) => {
    if ((command === undefined) !== (manual === undefined)) return;
    const got = command === undefined ? "neither" : "both";
    context.addIssue({ code: "custom", message: `expected either command or manual, got ${got}` });
  })
  .describe("Runs a command of yours, or has a person do something, and says what it is assumed to do");

/** The shape of the steps without steps inside. */
export const leafSteps = {
  cordon: cordon.exactOptional(),
  uncordon: uncordon.exactOptional(),
  taint: taint.exactOptional(),
  label: label.exactOptional(),
  drain: drain.exactOptional(),
  reboot: reboot.exactOptional(),
  deleteNode: deleteNode.exactOptional(),
  joinNode: joinNode.exactOptional(),
  ...upgradeSteps,
  scale: scale.exactOptional(),
  patch: patch.exactOptional(),
  restartWorkload: restartWorkload.exactOptional(),
  wait: wait.exactOptional(),
  gate: gate.exactOptional(),
  approve: approve.exactOptional(),
  hook: hook.exactOptional(),
};

/** The bodies of these steps once read, by kind. */
export type LeafBodies = { readonly [K in keyof typeof leafSteps]?: z.output<(typeof leafSteps)[K]> };
