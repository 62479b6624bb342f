import { groupBy } from "../../lib/order.ts";
import { keyOf } from "../../model/meta.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { byWorkload } from "../pod-groups.ts";
import { definePreflightRule } from "../rule.ts";

/** Pods that another scheduler places: where their replacements land is not known here, so they stay Pending. */
export const unknownScheduler = definePreflightRule({
  id: "unknown-scheduler",
  severity: "warning",
  title: "Another scheduler than kube-scheduler's default places a pod",
  check: (preflight) => {
    const { index, scheduler, scope } = preflight;
    const known = new Set(scheduler.profiles.map(({ schedulerName }) => schedulerName));
    const foreign = departingPods(preflight).filter(({ spec }) => !known.has(spec.schedulerName));
    return [...groupBy(foreign, ({ spec }) => spec.schedulerName)].map(([name, pods]) => ({
      subject: name,
      ...(scope === "cluster" ? { severity: "info" as const } : {}),
      weight: 130 + pods.length,
      message: `schedules ${counted(pods.length, "pod")} that a drain evicts: ${verb(pods.length, "its replacement stays", "their replacements stay")} Pending in a rehearsal`,
      details: [
        `${listed(byWorkload(index, pods).map(({ subject }) => subject))}.`,
        "How it chooses nodes is not modelled, unless --scheduler-config gives a kube-scheduler profile of that name.",
      ],
      data: { scheduler: name, pods: pods.map(keyOf) },
    }));
  },
});
