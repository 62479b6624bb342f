import { begunBy, type LogEntry, matcher } from "./log-book.ts";
import type { RackNode } from "./cluster-nodes.ts";
import type { Model, PlacedFinding, ServiceRow } from "./model.ts";
import type { PaneId, Subject, TuiState } from "./state.ts";

/** What each pane lists, after its filter. */

export function rackList({ nodes }: Model, { filters }: TuiState): readonly RackNode[] {
  if (filters.rack === "") return nodes;
  const matches = matcher(filters.rack);
  return nodes.filter(({ name, zone }) => matches(`${name} ${zone}`));
}

export function serviceList({ services }: Model, { filters }: TuiState): readonly ServiceRow[] {
  if (filters.services === "") return services;
  const matches = matcher(filters.services);
  return services.filter(({ availability }) => matches(availability.service));
}

/** Findings with their index among all. */
export function findingList(
  { findings }: Model,
  { filters }: TuiState,
): readonly (PlacedFinding & { readonly index: number })[] {
  const matches = matcher(filters.findings);
  return findings
    .map((placed, index) => ({ ...placed, index }))
    .filter(({ finding: { severity, rule, subject, message } }) =>
      matches(`${severity} ${rule} ${subject} ${message}`),
    );
}

/** The log's entries over the whole run, and how many of them have begun by now. */
export function logList(
  model: Model,
  { filters, showsAll, time }: TuiState,
): { readonly entries: readonly LogEntry[]; readonly begun: number } {
  const entries = model.log.entries(showsAll, filters.log);
  return { entries, begun: begunBy(entries, model.countAt(time)) };
}

/** How many items a pane has to select from. The rack ends with one for the pods that have no node. */
export function lengthOf(model: Model, state: TuiState, pane: PaneId): number {
  switch (pane) {
    case "rack":
      return rackList(model, state).length + 1;
    case "log":
      return logList(model, state).entries.length;
    case "services":
      return serviceList(model, state).length;
    case "findings":
      return findingList(model, state).length;
  }
}

/** What is selected in the focused pane; undefined where its list is empty. */
export function selectedSubject(model: Model, state: TuiState): Subject | undefined {
  const index = state.selected[state.focus];
  switch (state.focus) {
    case "rack": {
      const node = rackList(model, state)[index];
      return node ? { kind: "node", node: node.name } : { kind: "pending" };
    }
    case "log": {
      const entry = logList(model, state).entries[index];
      return entry && { kind: "event", number: latestBy(entry, model.countAt(state.time)) };
    }
    case "services": {
      const service = serviceList(model, state)[index]?.availability.service;
      return service === undefined ? undefined : { kind: "service", service };
    }
    case "findings": {
      const found = findingList(model, state)[index];
      return found && { kind: "finding", index: found.index };
    }
  }
}

/** The event that an entry stands for: the last one within the first `count`, or its first where it is to come. */
function latestBy({ numbers }: LogEntry, count: number): number {
  return numbers.findLast((number) => number < count) ?? numbers[0]!;
}
