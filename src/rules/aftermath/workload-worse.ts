import { keyOf } from "../../model/meta.ts";
import { isReady } from "../../model/pod.ts";
import type { FindingDraft } from "../rule.ts";
import { counted } from "../../lib/counted.ts";
import type { Aftermath, AftermathRule } from "./aftermath.ts";

/** Workloads and Services with fewer Ready pods than before, or gone altogether. */
export const workloadWorse: AftermathRule = {
  id: "workload-worse",
  severity: "error",
  title: "A workload or a Service has fewer Ready pods than before",
  compare: (aftermath) => [...services(aftermath), ...workloads(aftermath)],
};

function services({ before, after, beforeIndex, afterIndex }: Aftermath): FindingDraft[] {
  const now = new Map(after.objects.Service.map((service) => [keyOf(service), service]));
  return before.objects.Service.flatMap((service): FindingDraft[] => {
    const had = beforeIndex.podsOfService(service).filter(isReady).length;
    if (had === 0) return [];
    const current = now.get(keyOf(service));
    const subject = keyOf(service);
    if (!current) return [{ subject, weight: 260, message: "Service is gone" }];
    const has = afterIndex.podsOfService(current).filter(isReady).length;
    if (has >= had) return [];
    return [
      {
        subject,
        ...(has > 0 ? { severity: "warning" as const } : {}),
        weight: has > 0 ? 140 : 270,
        message: `Service has ${counted(has, "Ready pod")}; it had ${had} before`,
      },
    ];
  });
}

/** Jobs come and go by themselves: nothing is said of them. */
function workloads({ beforeIndex, afterIndex }: Aftermath): FindingDraft[] {
  return [...beforeIndex.workloads()].flatMap(([workload, pods]): FindingDraft[] => {
    if (workload.includes("/Job/")) return [];
    const had = pods.filter(isReady).length;
    const has = afterIndex.podsOfWorkload(workload).filter(isReady).length;
    if (has >= had) return [];
    return [
      {
        subject: workload,
        ...(has > 0 ? { severity: "warning" as const } : {}),
        weight: has > 0 ? 135 : 265,
        message: `has ${counted(has, "Ready pod")}; it had ${had} before`,
      },
    ];
  });
}
