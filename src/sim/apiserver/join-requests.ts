import { freeName } from "../../lib/free-name.ts";
import { zoneOf } from "../../model/affinity.ts";
import { isControlPlane, type Node } from "../../model/node.ts";
import { planeJoinProblem } from "../nodes/control-plane-joins.ts";
import { isNameTaken, startJoin } from "../nodes/join.ts";
import type { Sim } from "../sim.ts";
import { type ActionOf, notFound, problem, type Reply } from "./reply.ts";

/** What becomes of the request for a new node; answered once it is usable, or cannot be any more. */
export function joinNode(
  sim: Sim,
  command: string,
  action: ActionOf<"joinNode">,
  cause: number,
): Reply | undefined {
  const { template, replaces = "", duration, failureRate } = action;
  const pattern = asAtStart(sim, action.like);
  if (!pattern) return notFound("nodes", action.like);
  const refusal = isControlPlane(pattern) ? planeJoinProblem(sim, template.version) : undefined;
  if (refusal !== undefined) return problem(refusal);
  const isTaken = (name: string) => isNameTaken(sim, name);
  if (action.ifTaken === "fail" && isTaken(action.name))
    return problem(`there is a node ${action.name} already`);
  const name = freeName(action.name, isTaken);
  const replaced = asAtStart(sim, replaces);
  const zone = action.zone ?? (replaced && zoneOf(replaced.labels));
  startJoin(
    sim,
    {
      name,
      pattern,
      template,
      replaces,
      failureRate,
      command,
      ...(zone === undefined || zone === "" ? {} : { zone }),
      ...(duration === undefined ? {} : { duration }),
    },
    cause,
  );
  return undefined;
}

/** The node as it was before the plan touched it; one that joined since as it is now. */
function asAtStart(sim: Sim, name: string): Node | undefined {
  return sim.cluster.objects.Node.find((node) => node.name === name) ?? sim.state.node(name);
}
