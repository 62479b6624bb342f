import type { PodId } from "../../trace/event.ts";
import type { Move } from "../../trace/timelines.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { cordonCommand } from "../kubectl-commands.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { percent, verb } from "../phrases.ts";
import { possibleNodes } from "../possible-nodes.ts";
import { defineOutcomeRule, type Outcome } from "../rule.ts";

/** The taint that keeps pods away from nodes whose turn is still to come, as far as there is room elsewhere. */
const retiring = "seatrial/retiring:PreferNoSchedule";

/**
 * Pods that a drain moves to a node which is drained later, and so move again: work and restarts for nothing
 * (incidents of node-by-node rolls, markswanderingthoughts.nl/upgrading-kubernetes-nodes-without-disruptions).
 */
export const movedTwice = defineOutcomeRule({
  id: "moved-twice",
  severity: "info",
  title: "Pods move more than once",
  check: (outcome) => {
    const evictions = outcome.analysis.moves.filter(
      ({ by, from }) => (by === "eviction" || by === "delete") && outcome.drained.includes(from),
    );
    const routes = routesOf(evictions).filter((route) => route.length > 1);
    if (routes.length === 0) return [];
    const again = routes.reduce((sum, route) => sum + route.length - 1, 0);
    const most = Math.max(...routes.map(({ length }) => length));
    const longest = routes.find(({ length }) => length === most)!;
    const stays = longest.map(({ from }) => from).join(", then ");
    return [
      {
        subject: "the plan",
        weight: 40 + routes.length,
        at: longest[1]!.evictedAt,
        message:
          `${again} of ${counted(evictions.length, "move")} (${percent(again, evictions.length)}) ${verb(again, "is", "are")} of pods that moved before: ` +
          `${verb(routes.length, "it", `${routes.length} of them`)} landed on nodes that are drained later`,
        details: [
          `${most} moves at the most: ${longest[0]!.namespace}/${longest[0]!.name} leaves ${stays}.`,
          `Without it: ${evictions.length} - ${again} = ${counted(evictions.length - again, "move")}.`,
        ],
        suggestions: suggestionsFor(outcome, routes),
        data: {
          moves: evictions.length,
          again,
          pods: routes.length,
          most,
          workloads: [...new Set(routes.map(([first]) => first!.workload))],
        },
      },
    ];
  },
});

/** Moves one after another of what is, to its workload, one replica. */
function routesOf(moves: readonly Move[]): Move[][] {
  const routes: Move[][] = [];
  const routeOf = new Map<PodId, Move[]>();
  for (const move of moves) {
    let route = routeOf.get(move.pod);
    if (route) route.push(move);
    else routes.push((route = [move]));
    if (move.replacement) routeOf.set(move.replacement.pod, route);
  }
  return routes;
}

/** Nodes that stay and may run the pods take them at once where there are any; else those that are done are preferred. */
function suggestionsFor(outcome: Outcome, routes: readonly (readonly Move[])[]): Suggestion[] {
  const { cluster, drained, analysis, index } = outcome;
  const pods = routes.flatMap(([first]) => index.pod(first!.pod) ?? []);
  const takes = pods.map((pod) => new Set(possibleNodes(cluster, pod).map(({ name }) => name)));
  const stays = cluster.objects.Node.filter(
    ({ name }) =>
      !drained.includes(name) &&
      takes.every((possible) => possible.has(name)) &&
      analysis.world.nodes.get(name)?.ready === "True",
  );
  const nodes = { kind: "names" as const, names: drained };
  if (stays.length > 0)
    return [
      {
        commands: [cordonCommand(drained)],
        edit: { kind: "before", steps: [{ kind: "cordon", name: "cordon-all", nodes }] },
        cost: `Until they are uncordoned only ${listed(stays.map(({ name }) => name))} ${verb(stays.length, "takes", "take")} them: is there room?`,
        harm: 1,
      },
    ];
  const [first] = drained;
  return [
    {
      commands: [
        `kubectl taint nodes ${drained.map(shellWord).join(" ")} ${retiring}`,
        `kubectl taint nodes ${shellWord(first ?? "")} ${retiring}-`,
      ],
      edit: { kind: "none" },
      cost: "The first before the plan; the second for each node when its turn is over, before it is uncordoned. Pods then prefer nodes that are done.",
      harm: 1,
    },
  ];
}
