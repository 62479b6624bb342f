import { keyOf } from "../../model/meta.ts";
import type { PlacedWebhook } from "../../model/webhook.ts";
import type { LabelSelector } from "../../model/selector.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { type DeniedWorkload, deniedWorkloads, lockedCircles } from "../denied-workloads.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A fail-closed webhook whose own pods are gone, and whose new ones the API server refuses because nobody answers it;
 * or several that wait for each other so. Nothing but a person ends that, and meanwhile whatever else it is asked about
 * is refused too. Source: kubernetes.io, "Admission webhook good practices" (avoid self-mutation and deadlocks).
 */
export const webhookSelfLock = defineOutcomeRule({
  id: "webhook-self-lock",
  severity: "error",
  title: "A webhook refuses the pods that would answer it",
  check: (outcome) => lockedCircles(outcome).map((circle) => finding(outcome, circle)),
});

function finding(outcome: Outcome, circle: readonly DeniedWorkload[]): FindingDraft {
  const [first] = circle as readonly [DeniedWorkload, ...DeniedWorkload[]];
  const names = circle.map(({ workload }) => workload);
  const webhooks = circle.map(({ webhook }) => webhook!);
  const others = deniedWorkloads(outcome).filter(
    (each) => !circle.includes(each) && webhooks.some((webhook) => isSame(webhook, each.webhook)),
  );
  const { webhook } = webhooks[0]!;
  return {
    subject: names[0]!,
    at: Math.min(...circle.map((each) => each.first.time)),
    events: circle.map(({ lastNumber }) => lastNumber),
    weight: 900 + others.length,
    message:
      circle.length === 1
        ? `never made again: webhook ${webhook.name} (failurePolicy Fail) refuses the very pods that would answer it`
        : `never made again, nor ${listed(names.slice(1))}: each is refused by a webhook that the next would answer`,
    details: [
      ...circle.flatMap(({ workload, webhook: placed, missing, before }, index) => [
        `${"  ".repeat(index * 2)}${workload} misses ${missing} of ${counted(before, "pod")},`,
        `${"  ".repeat(index * 2 + 1)}which webhook ${placed!.webhook.name} refuses: no Ready pod of Service ${keyOf(placed!.webhook.service!)} answers it,`,
      ]),
      `${"  ".repeat(circle.length * 2)}which waits for ${names[0]}: nothing ends this by itself.`,
      first.last.message,
      ...(others.length > 0
        ? [`Refused with it, to the end: new pods of ${listed(others.map(({ workload }) => workload))}.`]
        : []),
      ...(names.some((name) => !name.includes("/StatefulSet/")) ? [luck] : []),
    ],
    suggestions: [
      ...circle.flatMap((each) => moreReplicas(outcome, each)),
      ...webhooks.flatMap((placed, index) => mend(placed, circle[index]!)),
    ],
    data: {
      workloads: names,
      webhooks: circle.map(({ last }) => last.webhook),
      refused: others.map(({ workload }) => workload),
    },
  };
}

/** A StatefulSet asks for the new pod when the old one is gone; the others at once. */
const luck =
  "Rehearsed as if nothing answered from the deletion on: an old pod that still answers when its replacement is asked for lets it through. That is luck of some milliseconds.";

function isSame(one: PlacedWebhook, other: PlacedWebhook | undefined): boolean {
  return one.webhook === other?.webhook;
}

/** One pod more, before anything is drained: whether it is elsewhere, a rehearsal shows. */
function moreReplicas({ index }: Outcome, { workload }: DeniedWorkload): Suggestion[] {
  const owner = index.scalable(workload);
  if (!owner) return [];
  const to = owner.replicas + 1;
  const target = `${owner.kind.toLowerCase()} ${shellWord(owner.name)}`;
  return [
    {
      commands: [`kubectl -n ${shellWord(owner.namespace)} scale ${target} --replicas=${to}`],
      edit: {
        kind: "before",
        steps: [
          { kind: "scale", name: `more-${owner.name}`, workload, to, waitReady: 600_000, revert: false },
        ],
      },
      cost: `Helps where the new pod starts on a node that stays, and while one of them is always Ready. Scale it back to ${owner.replicas} afterwards.`,
      harm: 2,
    },
  ];
}

/** The webhook let alone with its own namespace, or with what it cannot judge; also the way out of the circle. */
function mend({ configuration, webhook }: PlacedWebhook, { workload }: DeniedWorkload): Suggestion[] {
  const resource = shellWord(`${configuration.kind.toLowerCase()}/${configuration.name}`);
  const at = `/webhooks/${configuration.webhooks.indexOf(webhook)}`;
  const [namespace = ""] = workload.split("/");
  const patch = (path: string, value: unknown) =>
    `kubectl patch ${resource} --type=json -p ${shellWord(JSON.stringify([{ op: "add", path, value }]))}`;
  return [
    {
      commands: [patch(`${at}/namespaceSelector`, without(webhook.namespaceSelector, namespace))],
      edit: { kind: "none" },
      cost: `New objects in namespace ${namespace} are not looked at by ${webhook.name} any more.`,
      harm: 3,
    },
    {
      commands: [patch(`${at}/failurePolicy`, "Ignore")],
      edit: { kind: "none" },
      cost: `While nobody answers ${webhook.name}, everything passes it. Set it back to Fail afterwards.`,
      harm: 4,
    },
  ];
}

/** The selector with one more requirement, as the API takes it. */
function without(selector: LabelSelector, namespace: string): Readonly<Record<string, unknown>> {
  const own = selector.map(({ key, operator, values }) =>
    values.length > 0 ? { key, operator, values } : { key, operator },
  );
  const more = { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [namespace] };
  return { matchExpressions: [...own, more] };
}
