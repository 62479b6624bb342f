import { uncordonCommand } from "../kubectl-commands.ts";
import { defineOutcomeRule } from "../rule.ts";
import { toleratedFailures } from "../step-reports.ts";

/** A node that a rollout leaves cordoned because a step of its turn failed: the plan says so, and somebody has to look. */
export const nodeQuarantined = defineOutcomeRule({
  id: "node-quarantined",
  severity: "warning",
  title: "A node is quarantined on the way",
  check: ({ analysis }) =>
    toleratedFailures(analysis.steps)
      .filter(({ afterFailure, node }) => afterFailure === "quarantine" && node !== "")
      .map(({ node, what, reason, path, rollout, ended, endedAt }) => {
        const isCordoned = analysis.world.nodes.get(node)?.isCordoned === true;
        const others = analysis.steps.filter(
          (each) => each.rollout?.path === rollout?.path && each.node !== "",
        );
        const turns = new Set(others.map((each) => each.node)).size;
        return {
          subject: node,
          at: endedAt ?? 0,
          events: ended === undefined ? [] : [ended],
          weight: 460,
          message: `quarantined: its step "${what}" failed${reason === "" ? "" : ` (${reason})`}, and it ${isCordoned ? "stays" : "is not"} cordoned`,
          details: [`The steps after it are not done on this node; ${turns - 1} other nodes had their turn.`],
          suggestions: isCordoned
            ? [
                {
                  commands: [uncordonCommand([node])],
                  edit: { kind: "none" as const },
                  cost: "Once it is clear why the step failed.",
                  harm: 1,
                },
              ]
            : [],
          data: { node, step: path, reason },
        };
      }),
});
