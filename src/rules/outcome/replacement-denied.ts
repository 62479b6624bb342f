import { groupBy } from "../../lib/order.ts";
import type { EventOf } from "../../trace/event.ts";
import { counted, verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * Pods that are gone and whose replacements the API server refuses to create, to the end: a quota, a LimitRange, a
 * namespace on its way out. Nothing is Pending then, so nothing else shows it. Source: plugin/pkg/admission/resourcequota,
 * plugin/pkg/admission/limitranger.
 */
export const replacementDenied = defineOutcomeRule({
  id: "replacement-denied",
  severity: "error",
  title: "Replacements are refused and never come",
  check: (outcome) => {
    const denied = groupBy(deniedEvents(outcome), ({ event }) => event.workload);
    return [...denied].flatMap(([workload, events]) => finding(outcome, workload, events) ?? []);
  },
});

interface Denied {
  readonly number: number;
  readonly event: EventOf<"create.denied">;
}

function deniedEvents({ trace }: Outcome): Denied[] {
  return trace.events.flatMap((event, number) => (event.kind === "create.denied" ? [{ number, event }] : []));
}

function finding(outcome: Outcome, workload: string, denied: readonly Denied[]): FindingDraft | undefined {
  const { index, analysis } = outcome;
  const last = denied.at(-1)!;
  const pods = [...analysis.world.pods.values()].filter(
    (pod) =>
      pod.workload === workload &&
      pod.terminating === undefined &&
      !["Succeeded", "Failed"].includes(pod.phase),
  );
  const before = index.podsOfWorkload(workload).filter(({ deletion }) => !deletion).length;
  const missing = before - pods.length;
  if (missing <= 0) return undefined;
  const created = (analysis.livesByWorkload.get(workload) ?? []).some(
    ({ createdAt }) => createdAt !== undefined && createdAt > last.event.time,
  );
  // A creation that went through after the last refusal: something else took the pod away.
  if (created) return undefined;
  const quota = readQuota(last.event.message);
  return {
    subject: workload,
    at: denied[0]!.event.time,
    events: [last.number],
    weight: 790 + missing,
    message: `${counted(missing, "pod")} of ${before} ${verb(missing, "is", "are")} never made again: ${quota ? quota.arithmetic : reasonOf(last.event.message)}`,
    details: [
      last.event.message,
      `Asked ${counted(denied.length, "time")}, the last at ${Math.round(last.event.time / 1_000)} s; the controller backs off to once in about 17 min.`,
    ],
    data: { workload, before, missing, message: last.event.message, ...(quota ? { quota: quota.name } : {}) },
  };
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
