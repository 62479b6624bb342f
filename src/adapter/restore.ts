import type { Api } from "./api.ts";
import { type Change, changesOf, isWayBack } from "./changes.ts";
import type { Clock } from "./clock.ts";
import { hasHappened, type Intent } from "./intent.ts";
import type { Journal, JournalEntry, JournalRecord } from "./journal.ts";
import { carryOut, isWrite } from "./writes.ts";

/** What came of putting one change back. */
export interface Restored {
  readonly change: Change;
  /** `nothing`: it is as it was already. `foreign`: somebody else has changed it since, so it is left alone. */
  readonly outcome: "restored" | "nothing" | "foreign" | "failed";
  readonly message: string;
}

export interface RestoreParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "append">;
  readonly assureLease: () => Promise<void>;
  readonly sending: (intent: Intent) => void;
  readonly restored: (result: Restored) => void;
}

/**
 * Puts back what a run has changed, last first: nodes are opened, patches and scales undone. What somebody else has
 * changed since is left as it is.
 */
export async function restoreAll(
  parts: RestoreParts,
  records: readonly JournalRecord[],
  now: number,
): Promise<readonly Restored[]> {
  const results: Restored[] = [];
  for (const change of changesOf(records).toReversed()) {
    const result = await restore(parts, change, now);
    results.push(result);
    parts.restored(result);
  }
  return results;
}

async function restore(parts: RestoreParts, change: Change, now: number): Promise<Restored> {
  const { api, clock, journal, assureLease, sending } = parts;
  const { undo } = change.first;
  if (!undo || !isWrite(undo))
    return { change, outcome: "failed", message: "nothing is known that undoes it" };
  const stands = await hasHappened(api, change.last.proof);
  // Where the last write was on the way back already, its not having happened leaves that to be done.
  if (stands === (isWayBack(change) ? "yes" : "no")) return { change, outcome: "nothing", message: "" };
  if (stands === "neither") return { change, outcome: "foreign", message: "it is not as this run left it" };
  const append = (entry: JournalEntry) =>
    journal.append({ now, at: new Date(clock.now()).toISOString(), ...entry });
  const record = async (intent: Intent) => {
    await assureLease();
    append({ kind: "restoring", what: undo.kind, intent });
    sending(intent);
  };
  const fact = await carryOut({ api, now: clock.now, record, mayGoOn: () => undefined }, undo);
  const failed = fact.kind === "error";
  append({ kind: "restoring", what: undo.kind, outcome: failed ? fact.error.message : "done" });
  if (failed) return { change, outcome: "failed", message: fact.error.message };
  return { change, outcome: "restored", message: "" };
}
