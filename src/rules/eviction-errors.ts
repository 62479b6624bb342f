import { keyOf } from "../model/meta.ts";
import { isReady } from "../model/pod.ts";
import { matchesSelector } from "../model/selector.ts";
import type { Service } from "../model/service.ts";
import type { Scalable } from "../model/workload.ts";
import { type PlacedWebhook, webhookRef } from "../model/webhook.ts";
import type { EventOf } from "../trace/event.ts";
import type { NodeDrainReport, RemainingPod, Suggestion } from "../verdict/verdict.ts";
import { withoutSelector } from "./budget-suggestions.ts";
import { drainsChanged } from "./drain-options.ts";
import { counted, listed } from "../lib/counted.ts";
import { shellWord } from "../lib/shell-word.ts";
import { verb } from "./phrases.ts";
import type { Outcome } from "./rule.ts";

/** Pods whose evictions the API server answered with one and the same error, after which the drainer asks no more. */
export interface EvictionError {
  readonly pods: readonly RemainingPod[];
  /** The last of these answers. */
  readonly event: EventOf<"eviction.refused">;
  readonly number: number;
  /** `two budgets select it, shop/a and shop/b: the API server refuses (500)` */
  readonly why: string;
  readonly details: readonly string[];
  readonly suggestions: readonly Suggestion[];
}

/**
 * What ended the attempts of the pods that a drain has given up, by cause; budgets' numbers have no part in it.
 * Source: pkg/registry/core/pod/storage/eviction.go; facts/drain.json, eviction (only a 429 is asked again).
 */
export function evictionErrors(outcome: Outcome, drain: NodeDrainReport): EvictionError[] {
  const byCause = new Map<string, { event: EvictionError["event"]; number: number; pods: RemainingPod[] }>();
  for (const pod of drain.remaining) {
    const event = outcome.trace.events[pod.refusal ?? -1];
    if (pod.isGivenUp !== true || event?.kind !== "eviction.refused") continue;
    const cause = `${event.code} ${event.message} ${event.budgets.join(" ")}`;
    const known = byCause.get(cause);
    if (known) known.pods.push(pod);
    else byCause.set(cause, { event, number: pod.refusal!, pods: [pod] });
  }
  return [...byCause.values()].map((each) => ({ ...each, ...explained(outcome, drain, each) }));
}

type Explanation = Pick<EvictionError, "why" | "details" | "suggestions">;

function explained(
  outcome: Outcome,
  drain: NodeDrainReport,
  { event, pods }: Pick<EvictionError, "event" | "pods">,
): Explanation {
  if (event.budgets.length > 1) return twoBudgets(outcome, drain, event, pods);
  const webhook = webhookNamed(outcome, event.detail);
  const message = event.message.replace(/\.$/, "");
  if (!webhook) return { why: message, details: [], suggestions: [] };
  return { why: message, ...unanswered(outcome, drain, webhook) };
}

function twoBudgets(
  outcome: Outcome,
  drain: NodeDrainReport,
  { code, message, budgets }: EvictionError["event"],
  pods: readonly RemainingPod[],
): Explanation {
  const count = budgets.length === 2 ? "two" : String(budgets.length);
  const aside = budgets.flatMap((key) => {
    const budget = outcome.index.budget(key);
    return budget
      ? [
          withoutSelector(
            budget,
            budgets.filter((other) => other !== key),
          ),
        ]
      : [];
  });
  return {
    why: `${count} budgets select ${verb(pods.length, "it", "each of them")}, ${listed(budgets)}: the API server refuses (${code})`,
    details: [`It says: ${message} What the budgets would allow has no part in it.`],
    suggestions: [
      ...aside,
      {
        ...drainsChanged(outcome, drain, { disableEviction: true }),
        cost: "Deletes past every budget of every pod that it drains, not only past these.",
        harm: 5,
      },
    ],
  };
}

