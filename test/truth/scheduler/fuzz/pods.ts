import type { Dice } from "./dice.ts";
import { namespaceSelector, podSelector, type Json } from "./selectors.ts";
import { extended, images, namespaces, nodeLabelKeys, taintKeys, topologyKeys } from "./words.ts";

/** What the pods of a generated cluster have of the rarer things. */
export interface PodTraits {
  readonly hasAffinity: boolean;
  readonly hasNodeAffinity: boolean;
  readonly hasSpread: boolean;
  readonly hasPorts: boolean;
  readonly hasTolerations: boolean;
  readonly hasExtended: boolean;
  readonly hasInit: boolean;
  readonly hasPodLevel: boolean;
  readonly isResized: boolean;
  readonly isBig: boolean;
  readonly hasPriorities: boolean;
}

export function podTraits(dice: Dice): PodTraits {
  return {
    hasAffinity: dice.chance(0.45),
    hasNodeAffinity: dice.chance(0.35),
    hasSpread: dice.chance(0.4),
    hasPorts: dice.chance(0.2),
    hasTolerations: dice.chance(0.5),
    hasExtended: dice.chance(0.25),
    hasInit: dice.chance(0.35),
    hasPodLevel: dice.chance(0.2),
    isResized: dice.chance(0.15),
    isBig: dice.chance(0.4),
    hasPriorities: dice.chance(0.6),
  };
}

export function requests(dice: Dice, traits: PodTraits): Record<string, string> {
  const all: Record<string, string> = {};
  const scale = traits.isBig ? 4 : 1;
  if (dice.chance(0.8))
    all["cpu"] = dice.pick(["0", "1m", "100m", "250m", `${dice.int(1, 900) * scale}m`, "1", "2"]);
  if (dice.chance(0.8))
    all["memory"] = dice.pick(["0", "1", "64Mi", `${dice.int(1, 2000) * scale}Mi`, "1G", "2Gi"]);
  if (dice.chance(0.15)) all["ephemeral-storage"] = dice.pick(["1Gi", "20Gi", "0"]);
  if (traits.hasExtended && dice.chance(0.5)) {
    const name = dice.pick(extended);
    all[name] = name.startsWith("hugepages") ? dice.pick(["2Mi", "256Mi"]) : `${dice.int(0, 3)}`;
  }
  return all;
}

function ports(dice: Dice): Json[] {
  return dice.list(0, 2, () => ({
    containerPort: 80,
    hostPort: dice.pick([8080, 8080, 9090, 53]),
    protocol: dice.pick(["TCP", "TCP", "UDP"]),
    ...dice.maybe(0.5, () => ({ hostIP: dice.pick(["10.0.0.1", "10.0.0.2", "0.0.0.0", "::"]) })),
  }));
}

function container(dice: Dice, name: string, traits: PodTraits): Json {
  return {
    name,
    image: dice.pick(images),
    resources: { requests: requests(dice, traits) },
    ...(traits.hasPorts && dice.chance(0.6) ? { ports: ports(dice) } : {}),
  };
}

