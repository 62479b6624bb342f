import type { Dice } from "./dice.ts";
import { apps, namespaces, tiers } from "./words.ts";

export type Json = Record<string, unknown>;

export function podLabels(dice: Dice): Record<string, string> {
  const labels: Record<string, string> = {};
  if (dice.chance(0.9)) labels["app"] = dice.pick(apps);
  if (dice.chance(0.5)) labels["tier"] = dice.pick(tiers);
  if (dice.chance(0.3)) labels["pod-template-hash"] = dice.pick(["h1", "h2"]);
  if (dice.chance(0.1)) labels["__proto__x"] = "1";
  return labels;
}

function expression(dice: Dice, key: string, values: readonly string[]): Json {
  const operator = dice.pick(["In", "NotIn", "Exists", "DoesNotExist"]);
  return operator === "In" || operator === "NotIn"
    ? { key, operator, values: dice.several(values, 3) }
    : { key, operator };
}

/** A label selector over pods; now and then none at all, or one that selects everything. */
export function podSelector(dice: Dice): Json | undefined {
  if (dice.chance(0.06)) return undefined;
  if (dice.chance(0.08)) return {};
  if (dice.chance(0.6)) return { matchLabels: { app: dice.pick(apps) } };
  return {
    ...dice.maybe(0.4, () => ({ matchLabels: { tier: dice.pick(["front", "back"]) } })),
    matchExpressions: dice.list(1, 2, () =>
      dice.chance(0.6) ? expression(dice, "app", apps) : expression(dice, "tier", ["front", "back"]),
    ),
  };
}

export function namespaceSelector(dice: Dice): Json {
  if (dice.chance(0.2)) return {};
  if (dice.chance(0.4)) return { matchLabels: { team: dice.pick(["a", "b"]) } };
  return {
    matchExpressions: dice.list(1, 2, () =>
      dice.chance(0.5)
        ? expression(dice, "team", ["a", "b"])
        : expression(dice, "kubernetes.io/metadata.name", namespaces),
    ),
  };
}
