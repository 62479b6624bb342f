import { keyOf } from "../model/meta.ts";
import { matchesSelector, type LabelSelector } from "../model/selector.ts";
import type { Finding } from "../verdict/verdict.ts";
import type { ClusterIndex } from "./cluster-index.ts";

/** A finding that is to be lived with: of this rule, about this subject or about any. */
export interface Waiver {
  readonly rule: string;
  readonly subject?: string;
}

/** Marks what a person accepted beforehand, and what is about workloads that were called critical. */
export function annotate(
  finding: Finding,
  accept: readonly Waiver[],
  critical: ReadonlySet<string>,
): Finding {
  const isAccepted = accept.some(
    ({ rule, subject }) => rule === finding.rule && (subject === undefined || subject === finding.subject),
  );
  const isCritical = critical.size > 0 && names(finding).some((name) => critical.has(name));
  return {
    ...finding,
    ...(isAccepted ? { accepted: true as const } : {}),
    ...(isCritical ? { critical: true as const } : {}),
  };
}

/** What a finding names: its subject, and every text among its data. */
function names({ subject, data }: Finding): string[] {
  const texts = Object.values(data).flatMap((value) =>
    Array.isArray(value) ? (value as unknown[]) : [value],
  );
  return [subject, ...texts.filter((text) => typeof text === "string")];
}

/** The pods that a selector calls critical, their workloads, and the Services and budgets that select them. */
export function criticalNames(index: ClusterIndex, selector: LabelSelector): ReadonlySet<string> {
  const { objects } = index.cluster;
  const pods = objects.Pod.filter(({ labels }) => matchesSelector(selector, labels));
  const found = new Set(pods.flatMap((pod) => [keyOf(pod), index.workloadOf(pod)]));
  const ids = new Set(pods.map(({ uid }) => uid));
  const selects = (selected: readonly { readonly uid: string }[]) => selected.some(({ uid }) => ids.has(uid));
  for (const service of objects.Service) if (selects(index.podsOfService(service))) found.add(keyOf(service));
  for (const budget of objects.PodDisruptionBudget)
    if (selects(index.podsOfBudget(budget))) found.add(keyOf(budget));
  found.delete("");
  return found;
}
