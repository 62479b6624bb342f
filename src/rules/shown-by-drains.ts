import type { Finding } from "../verdict/verdict.ts";

interface Shown {
  /** The rule after the fact that says what comes of it. */
  readonly rule: string;
  /** What both name in their data. */
  readonly names: "services" | "workloads";
}

const pending: Shown = { rule: "pods-left-pending", names: "workloads" };
const down: Shown = { rule: "service-outage", names: "services" };

/** What a drain shows by itself of what these rules say before it. */
const shownBy: ReadonlyMap<string, Shown> = new Map([
  ["antiaffinity-as-many-as-nodes", pending],
  ["claim-bound-to-node", pending],
  ["claim-bound-to-zone", pending],
  ["pinned-to-node", pending],
  ["single-replica", down],
]);

/**
 * Findings about a cluster beside what rehearsed drains of its nodes have shown: a warning that the drains bear out for
 * each workload or Service that it names is only a note. One thing is one finding.
 */
export function besideDrains(looked: readonly Finding[], drains: readonly Finding[]): readonly Finding[] {
  const said = new Map<string, Set<string>>();
  for (const { rule, data } of drains) {
    const names = said.get(rule) ?? new Set<string>();
    for (const field of ["services", "workloads"] as const)
      for (const name of namesIn(data, field)) names.add(name);
    said.set(rule, names);
  }
  return looked.map((finding) => {
    const shown = shownBy.get(finding.rule);
    if (!shown || finding.severity !== "warning") return finding;
    const names = namesIn(finding.data, shown.names);
    const isShown = names.length > 0 && names.every((name) => said.get(shown.rule)?.has(name) === true);
    return isShown ? { ...finding, severity: "info" as const } : finding;
  });
}

function namesIn(data: Finding["data"], field: Shown["names"]): readonly string[] {
  const names = data[field];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}