function toleration(dice: Dice): Json {
  if (dice.chance(0.1)) return { operator: "Exists" };
  const effect = dice.maybe(0.6, () => ({
    effect: dice.pick(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
  }));
  if (dice.chance(0.5)) return { key: dice.pick(taintKeys), operator: "Exists", ...effect };
  return {
    key: dice.pick(taintKeys),
    ...dice.maybe(0.5, () => ({ operator: "Equal" })),
    ...dice.maybe(0.8, () => ({ value: dice.pick(["a", "b"]) })),
    ...effect,
  };
}

function nodeExpression(dice: Dice): Json {
  if (dice.chance(0.3))
    return {
      key: "gen",
      operator: dice.pick(["Gt", "Lt"]),
      values: [dice.pick(["9", "012", "0", "9999999999", "x"])],
    };
  const key = dice.pick([...nodeLabelKeys, "topology.kubernetes.io/zone", "rack"]);
  const operator = dice.pick(["In", "In", "NotIn", "Exists", "DoesNotExist"]);
  const values = ["a", "b", "ssd", "z1", "z2", "r1", ""];
  return operator === "In" || operator === "NotIn"
    ? { key, operator, values: dice.several(values, 4) }
    : { key, operator };
}

function nodeTerm(dice: Dice, nodeNames: readonly string[]): Json {
  const expressions = dice.list(0, 2, () => nodeExpression(dice));
  const fields = dice.maybe(0.25, () => [
    {
      key: "metadata.name",
      operator: dice.pick(["In", "In", "NotIn"]),
      values: [dice.pick([...nodeNames, "nobody"])],
    },
    ...(dice.chance(0.15) ? [{ key: "metadata.name", operator: "In", values: [dice.pick(nodeNames)] }] : []),
  ]);
  return {
    ...(expressions.length > 0 ? { matchExpressions: expressions } : {}),
    ...(fields ? { matchFields: fields } : {}),
  };
}

/** Terms of which none compares with something that is no number: those fail the whole cycle. */
function preferredNodeTerms(dice: Dice, nodeNames: readonly string[]): Json[] {
  return dice.list(0, 3, () => ({
    weight: dice.chance(0.1) ? 0 : dice.int(1, 100),
    preference: dice.chance(0.9) ? nodeTerm(dice, nodeNames) : {},
  }));
}

function nodeAffinity(dice: Dice, nodeNames: readonly string[]): Json {
  const preferred = dice.chance(0.6) ? preferredNodeTerms(dice, nodeNames) : [];
  return {
    ...(dice.chance(0.5)
      ? {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: dice.list(1, 3, () => nodeTerm(dice, nodeNames)),
          },
        }
      : {}),
    ...(preferred.length > 0 ? { preferredDuringSchedulingIgnoredDuringExecution: preferred } : {}),
  };
}

function podTerm(dice: Dice): Json {
  const selector = podSelector(dice);
  return {
    topologyKey: dice.pick(topologyKeys),
    ...(selector ? { labelSelector: selector } : {}),
    ...dice.maybe(0.25, () => ({ namespaces: dice.several([...namespaces, "nowhere"], 2) })),
    ...dice.maybe(0.25, () => ({ namespaceSelector: namespaceSelector(dice) })),
    ...dice.maybe(0.03, () => ({ matchLabelKeys: ["pod-template-hash"] })),
  };
}

function podRules(dice: Dice): Json {
  const required = dice.chance(0.5) ? dice.list(0, 2, () => podTerm(dice)) : [];
  const preferred = dice.chance(0.6)
    ? dice.list(0, 3, () => ({
        weight: dice.chance(0.05) ? 0 : dice.int(1, 100),
        podAffinityTerm: podTerm(dice),
      }))
    : [];
  return {
    ...(required.length > 0 ? { requiredDuringSchedulingIgnoredDuringExecution: required } : {}),
    ...(preferred.length > 0 ? { preferredDuringSchedulingIgnoredDuringExecution: preferred } : {}),
  };
}

