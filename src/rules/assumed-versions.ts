import { controlPlaneOf } from "../model/control-plane.ts";
import { stepPlaces } from "../plan/places.ts";
import { listed } from "../lib/counted.ts";
import type { Preflight } from "./rule.ts";

/** Versions of the control plane that no pod shows, where a plan upgrades it: one sentence. */
export function assumedVersions({ cluster, plan }: Preflight): string[] {
  if (!stepPlaces(plan).some(({ step }) => step.kind === "upgradeControlPlane")) return [];
  const { assumed } = controlPlaneOf(cluster);
  if (assumed.length === 0) return [];
  const names = [...new Set(assumed.map(({ name }) => name))];
  const nodes = [...new Set(assumed.map(({ node }) => node))];
  const by = [...new Set(assumed.map(({ toldBy }) => toldBy))];
  return [
    `versions of ${listed(names)} on ${listed(nodes)}: no pod in the input shows them; taken from ${listed(by)}`,
  ];
}
