import { keyOf } from "../../model/meta.ts";
import type { PlacedWebhook } from "../../model/webhook.ts";
import { type DeniedWorkload, deniedWorkloads, lockedCircles } from "../denied-workloads.ts";
import { counted } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft } from "../rule.ts";

/**
 * Pods that are gone and whose replacements the API server refuses to create, to the end: a quota, a LimitRange, a
 * namespace on its way out, a webhook that nobody answers. Nothing is Pending then, so nothing else shows it.
 * Source: plugin/pkg/admission/resourcequota, plugin/pkg/admission/limitranger.
 */
export const replacementDenied = defineOutcomeRule({
  id: "replacement-denied",
  severity: "error",
  title: "Replacements are refused and never come",
  check: (outcome) => {
    const locked = new Set(lockedCircles(outcome).flat());
    return deniedWorkloads(outcome)
      .filter((each) => !locked.has(each))
      .map(finding);
  },
});

function finding(denied: DeniedWorkload): FindingDraft {
  const { workload, before, missing, refusals, first, last, lastNumber, webhook } = denied;
  const quota = readQuota(last.message);
  const reason = quota ? quota.arithmetic : webhook ? unanswered(webhook) : reasonOf(last.message);
  return {
    subject: workload,
    at: first.time,
    events: [lastNumber],
    weight: 790 + missing,
    message: `${counted(missing, "pod")} of ${before} ${verb(missing, "is", "are")} never made again: ${reason}`,
    details: [
      last.message,
      `Asked ${counted(refusals, "time")}, the last at ${Math.round(last.time / 1_000)} s; the controller backs off to once in about 17 min.`,
    ],
    data: {
      workload,
      before,
      missing,
      message: last.message,
      ...(quota ? { quota: quota.name } : {}),
      ...(last.webhook === undefined ? {} : { webhook: last.webhook }),
    },
  };
}

/** `webhook guard.example.com is asked about it, and no Ready pod of guard/guard answers` */
function unanswered({ webhook }: PlacedWebhook): string {
  return `webhook ${webhook.name} (failurePolicy Fail) is asked about them, and no Ready pod of Service ${keyOf(webhook.service!)} answers`;
}

/** `quota compute: 3.5 Gi requests.memory used + 1.0 Gi asked > 4.0 Gi`, from the message of the admission plugin. */
function readQuota(message: string): { readonly name: string; readonly arithmetic: string } | undefined {
  const match = /exceeded quota: ([^,]+), requested: (.+), used: (.+), limited: (.+?)\.?$/.exec(message);
  if (!match) return undefined;
  const [, name = "", ...lists] = match;
  const [requested, used, limited] = lists.map(
    (list) =>
      new Map(
        list
          .split(",")
          .map((pair): [string, string] => [
            pair.slice(0, pair.indexOf("=")),
            pair.slice(pair.indexOf("=") + 1),
          ]),
      ),
  );
  const sums = [...requested!].map(
    ([resource, amount]) =>
      `${used!.get(resource) ?? "?"} ${resource} used + ${amount} asked > ${limited!.get(resource) ?? "?"}`,
  );
  return { name, arithmetic: `quota ${name}: ${sums.join(", ")}` };
}

/** Without the pod's name, which nobody knows. */
function reasonOf(message: string): string {
  return message.replace(/^pods "[^"]*" is forbidden: /, "").replace(/\.$/, "");
}
