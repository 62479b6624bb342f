import { groupBy } from "../../lib/order.ts";
import { isFinished } from "../../model/pod.ts";
import { restartCommands } from "../kubectl-commands.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * Workloads that stood on two nodes or more and whose pods all stand on one at the end: they do not spread again by
 * themselves, and the next drain or loss of that node takes all of them at once (openshift/openshift-docs#2524).
 */
export const pileUp = defineOutcomeRule({
  id: "pile-up",
  severity: "warning",
  title: "All pods of a workload end up on one node",
  check: (outcome) => {
    const moved = new Set(outcome.analysis.moves.map(({ workload }) => workload));
    moved.delete("");
    const piled = [...moved].flatMap((workload) => pileOf(outcome, workload) ?? []);
    return [...groupBy(piled, ({ node }) => node)].map(([node, piles]) => finding(outcome, node, piles));
  },
});

interface Pile {
  readonly workload: string;
  readonly node: string;
  readonly before: readonly string[];
  readonly pods: number;
}

/** Where all pods of a workload of which some moved are now, if that is one node and was several. */
function pileOf({ index, analysis }: Outcome, workload: string): Pile | undefined {
  // DaemonSets have one pod a node, and a Job's pods do not come back.
  if (!index.scalable(workload)) return undefined;
  const initial = index.podsOfWorkload(workload).filter((pod) => pod.nodeName !== "" && !isFinished(pod));
  const before = [...new Set(initial.map(({ nodeName }) => nodeName))];
  if (before.length < 2) return undefined;
  const lives = analysis.livesByWorkload.get(workload) ?? [];
  const present = lives.flatMap(({ id }) => analysis.world.pods.get(id) ?? []);
  const placed = present.filter(
    ({ node, terminating, phase }) =>
      node !== "" && terminating === undefined && phase !== "Succeeded" && phase !== "Failed",
  );
  const [node, ...others] = new Set(placed.map((pod) => pod.node));
  if (node === undefined || others.length > 0 || placed.length < 2) return undefined;
  return { workload, node, before, pods: placed.length };
}

function finding(outcome: Outcome, node: string, piles: readonly Pile[]): FindingDraft {
  const workloads = piles.map(({ workload }) => workload);
  const open = [...outcome.analysis.world.nodes.values()].filter(
    ({ isCordoned, ready }) => !isCordoned && ready === "True",
  );
  const what =
    piles.length === 1
      ? `${allOf(piles[0]!.pods)} of ${workloads[0]}`
      : `all pods of ${counted(piles.length, "workload")}`;
  const restartable = workloads.filter((each) => /\/(Deployment|StatefulSet)\//.test(each));
  return {
    subject: node,
    weight: 400 + piles.length,
    message: `${what} ${piles.length === 1 ? "stand" : "each stand"} on ${node} alone, and stood on two nodes or more before`,
    details: [
      ...piles
        .slice(0, 10)
        .map(({ workload, before, pods }) => `${workload}: ${pods} pods, before on ${listed(before)}.`),
      ...(piles.length > 10 ? [`And ${piles.length - 10} more.`] : []),
      `They stay there after nodes are uncordoned. The next drain or loss of ${node} takes ${verb(piles.length, "all of them", "each of them")} at once.`,
      ...(open.length === 1 ? [`At the end ${node} is the only node that takes pods.`] : []),
    ],
    suggestions:
      restartable.length === 0
        ? []
        : [
            {
              commands: restartCommands(restartable),
              edit: { kind: "none" },
              cost: "Once the nodes are uncordoned: every pod of them is replaced. Only a topologySpreadConstraint or anti-affinity makes sure that they spread.",
              harm: 2,
            },
          ],
    data: { node, workloads, pods: piles.map(({ pods }) => pods) },
  };
}

function allOf(pods: number): string {
  return pods === 2 ? "both pods" : `all ${pods} pods`;
}