function webhookNamed({ cluster }: Outcome, ref: string): PlacedWebhook | undefined {
  return cluster.objects.WebhookConfiguration.flatMap((configuration) =>
    configuration.webhooks.map((webhook) => ({ configuration, webhook })),
  ).find((placed) => webhookRef(placed) === ref);
}

/** Nobody answers a fail-closed webhook about evictions: its own pods come first. */
function unanswered(
  outcome: Outcome,
  drain: NodeDrainReport,
  { configuration, webhook }: PlacedWebhook,
): Pick<Explanation, "details" | "suggestions"> {
  const key = webhook.service ? keyOf(webhook.service) : "";
  const service = outcome.cluster.objects.Service.find((each) => keyOf(each) === key);
  const own = service ? makeReady(outcome, service) : { line: "", suggestions: [] };
  const path = `/webhooks/${configuration.webhooks.indexOf(webhook)}/failurePolicy`;
  const patch = (value: string) =>
    `kubectl patch ${shellWord(`${configuration.kind.toLowerCase()}/${configuration.name}`)} --type=json -p ` +
    shellWord(JSON.stringify([{ op: "replace", path, value }]));
  return {
    details: [
      `Webhook ${webhook.name} (failurePolicy Fail) is asked about every eviction, and Service ${key} answers for it${own.line === "" ? ": the input does not have it." : `: ${own.line}`}`,
    ],
    suggestions: [
      ...own.suggestions,
      {
        commands: [patch("Ignore")],
        edit: { kind: "none" },
        cost: `While nobody answers ${webhook.name}, every eviction passes it. Set it back afterwards: ${patch("Fail")}`,
        harm: 4,
      },
      {
        ...drainsChanged(outcome, drain, { disableEviction: true }),
        cost: "Deletes the pods: a webhook about evictions is not asked, and no budget either.",
        harm: 5,
      },
    ],
  };
}

/** Which pods would answer, where they are, and what makes them Ready. */
function makeReady(
  { cluster, index }: Outcome,
  service: Service,
): { readonly line: string; readonly suggestions: readonly Suggestion[] } {
  const namespace = shellWord(service.namespace);
  const pods = index.podsOfService(service).filter((pod) => !isReady(pod));
  if (pods.length > 0) {
    const places = pods.map(
      (pod) => `${keyOf(pod)} ${pod.nodeName === "" ? "has no node" : `on ${pod.nodeName}`}`,
    );
    return {
      line: `${counted(pods.length, "pod")}, not Ready: ${listed(places)}.`,
      suggestions: [
        {
          commands: [
            `kubectl -n ${namespace} describe pod ${pods.map(({ name }) => shellWord(name)).join(" ")}`,
          ],
          edit: { kind: "none" },
          cost: `Find out why ${verb(pods.length, "it is", "they are")} not Ready and mend that: with one Ready pod evictions are answered again. Then drain again.`,
          harm: 0,
        },
      ],
    };
  }
  const scalable: readonly Scalable[] = [...cluster.objects.Deployment, ...cluster.objects.StatefulSet];
  const owner = scalable.find(
    ({ namespace: own, replicas, template }) =>
      own === service.namespace &&
      replicas === 0 &&
      service.selector !== undefined &&
      matchesSelector(service.selector, template.labels),
  );
  if (!owner) return { line: "it selects no pod.", suggestions: [] };
  const workload = `${owner.namespace}/${owner.kind}/${owner.name}`;
  return {
    line: `its pods would be those of ${workload}, replicas 0.`,
    suggestions: [
      {
        commands: [
          `kubectl -n ${namespace} scale ${owner.kind.toLowerCase()} ${shellWord(owner.name)} --replicas=1`,
        ],
        edit: {
          kind: "before",
          steps: [
            { kind: "scale", name: `more-${owner.name}`, workload, to: 1, waitReady: 600_000, revert: false },
          ],
        },
        cost: "Helps where the new pod starts on a node that stays.",
        harm: 2,
      },
    ],
  };
}
