/** Readings of kube-scheduler's `0/6 nodes are available: …` messages. */

/** The reasons alone, without the count of nodes and what preemption says: `2 Insufficient cpu, 1 node(s) were …`. */
export function reasonsOf(message: string): string {
  const [reasons = ""] = message.split(". ");
  return reasons.replace(/^\d+\/\d+ nodes are available: /, "").replace(/[.:]$/, "");
}

/** The reasons in a sentence, or that there is none yet. */
export function firstReason(message: string): string {
  const reasons = reasonsOf(message);
  return reasons === "" ? "no node has been found for it" : reasons;
}
