import type { FailurePolicy, Rollout } from "../plan/plan.ts";
import type { GroupState } from "./group.ts";
import { indexOf, type Pass, type Place } from "./rollout-passes.ts";

interface Holder {
  readonly node: string;
  readonly place: Place;
}

/** A place for one node more, those of new nodes first; undefined where all are taken. */
export function freePlace(
  { active, kept }: { readonly active: readonly Holder[]; readonly kept: readonly Holder[] },
  { places }: Pass,
): Place | undefined {
  const taken = (place: Place) => [...active, ...kept].filter((holder) => holder.place === place).length;
  return (["surge", "unavailable", "turn"] as const).find((place) => taken(place) < places[place]);
}

/**
 * Whether a node whose turn failed holds its place for good: its replacement stands beside it, or it is out of service and
 * has none. So there are never more nodes than `maxSurge` says, nor fewer than `maxUnavailable`.
 */
export function keepsPlace(
  { place, group }: Holder & { readonly group: GroupState },
  { perNode }: Rollout,
  policy: FailurePolicy["kind"],
): boolean {
  if (place === "turn") return false;
  const order = group.order ?? perNode.map((_, index) => index);
  const at = order.indexOf(group.failedAt ?? 0);
  const join = order.indexOf(indexOf(perNode, "joinNode"));
  const removal = order.indexOf(indexOf(perNode, "deleteNode"));
  if (place === "surge") return at >= join && at <= removal;
  return at <= join && (at > removal || policy !== "uncordonAndSkip");
}

/** Why no further node can have its turn. */
export function noPlaceLeft({ kept }: { readonly kept: readonly Holder[] }, { strategy }: Rollout): string {
  const names = kept.map(({ node }) => node).join(", ");
  const limits =
    strategy?.kind === "surge"
      ? ` (maxSurge ${strategy.maxSurge}, maxUnavailable ${strategy.maxUnavailable})`
      : "";
  return `no room is left for the nodes still to come: ${names} failed half-way, and what they hold is not given back${limits}`;
}
