import type { Taint } from "../model/taint.ts";
import { filled, type Json, said, some, unless } from "./file-fields.ts";
import type { NodeTemplate } from "./node-template.ts";

/** A node template as the plain data of its file. */
export function templateField(template: NodeTemplate): Json {
  const { like, version, labels, taints, startupTaints, zone, capacity } = template;
  return said({
    like,
    version,
    labels: filled(labels),
    taints: taints?.map(taintField),
    startupTaints: some(startupTaints.map(taintField)),
    zone,
    capacity:
      capacity &&
      Object.fromEntries(
        Object.entries(capacity).map(([name, amount]) => [name, name === "cpu" ? `${amount}m` : `${amount}`]),
      ),
  });
}

function taintField({ key, value, effect }: Taint): Json {
  return said({ key, value: unless(value, ""), effect });
}