function affinity(dice: Dice, traits: PodTraits, nodeNames: readonly string[]): Json | undefined {
  const all = {
    ...(traits.hasNodeAffinity && dice.chance(0.6) ? { nodeAffinity: nodeAffinity(dice, nodeNames) } : {}),
    ...(traits.hasAffinity && dice.chance(0.4) ? { podAffinity: podRules(dice) } : {}),
    ...(traits.hasAffinity && dice.chance(0.4) ? { podAntiAffinity: podRules(dice) } : {}),
  };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** Constraints that differ in key or action, as the API server asks. */
function spread(dice: Dice): Json[] {
  const wanted = dice.some(
    topologyKeys.flatMap((key) => [
      [key, "DoNotSchedule"],
      [key, "ScheduleAnyway"],
    ]),
    3,
  );
  return wanted.map(([topologyKey, action]) => constraint(dice, topologyKey!, action!));
}

function constraint(dice: Dice, topologyKey: string, whenUnsatisfiable: string): Json {
  const selector = podSelector(dice);
  const isHard = whenUnsatisfiable === "DoNotSchedule";
  return {
    maxSkew: dice.int(1, 3),
    topologyKey,
    whenUnsatisfiable,
    ...(selector ? { labelSelector: selector } : {}),
    ...(isHard && dice.chance(0.3) ? { minDomains: dice.int(1, 5) } : {}),
    ...dice.maybe(0.3, () => ({ nodeAffinityPolicy: dice.pick(["Honor", "Ignore"]) })),
    ...dice.maybe(0.3, () => ({ nodeTaintsPolicy: dice.pick(["Honor", "Ignore"]) })),
    ...(selector && dice.chance(0.2)
      ? { matchLabelKeys: dice.several(["pod-template-hash", "missing"], 2) }
      : {}),
  };
}

function initContainers(dice: Dice, traits: PodTraits): Json[] {
  return dice.list(0, 3, (index) => {
    const made = container(dice, `i${index}`, { ...traits, isBig: false });
    return dice.chance(0.5) ? { ...made, restartPolicy: "Always" } : made;
  });
}

function podLevel(dice: Dice, traits: PodTraits): Json {
  const own = requests(dice, { ...traits, hasExtended: false });
  delete own["ephemeral-storage"];
  return { resources: { requests: own } };
}

/** The spec of a pod, without its place, its priority and its volumes. */
export function podSpec(dice: Dice, traits: PodTraits, nodeNames: readonly string[]): Json {
  const rules = affinity(dice, traits, nodeNames);
  return {
    containers: dice.list(1, 3, (index) => container(dice, `c${index}`, traits)),
    ...(traits.hasInit && dice.chance(0.5) ? { initContainers: initContainers(dice, traits) } : {}),
    ...dice.maybe(0.1, () => ({ overhead: { cpu: dice.pick(["10m", "250m", "1100m"]), memory: "120Mi" } })),
    ...(traits.hasPodLevel && dice.chance(0.5) ? podLevel(dice, traits) : {}),
    ...(traits.hasNodeAffinity && dice.chance(0.2)
      ? { nodeSelector: { [dice.pick(nodeLabelKeys)]: dice.pick(["a", "b", "ssd"]) } }
      : {}),
    ...(rules ? { affinity: rules } : {}),
    ...(traits.hasTolerations ? { tolerations: dice.list(0, 3, () => toleration(dice)) } : {}),
    ...(traits.hasSpread && dice.chance(0.6) ? { topologySpreadConstraints: spread(dice) } : {}),
  };
}

/** What a running pod's status says of its containers, where some were resized. */
export function resizedStatus(dice: Dice, spec: Json, traits: PodTraits): Json {
  if (!traits.isResized || !dice.chance(0.6)) return {};
  const statusOf = ({ name }: Json): Json => ({
    name,
    ready: true,
    restartCount: 0,
    image: "x",
    imageID: "x",
    ...dice.maybe(0.8, () => ({ resources: { requests: requests(dice, traits) } })),
    ...dice.maybe(0.6, () => ({ allocatedResources: requests(dice, traits) })),
  });
  const statusesOf = (containers: unknown) =>
    ((containers ?? []) as Json[]).filter(() => dice.chance(0.7)).map(statusOf);
  return {
    containerStatuses: statusesOf(spec["containers"]),
    initContainerStatuses: statusesOf(spec["initContainers"]),
    ...(dice.chance(0.4)
      ? {
          conditions: [
            { type: "PodResizePending", status: "True", reason: dice.pick(["Infeasible", "Deferred"]) },
          ],
        }
      : {}),
    ...dice.maybe(0.3, () => ({
      resources: { requests: podLevel(dice, traits)["resources"] && requests(dice, traits) },
    })),
    ...dice.maybe(0.3, () => ({ allocatedResources: requests(dice, traits) })),
  };
}
