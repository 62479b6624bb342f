import { matchesSelector, type LabelSelector } from "../model/selector.ts";
import { stepPlaces } from "./places.ts";
import type { Plan } from "./plan.ts";

/** Whether nodes that a plan adds may have this name: one that it says, or one of a number of theirs. */
export function mayJoinAs(name: string, plan: Plan): boolean {
  return stepPlaces(plan).some(({ step, hasTurn }) => {
    if (step.kind !== "joinNode") return false;
    const { node, fromTemplate } = step;
    if (node !== undefined) return name === node || isNumbered(name, node);
    if (fromTemplate !== undefined && plan.nodeTemplates && Object.hasOwn(plan.nodeTemplates, fromTemplate))
      return isNumbered(name, fromTemplate);
    return hasTurn ? /-new(-\d+)?$/.test(name) : isNumbered(name, `${fromTemplate}-new`);
  });
}

function isNumbered(name: string, stem: string): boolean {
  return name === stem || (name.startsWith(`${stem}-`) && /^\d+$/.test(name.slice(stem.length + 1)));
}

/** Whether nodes that a plan adds may be what a selector asks for, as far as their templates' labels tell. */
export function mayJoinWith(selector: LabelSelector, { nodeTemplates = {} }: Plan): boolean {
  return Object.values(nodeTemplates).some(({ labels }) => {
    const keys = new Set(Object.keys(labels));
    const own = selector.filter(({ key }) => keys.has(key));
    const there = Object.entries(labels).flatMap(([key, value]) =>
      value === null ? [] : [[key, value] as const],
    );
    return own.length > 0 && matchesSelector(own, Object.fromEntries(there));
  });
}
