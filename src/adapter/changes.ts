import type { Intent } from "./intent.ts";
import type { JournalRecord } from "./journal.ts";

/** Something that a run has changed, from its first write of it to its last. */
export interface Change {
  readonly first: Intent;
  readonly last: Intent;
  /** Whether the last write was answered; else only the cluster knows whether it was carried out. */
  readonly isCertain: boolean;
}

/** What a run has changed and not put back itself, in the order in which it began; evictions and deletions are none. */
export function changesOf(records: readonly JournalRecord[]): Change[] {
  const open = new Map<string, Intent>();
  const changes = new Map<string, Change>();
  const add = (intent: Intent, isCertain: boolean) => {
    const key = keyOf(intent);
    if (key === undefined || !intent.undo) return;
    changes.set(key, { first: changes.get(key)?.first ?? intent, last: intent, isCertain });
  };
  for (const record of records) {
    if (record.kind === "sent") open.set(record.command, record.intent);
    if (record.kind !== "seen") continue;
    const intent = open.get(record.command);
    open.delete(record.command);
    if (intent && record.fact.kind === "done") add(intent, true);
  }
  for (const intent of open.values()) add(intent, false);
  return [...changes.values()].filter((change) => !isPutBack(change));
}

/** The nodes that a run has closed, and of which it is not known that it has opened them again. */
export function leftCordoned(records: readonly JournalRecord[]): string[] {
  return changesOf(records).flatMap(({ last: { action } }) =>
    action.kind === "cordon" ? [action.node] : [],
  );
}

/** What one change is about: two writes with the same key follow each other. */
function keyOf({ action }: Intent): string | undefined {
  switch (action.kind) {
    case "cordon":
      return `cordon ${action.node}`;
    case "taint":
      return `taint ${action.node} ${action.taint.key}:${action.taint.effect}`;
    case "label":
      return `label ${action.node} ${Object.keys(action.labels).sort().join(",")}`;
    case "scale":
      return `scale ${action.workload}`;
    case "patch":
      return `patch ${action.object} ${leaves(action.set).sort().join(",")}`;
    case "upgradeAddon":
      return `addon ${action.addon}`;
    default:
      return undefined;
  }
}

function leaves(patch: object, prefix = ""): string[] {
  return Object.entries(patch).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? leaves(value, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

/** What was written back to what it was, and a node that was only opened: nobody wants it closed again. */
function isPutBack(change: Change): boolean {
  const { first, last, isCertain } = change;
  if (last.action.kind === "cordon" && !last.action.unschedulable && (isCertain || first === last))
    return true;
  return isCertain && isWayBack(change);
}

/** Whether its last write was the one that puts it back. */
export function isWayBack({ first, last }: Change): boolean {
  return first !== last && JSON.stringify(first.undo) === JSON.stringify(last.action);
}
