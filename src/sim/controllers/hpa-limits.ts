import { hpaFacts as facts } from "../../facts/hpa.ts";
import type { HorizontalPodAutoscaler, HpaScalingRules } from "../../model/policy.ts";
import type { HpaMemory } from "./hpa-memory.ts";

/**
 * What becomes of a wish: stabilisation over recent wishes, then the limits of one step.
 * Source: pkg/controller/podautoscaler/horizontal.go, normalizeDesiredReplicas and …WithBehaviors.
 */

export interface Limited {
  readonly replicas: number;
  /** Conditions AbleToScale and ScalingLimited, `STATUS Reason`. */
  readonly able: string;
  readonly limited: string;
}

const ready = "True ReadyForNewScale";
const within = "False DesiredWithinRange";

export function limit(
  hpa: HorizontalPodAutoscaler,
  current: number,
  wish: number,
  memory: HpaMemory,
  now: number,
): Limited {
  return hpa.hasBehavior
    ? byBehavior(hpa, current, wish, memory, now)
    : byDefaults(hpa, current, wish, memory, now);
}

function byDefaults(
  hpa: HorizontalPodAutoscaler,
  current: number,
  wish: number,
  memory: HpaMemory,
  now: number,
): Limited {
  const cutoff = now - facts.downscaleStabilizationSeconds * 1_000;
  const recent = memory.wishes.filter(({ at }) => at >= cutoff).map(({ replicas }) => replicas);
  const stabilized = Math.max(wish, ...recent);
  const able = stabilized === wish ? ready : "True ScaleDownStabilized";
  const step = Math.max(facts.scaleUpFactor * current, facts.scaleUpMinimum);
  const [most, why] = hpa.maxReplicas > step ? [step, "ScaleUpLimit"] : [hpa.maxReplicas, "TooManyReplicas"];
  if (stabilized < hpa.minReplicas)
    return { replicas: hpa.minReplicas, able, limited: "True TooFewReplicas" };
  if (stabilized > most) return { replicas: most, able, limited: `True ${why}` };
  return { replicas: stabilized, able, limited: within };
}

function byBehavior(
  hpa: HorizontalPodAutoscaler,
  current: number,
  wish: number,
  memory: HpaMemory,
  now: number,
): Limited {
  const up = complete(hpa.scaleUp, facts.defaultScaleUp);
  const down = complete(hpa.scaleDown, facts.defaultScaleDown);
  const since = (rules: HpaScalingRules) => {
    const cutoff = now - (rules.stabilizationWindowSeconds ?? 0) * 1_000;
    return memory.wishes.filter(({ at }) => at > cutoff).map(({ replicas }) => replicas);
  };
  const lowest = Math.min(wish, ...since(up));
  const highest = Math.max(wish, ...since(down));
  const stabilized = current < lowest ? lowest : current > highest ? highest : current;
  const able =
    stabilized === wish ? ready : wish >= current ? "True ScaleUpStabilized" : "True ScaleDownStabilized";
  if (stabilized > current) {
    const step = Math.max(current, reach(current, up, "up", memory, now));
    const [most, why] =
      hpa.maxReplicas > step ? [step, "ScaleUpLimit"] : [hpa.maxReplicas, "TooManyReplicas"];
    if (stabilized > most) return { replicas: most, able, limited: `True ${why}` };
  } else if (stabilized < current) {
    const step = Math.min(current, reach(current, down, "down", memory, now));
    const [least, why] =
      hpa.minReplicas < step ? [step, "ScaleDownLimit"] : [hpa.minReplicas, "TooFewReplicas"];
    if (stabilized < least) return { replicas: least, able, limited: `True ${why}` };
  }
  return { replicas: stabilized, able, limited: within };
}

function complete(rules: HpaScalingRules | undefined, fallback: HpaScalingRules): HpaScalingRules {
  if (!rules) return fallback;
  return {
    ...rules,
    stabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? fallback.stabilizationWindowSeconds ?? 0,
    policies: rules.policies.length > 0 ? rules.policies : fallback.policies,
  };
}

/** How far the policies let it go in one step. */
function reach(
  current: number,
  rules: HpaScalingRules,
  way: "up" | "down",
  memory: HpaMemory,
  now: number,
): number {
  if (rules.selectPolicy === "Disabled") return current;
  const sizes = rules.policies.map(({ type, value, periodSeconds }) => {
    const cutoff = now - periodSeconds * 1_000;
    const changed = memory.steps.filter(({ at }) => at > cutoff).reduce((sum, { change }) => sum + change, 0);
    const start = current - changed;
    if (type === "Pods") return way === "up" ? start + value : start - value;
    return way === "up" ? Math.ceil(start * (1 + value / 100)) : Math.trunc(start * (1 - value / 100));
  });
  const wantsMost = rules.selectPolicy === "Max";
  return wantsMost === (way === "up") ? Math.max(...sizes) : Math.min(...sizes);
}
