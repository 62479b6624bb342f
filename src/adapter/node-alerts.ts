import { nodeBeginning } from "../exec/node-beginning.ts";
import type { Action } from "../exec/protocol.ts";
import { humanDuration } from "../lib/duration.ts";
import { alertQuery, type AlertSelection } from "../plan/outside.ts";
import type { JournalEntry, JournalRecord } from "./journal.ts";
import { type AskPrometheus, seriesText } from "./prometheus.ts";
import { Stopped } from "./stopped.ts";

/** Called before a command is carried out; throws {@link Stopped} where its node must not be begun. */
export type BeforeNode = (action: Action) => Promise<void>;

export interface NodeAlertsParts {
  readonly alerts: readonly AlertSelection[];
  readonly askPrometheus: AskPrometheus;
  /** Where alerts are looked for that name no server. */
  readonly server: string | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly pause: (millis: number) => Promise<void>;
  /** How long Prometheus may be away before the run stops. Milliseconds. */
  readonly patienceMillis: number;
  readonly append: (entry: JournalEntry) => void;
  readonly say: (line: string) => void;
  /** What stands in the journal already: a node that was begun is finished. */
  readonly records: readonly JournalRecord[];
}

/** What was seen just now counts for the node's next command too. */
const freshMillis = 60_000;
const retryMillis = 5_000;

/**
 * Looks for alerts before a node is closed, and before it is emptied or worked on for the first time. A node that is
 * worked on already is finished: leaving it half-way would not make anything better.
 */
export function nodeAlerts(parts: NodeAlertsParts): BeforeNode {
  const worked = new Set(
    parts.records.flatMap((record) =>
      record.kind === "alerts" && record.before === "work" && record.firing.length === 0 ? [record.node] : [],
    ),
  );
  const looked = new Map<string, number>();
  return async (action) => {
    const coming = nodeBeginning(action);
    if (!coming || parts.alerts.length === 0 || worked.has(coming.node)) return;
    const { node, before } = coming;
    const isFresh = parts.now() - (looked.get(node) ?? -Infinity) < freshMillis;
    const firing = isFresh ? [] : await firingNow(parts, node);
    if (!isFresh || before === "work") parts.append({ kind: "alerts", node, before, firing });
    if (firing.length > 0) throw new Stopped({ kind: "alert", node, alerts: firing });
    looked.set(node, parts.now());
    if (before === "work") worked.add(node);
  };
}

/** The alerts that fire, by name and labels. Whether one does has to be known: who does not answer is waited for. */
async function firingNow(parts: NodeAlertsParts, node: string): Promise<string[]> {
  const found = await Promise.all(parts.alerts.map((selection) => ask(parts, selection, node)));
  return [...new Set(found.flat())];
}

async function ask(parts: NodeAlertsParts, selection: AlertSelection, node: string): Promise<string[]> {
  const server = selection.server ?? parts.server;
  if (server === undefined)
    throw new Stopped({ kind: "prometheus", node, message: "no Prometheus is given to look for alerts" });
  const since = parts.now();
  for (let isFirst = true; ; isFirst = false) {
    const answer = await parts.askPrometheus(server, alertQuery(selection));
    if (answer.kind === "samples") return answer.samples.map(({ labels }) => alertText(labels));
    const { message, isFinal } = answer;
    const millis = parts.now() - since;
    if (isFinal || millis >= parts.patienceMillis) {
      const waited = isFinal ? "" : `, for ${humanDuration(millis)}`;
      throw new Stopped({ kind: "prometheus", node, message: `${message}${waited}` });
    }
    if (isFirst) parts.say(`${message}; waiting`);
    await parts.pause(retryMillis);
  }
}

/** An alert's series without what only says that it is one that fires. */
function alertText(all: Readonly<Record<string, string>>): string {
  const labels = Object.entries(all).filter(
    ([label]) => !["__name__", "alertname", "alertstate"].includes(label),
  );
  return seriesText(all["alertname"] ?? "", Object.fromEntries(labels));
}
